import { readdirSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { build } from '../server/commands/prepare/build.mjs';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const ASSETS = fileURLToPath(new URL('../build/client/assets', import.meta.url));

let server: RunningServer;
let account: TestAccount;
let cookie: string;
beforeAll(async () => {
  await build();
  server = await startServer();
  const operator = new Operator(server);
  account = await operator.createAccount();
  cookie = await cookieOf(server.url, await operator.createUser([account]));
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** As it comes, not unpacked. */
function ask(
  path: string,
  encoding: string,
  more: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  const { hostname, port } = new URL(server.url);
  const { method = 'GET', headers = {}, body = '' } = more;
  const asked = { 'accept-encoding': encoding, cookie, authorization: `Bearer ${server.operatorKey}`, ...headers };
  if (!path.startsWith('/api')) Reflect.deleteProperty(asked, 'authorization');
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: asked }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, bytes: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const unpacked = ({ headers, bytes }: Answer) =>
  headers['content-encoding'] === 'br'
    ? brotliDecompressSync(bytes)
    : headers['content-encoding'] === 'gzip'
      ? gunzipSync(bytes)
      : bytes;

/** Without what each answer has of its own. */
const said = (answer: Answer) =>
  unpacked(answer)
    .toString()
    .replaceAll(/nonce="[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d:\d\d(:\d\d)?/g, '');

const asset = readdirSync(ASSETS).find((name) => /^components-.*\.js$/.test(name)) ?? '';
const text = () => [
  `/accounts/${account.id}`,
  `/accounts/${account.id}/usage.data`,
  '/api/openapi.json',
  `/assets/${asset}`,
];

describe('what is text', () => {
  it.each(['br', 'gzip', 'gzip, deflate, br'])(
    'is sent compressed to whom takes %s, and says the same',
    async (encoding) => {
      for (const path of text()) {
        const [small, plain] = [await ask(path, encoding), await ask(path, 'identity')];
        expect([path, small.status, small.headers['content-encoding']]).toEqual([
          path,
          200,
          encoding.includes('br') ? 'br' : 'gzip',
        ]);
        expect(plain.headers['content-encoding']).toBeUndefined();
        expect(small.bytes.length).toBeLessThan(plain.bytes.length * (plain.bytes.length < 4_096 ? 1 : 0.5));
        for (const { headers } of [small, plain]) expect(headers.vary).toMatch(/accept-encoding/i);
        expect(said(small)).toBe(said(plain));
      }
    },
  );

  it.each(['br;q=0, gzip;q=0', 'identity', 'zstd', ''])('stays as it is for who takes "%s"', async (encoding) => {
    for (const path of text()) {
      const answer = await ask(path, encoding);
      expect([path, answer.status, answer.headers['content-encoding']]).toEqual([path, 200, undefined]);
    }
  });

  it('has heads without a body, and is not sent again to who has it', async () => {
    for (const path of text()) {
      const head = await ask(path, 'br', { method: 'HEAD' });
      expect([path, head.status, head.bytes.length]).toEqual([path, 200, 0]);
      const { etag } = (await ask(path, 'br')).headers;
      if (etag === undefined) {
        expect(path).toMatch(/^\/accounts/);
        continue;
      }
      expect(etag).toMatch(/^W\//);
      const again = await ask(path, 'br', { headers: { 'if-none-match': etag } });
      expect([path, again.status, again.bytes.length]).toEqual([path, 304, 0]);
    }
  });
});

describe('what stays as it is', () => {
  it('is short, no text, or a copy nobody asked for by name', async () => {
    const font = readdirSync(ASSETS).find((name) => name.endsWith('.woff2'));
    for (const path of ['/healthz', `/assets/${font}`, '/api/v1/nothing']) {
      expect((await ask(path, 'br, gzip')).headers['content-encoding']).toBeUndefined();
    }
    for (const end of ['.br', '.gz', '.%62r', '.BR']) {
      expect((await ask(`/assets/${asset}${end}`, 'br')).status).toBe(404);
    }
  });

  it('is the answer to a form, and what another site had the browser ask for', async () => {
    const path = `/accounts/${account.id}`;
    for (const site of ['same-origin', 'same-site', 'none']) {
      const own = await ask(path, 'br', { headers: { 'sec-fetch-site': site } });
      expect([site, own.headers['content-encoding']]).toEqual([site, 'br']);
    }
    const foreign = await ask(path, 'br', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([foreign.status, foreign.headers['content-encoding']]).toEqual([200, undefined]);
    const body = 'email=a%40b.example&password=wrong';
    const headers = {
      ...{ 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) },
      ...{ origin: server.url, cookie: '' },
    };
    const answer = await ask('/sign-in', 'br', { method: 'POST', headers, body });
    expect([answer.status, answer.headers['content-encoding']]).toEqual([401, undefined]);
    expect(answer.bytes.length).toBeGreaterThan(1024);
  });
});

it('many at once are all answered, those beyond the bound as they are', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask('/api/openapi.json', 'br')));
  const texts = new Set(answers.map((answer) => unpacked(answer).toString()));
  expect([answers.every(({ status }) => status === 200), texts.size]).toEqual([true, 1]);
  const next = await ask('/api/openapi.json', 'br');
  expect(next.headers['content-encoding']).toBe('br');
});

it('an asset is kept for a year, by its name', async () => {
  const { headers } = await ask(`/assets/${asset}`, 'br');
  expect(headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': expect.stringMatching(/^text\/javascript/),
    'x-content-type-options': 'nosniff',
  });
});

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { replayEvent } from './event.ts';
import { retryAfter, SendError, sendBatch } from './sender.ts';

type Answer = { status: number; body: object | string; headers?: Record<string, string> } | 'hang up';

const event = replayEvent(
  { row: 1, timeOfDay: '18:15:46.680590', contextTokens: 374, generatedTokens: 44 },
  { on: '2026-11-23', account: 'conversations' },
);
const ok: Answer = { status: 200, body: { receipts: [], accepted: 1, duplicates: 0, conflicts: 0, rejected: 0 } };

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that gives these answers in turn, the last one for ever, and keeps what it was sent. */
async function answering(...answers: Answer[]) {
  const requests: { headers: IncomingMessage['headers']; url?: string; body: string }[] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push({ headers: request.headers, url: request.url, body });
    if (answer === undefined || answer === 'hang up') return response.destroy();
    response.writeHead(answer.status, answer.headers);
    return response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const parts = {
    url: `http://127.0.0.1:${port}`,
    key: 'secret',
    now: () => new Date('2026-11-24T08:00:00Z'),
    sleep: async (millis: number) => {
      waits.push(millis);
    },
  };
  const send = (signal = new AbortController().signal) => sendBatch([event], parts, signal);
  return { send, requests, waits };
}

describe('sending a batch', () => {
  it('posts CloudEvents and asks for receipts', async () => {
    const { send, requests } = await answering(ok);
    expect(await send()).toEqual({ accepted: 1, duplicates: 0, conflicts: 0, rejected: 0 });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: '/api/v1/events',
      headers: {
        'content-type': 'application/cloudevents-batch+json',
        authorization: 'Bearer secret',
        prefer: 'return=representation',
      },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual([event]);
  });

  it('waits as the server says, else longer each time', async () => {
    const busy: Answer = { status: 429, body: {}, headers: { 'Retry-After': '7' } };
    const down: Answer = { status: 503, body: { title: 'Store down' } };
    const { send, waits } = await answering(busy, down, down, 'hang up', ok);
    expect(await send()).toMatchObject({ accepted: 1 });
    expect(waits).toEqual([7000, 1000, 2000, 4000]);
  });

  it('never waits longer than a minute at once', async () => {
    const { send, waits } = await answering({ status: 503, body: '', headers: { 'Retry-After': '86400' } }, ok);
    await send();
    expect(waits).toEqual([60_000]);
  });

  it('gives up after eight tries, with the reason', async () => {
    const { send, requests } = await answering({ status: 503, body: { title: 'Unavailable', detail: 'no store' } });
    await expect(send()).rejects.toThrow(/8 tries: .*503: Unavailable – no store/);
    expect(requests).toHaveLength(8);
  });

  it.each([
    [401, { title: 'Unauthorized' }, /401: Unauthorized.*--key/],
    [403, { title: 'Forbidden', detail: 'no such account' }, /403: Forbidden – no such account.*--key/],
    [400, { title: 'Bad', errors: [{ pointer: '/0/time', detail: 'is old' }] }, /400: Bad – .*\/0\/time/],
    [413, 'too large', /413: too large/],
    [200, { hello: 'world' }, /without accepted/],
    [200, '<html>', /without accepted/],
  ])('does not repeat what %i refuses', async (status, body, message) => {
    const { send, requests } = await answering({ status, body });
    const sending = send();
    await expect(sending).rejects.toThrow(SendError);
    await expect(sending).rejects.toThrow(message);
    expect(requests).toHaveLength(1);
  });

  it('ends at once when it is told to', async () => {
    const { send, waits } = await answering({ status: 503, body: '' });
    await expect(send(AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(waits).toEqual([]);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-24T08:00:00Z');

  it.each([
    ['12', 12_000],
    ['0', 0],
    ['Tue, 24 Nov 2026 08:00:05 GMT', 5000],
    ['Tue, 24 Nov 2026 07:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('of %j is %j ms', (header, millis) => {
    expect(retryAfter(header, now)).toBe(millis);
  });
});

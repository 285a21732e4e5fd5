import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, constants } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../../server/billing/invoice.types.ts';
import { cloudEvent } from '../support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from '../support/events/event-door.ts';
import { Operator } from '../support/people/operator.ts';
import { type MovedClock, movedClock } from '../support/servers/moved-clock.ts';
import { type RunningServer, startServer } from '../support/servers/server.ts';
import { type Answers, answersOf, type Kept, PUBLIC_URL } from './answers.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const here = new URL('.', import.meta.url);
const folders = (await readdir(here, { withFileTypes: true })).filter((entry) => entry.isDirectory());

/**
 * What answers have told since, beside what they told then. Nothing asked or shared then was of a difference, and a price says
 * how much was charged by it.
 */
const TOLD_SINCE: { of: RegExp; field: string; is: RegExp }[] = [
  { of: /\/questions|\/explanation-links/, field: 'change', is: /^null$/ },
  { of: /\/charges\/.*\/explanation$/, field: 'charged', is: /^"\d+(?:\.\d+)?"$/ },
];

/** Instants of an interval; what is said of it beside them may become better. */
const INTERVAL = /^\w+ \d+ \d{4}, [\d:.]+, until \w+ \d+ \d{4}, [\d:.]+/;

/** Intervals that cost nothing are one row now. */
function isFreeInterval(row: unknown): boolean {
  if (row === null || typeof row !== 'object' || !('amountExact' in row) || !('name' in row)) return false;
  const { name, amountExact } = row;
  return amountExact === '0.00' && (INTERVAL.test(String(name)) || /^\d+ intervals? that cost/.test(String(name)));
}

/** An answer without what is told since; all else of it stays to be compared. */
function asTold(path: string, answer: unknown): unknown {
  const fields = TOLD_SINCE.filter(({ of }) => of.test(path));
  const without = (value: unknown): unknown => {
    if (typeof value === 'string') return INTERVAL.exec(value)?.[0] ?? value;
    if (Array.isArray(value)) return value.filter((each) => !isFreeInterval(each)).map(without);
    if (value === null || typeof value !== 'object') return value;
    const isSince = ([name, told]: [string, unknown]) =>
      fields.some(({ field, is }) => field === name && is.test(JSON.stringify(told)));
    const entries = Object.entries(value).filter((entry) => !isSince(entry));
    return Object.fromEntries(entries.map(([name, told]) => [name, without(told)]));
  };
  return without(answer);
}

describe.each(folders.map(({ name }) => name))('a data folder as %s left it', (name) => {
  let dataDir: string;
  let clock: MovedClock;
  let server: RunningServer;
  let operator: Operator;
  let kept: Kept;
  let then: Answers;
  let now: Answers;

  beforeAll(async () => {
    const folder = new URL(`${name}/`, here);
    ({ kept, answers: then } = JSON.parse(await readFile(new URL('answers.json', folder), 'utf8')));
    const packed = await readFile(new URL('data.tar.br', folder));
    const tar = brotliDecompressSync(packed, { params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 } });
    dataDir = await mkdtemp(join(tmpdir(), 'plainbill-kept-'));
    execFileSync('tar', ['-C', dataDir, '-xf', '-'], { input: tar });
    clock = await movedClock(kept.writtenAt);
    server = await startServer({ dataDir, env: { ...clock.env, PUBLIC_URL } });
    operator = new Operator(server);
    now = await answersOf(server.url, server.operatorKey, kept);
  });
  afterAll(async () => {
    await server?.stop();
    await clock?.remove();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('answers nothing more and nothing less', () => expect(Object.keys(now)).toEqual(Object.keys(then)));

  it.each([
    ['invoices, with their files', /\/invoices/],
    ['charges and corrections', /\/charges\//],
    ['questions', /\/questions/],
    ['links, and what they show down to the events', /^\/s\/|\/explanation-links/],
    ['credits', /\/credits/],
  ])('keeps its %s', (_, paths) => {
    const told = Object.entries(then).filter(([path]) => paths.test(path));
    expect(told.length).toBeGreaterThan(0);
    for (const [path, answer] of told) {
      expect({ path, answer: asTold(path, now[path]) }).toEqual({ path, answer: asTold(path, answer) });
    }
  });

  it('shows no name where a link hides them, also of what was kept with some', async () => {
    const pages = await Promise.all(
      kept.links.map(async (link) => (await (await fetch(`${server.url}${link}`)).text()).replaceAll(link, '')),
    );
    const nameless = pages.filter((page) => page.includes('>Account, '));
    expect(nameless.length).toBeGreaterThan(3);
    for (const page of nameless) expect(page).not.toMatch(/acme|inv_[0-9a-z]{6}|dyno.units|token.money/i);
    expect(nameless.join('\n')).toContain('License 1 ran out');
  });

  it('tells of what was issued in the zone of then', async () => {
    const account = (await operator.request('GET', '/api/v1/accounts/acme')) as Record<string, unknown>;
    const { id: _, ...rest } = account;
    await operator.request('PUT', '/api/v1/accounts/acme', { ...rest, timeZone: 'Asia/Kathmandu' });
    const list = (await operator.request('GET', '/api/v1/accounts/acme/invoices')) as { data: InvoiceView[] };
    const issued = list.data.filter(({ state }) => state === 'final' || state === 'void');
    expect(issued).toEqual(then['/accounts/acme/invoices']);
    const [path = ''] = Object.keys(then).filter((each) => /^\/accounts\/acme\/charges\/.*explanation$/.test(each));
    const { charge, resources, prices } = (await operator.request('GET', `/api/v1${path}`)) as Record<string, unknown>;
    expect(then[path]).toMatchObject({ charge, resources, prices });
  });

  it('corrects what was issued by what it was issued with', async () => {
    const key = await operator.createKey({ id: 'duna', name: '' });
    const late = cloudEvent({
      type: 'kept.requests',
      source: '/late',
      time: '2026-08-20T00:00:00Z',
      data: { app: 'a' },
    });
    const received = lastReceived(await receiptsOf(server.url, key, [late]));
    const draftOf = async (period: string) =>
      (await operator.request('GET', `/api/v1/accounts/duna/invoices/${period}`)) as InvoiceView;
    while ((await draftOf('current')).meteredThrough < received) await new Promise((done) => setTimeout(done, 100));
    // 10 × 12.345 is 123 in whole forints, as 9 × 12.345 were 111; hundredths came later.
    await clock.set('2026-12-02T12:00:00Z');
    // It stands on one of the invoices since: on the first that was not issued when it came.
    const since = ['2026-09', '2026-10', '2026-11'];
    const corrects = ({ lines }: InvoiceView) => lines.filter((line) => line.corrects !== undefined);
    await expect
      .poll(async () => (await Promise.all(since.map(draftOf))).flatMap(corrects), { timeout: 60_000 })
      .toMatchObject([{ amountExact: '12.345', amount: '12.00', corrects: { number: 'DUNA-0001' } }]);
  });
});

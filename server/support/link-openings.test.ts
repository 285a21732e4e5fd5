import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../database/database.types.ts';
import { createExplanationLink, listExplanationLinks, listLinkOpens } from '../database/support/explanation-links.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import { openAccount } from '../database/testing/issue.ts';
import { frozenCharge } from '../explanation/testing/frozen.ts';
import { createLinkOpenings } from './link-openings.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const PAGE = { network: '203.0.113.0/24', signedIn: false, part: 'page' };

let store: { database: Database; close: () => Promise<void> };
beforeAll(async () => {
  store = await openEmbeddedPostgres();
}, FIRST_OPENING_MS);
afterAll(() => store?.close());

async function opened(id: string) {
  const { queries } = store.database;
  await openAccount(queries, id, NOW);
  const redaction = { hidePayloads: false, hideNames: false };
  const { link } = await createExplanationLink(
    queries,
    id,
    {
      ...{ chargeId: 'dyno.1', frozen: frozenCharge('dyno.1', redaction), redaction, note: null },
      ...{ createdBy: 'user:1', createdByName: 'R', expiresAt: new Date(NOW.getTime() + 86_400_000) },
    },
    NOW,
  );
  let at = NOW;
  const errors: unknown[] = [];
  const openings = createLinkOpenings({
    ...{ database: store.database, now: () => at, onError: (error) => errors.push(error) },
  });
  return {
    ...{ link, openings, errors },
    go: (seconds: number) => {
      at = new Date(at.getTime() + seconds * 1000);
    },
    rows: async () => (await listLinkOpens(queries, id, link.id, { before: null, limit: 1_000 })) ?? [],
    opens: async () => (await listExplanationLinks(queries, id, { before: null, limit: 1 }))[0]?.opens,
  };
}

it('are a row for a minute, a network and a part, however many they are and however often they are written', async () => {
  const { link, openings, go, rows, opens } = await opened('minutes');
  for (let i = 0; i < 500; i++) {
    openings.note(link.id, PAGE);
    if (i % 100 === 50) await openings.flush();
  }
  openings.note(link.id, { ...PAGE, part: 'events' });
  openings.note(link.id, { ...PAGE, signedIn: true });
  openings.note(link.id, { ...PAGE, network: null });
  await Promise.all([openings.flush(), openings.flush()]);
  const counts = (await rows()).map(({ part, signedIn, network, count }) => [part, signedIn, network, count]);
  expect(counts.reverse()).toEqual([
    ['page', false, '203.0.113.0/24', 500],
    ['events', false, '203.0.113.0/24', 1],
    ['page', true, '203.0.113.0/24', 1],
    ['page', false, null, 1],
  ]);
  go(60);
  openings.note(link.id, PAGE);
  await openings.close();
  expect([(await rows()).length, await opens()]).toEqual([5, 504]);
});

it('of more networks than are told apart count under none', async () => {
  const { link, openings, rows, opens } = await opened('networks');
  for (let i = 0; i < 3_000; i++) openings.note(link.id, { ...PAGE, network: `10.${i >> 8}.${i & 255}.0/24` });
  await openings.flush();
  const told = await rows();
  expect([told.length, told.find(({ network }) => network === null)?.count, await opens()]).toEqual([
    201, 2_800, 3_000,
  ]);
});

it('that could not be written are written later', async () => {
  const { link, openings, errors, opens } = await opened('later');
  const { transaction } = store.database.queries;
  store.database.queries.transaction = () => Promise.reject(new Error('the store is down'));
  openings.note(link.id, PAGE);
  await expect(openings.flush()).rejects.toThrow('down');
  openings.note(link.id, PAGE);
  store.database.queries.transaction = transaction;
  await openings.close();
  expect([errors, await opens()]).toEqual([[], 2]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.types.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import { issue, openAccount } from '../database/testing/issue.ts';
import { DAY, microsOf, toRfc3339 } from '../domain/instant.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { ChangesQuestion } from '../explanation/why/changes/question.ts';
import { createChangesPage } from './changes-page.ts';
import type { KeptAnswers } from './kept-answers.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const ADA: Viewer = {
  userId: 'ada',
  email: 'a@example.com',
  name: 'Ada',
  platformRole: 'customer',
  accountIds: ['mine'],
};

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openEmbeddedPostgres());
  await openAccount(database.queries, 'mine', NOW);
  await openAccount(database.queries, 'theirs', NOW);
  for (const key of ['2026-09', '2026-10']) {
    await database.serializable((tx) => issue(tx, 'mine', key, ['10.00'], NOW));
  }
}, FIRST_OPENING_MS);
afterAll(() => close?.());

/** The page, over an engine that finds one driver of all it is asked for. */
function pageOver(questions: ChangesQuestion[]) {
  const between: ChangesReader['between'] = async (_, question) => {
    questions.push(question);
    const [from, to] = [question.now.from, question.now.to].map(toRfc3339) as [string, string];
    const [compareFrom, compareTo] = question.before.flatMap((span) => [span.from, span.to].map(toRfc3339)) as [
      string,
      string,
    ];
    const inside = { chargeId: '2026-10.0', description: 'Work', lineValues: {}, resource: null, amountExact: '3' };
    const driver = { kind: 'usage' as const, description: 'Work', amountExact: '3', inside: [inside] };
    return {
      ...{ from, to, compareFrom, compareTo, meteredThrough: to, timeZone: 'UTC' },
      ...{ currency: 'USD', minorUnit: 2, amountExact: '10', compareAmountExact: '7', differenceExact: '3' },
      drivers: [driver],
    } satisfies Changes;
  };
  const ofDay: ChangesReader['ofDay'] = (accountId, day) => {
    const from = microsOf(`${day}T00:00:00Z`);
    const before = { from: from - DAY, to: from };
    return between(accountId, { now: { from, to: from + DAY }, before: [before] });
  };
  return createChangesPage({
    database,
    changes: { between, ofDay } as ChangesReader,
    explanations: { find: async () => null },
    kept: { get: (_: unknown, read: () => Promise<unknown>) => read() } as KeptAnswers,
    now: () => NOW,
  });
}

describe('the page of two spans', () => {
  const asked = { from: '2026-10-01', to: '2026-10-14', compareFrom: '2026-09-01', compareTo: '2026-09-14' };
  const at = (day: string) => microsOf(`${day}T00:00:00Z`);

  it('is of the days that were asked for, and names them as a link does', async () => {
    const questions: ChangesQuestion[] = [];
    const page = await pageOver(questions)(ADA, { accountId: 'mine', asked, all: false });
    expect(questions).toEqual([
      {
        now: { from: at('2026-10-01'), to: at('2026-10-15') },
        before: [{ from: at('2026-09-01'), to: at('2026-09-15') }],
      },
    ]);
    expect(page).toMatchObject({
      asked: {
        ...{ from: '2026-10-01T00:00:00.000000Z', to: '2026-10-15T00:00:00.000000Z' },
        ...{ compareFrom: '2026-09-01T00:00:00.000000Z', compareTo: '2026-09-15T00:00:00.000000Z' },
      },
      ...{ periodKey: '2026-10', estimated: false, charge: null },
      changes: { compareAmountExact: '7', sumOfDrivers: '3', amountExact: '10' },
    });
  });

  it.each([
    ['the later', { to: '2026-11-02' }],
    ['the earlier', { compareFrom: '2026-11-01', compareTo: '2026-11-14' }],
  ])('could still change while %s has no invoice', async (_, other) => {
    const page = await pageOver([])(ADA, { accountId: 'mine', asked: { ...asked, ...other }, all: false });
    expect(page).toMatchObject({ periodKey: '2026-10', estimated: true });
  });

  it('is nobody else’s', async () => {
    const refused = pageOver([])(ADA, { accountId: 'theirs', asked, all: false });
    await expect(refused).rejects.toMatchObject({ status: 404 });
  });
});

describe('the page of a day', () => {
  it.each([
    ['2026-09-14', { periodKey: '2026-09', estimated: false }],
    ['2026-11-14', { periodKey: '2026-11', estimated: true }],
    // Beside a day of a month with an invoice stands one without.
    ['2026-11-01', { periodKey: '2026-11', estimated: true }],
  ])('%s is told in its own month', async (day, told) => {
    const asked = { day, against: 'previous' } as const;
    expect(await pageOver([])(ADA, { accountId: 'mine', asked, all: false })).toMatchObject(told);
  });

  it('is none in no calendar', async () => {
    const asked = { day: '2026-02-30', against: 'previous' } as const;
    const refused = pageOver([])(ADA, { accountId: 'mine', asked, all: false });
    await expect(refused).rejects.toMatchObject({ status: 404 });
  });
});

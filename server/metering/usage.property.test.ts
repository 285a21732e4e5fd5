import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyStaging, insertContributions, publishStaged, stagedPartitions } from '../../clickhouse/index.ts';
import { putMeter } from '../database/prices/meters.ts';
import { FIRST_OPENING_MS } from '../database/testing/embedded-postgres.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { readBody } from '../events/body.ts';
import { type OpenMeasuring, openMeasuring } from '../testing/open-measuring.ts';
import { contributionsOf } from './contributions.ts';
import { compileMeter } from './extract.ts';
import { type MeterKinds, roll } from './roll.ts';
import { levelTimesOf } from './stretches.ts';
import { naiveUsage } from './testing/naive-usage.ts';
import { longest, tries } from './testing/property-tries.ts';
import {
  batchText,
  METERS,
  NOW,
  type RandomEvent,
  type RandomQuestion,
  type RandomTraffic,
  randomQuestions,
  randomTraffic,
  readBy,
  settle,
} from './testing/random-usage.ts';

let opened: OpenMeasuring;
beforeAll(async () => {
  opened = await openMeasuring(METERS, () => new Date(NOW / 1000));
}, FIRST_OPENING_MS);
afterAll(() => opened?.close());

let accounts = 0;
/** Each run has an account of its own in the one store. */
const newAccount = () => `account-${++accounts}`;

async function send(
  accountId: string,
  { batches, pauses }: Pick<RandomTraffic, 'batches' | 'pauses'>,
  type?: string,
): Promise<void> {
  const { measuring, meteredThrough } = opened;
  const seen = new Set<string>();
  let last = 0;
  for (const [i, batch] of batches.entries()) {
    const body = await readBody(Buffer.from(batchText(batch, type)));
    const { receipts, faults } = await measuring.ingest.ingest({ accountId }, body, false);
    expect(faults).toEqual([]);
    expect(receipts.map(({ status }) => status)).toEqual(
      batch.map(({ source, id }) => {
        const known = seen.has(`${source} ${id}`);
        seen.add(`${source} ${id}`);
        return known ? 'duplicate' : 'accepted';
      }),
    );
    for (const { receivedAt } of receipts) last = Math.max(last, receivedAt ?? 0);
    if (pauses[i]) await meteredThrough(last);
  }
  await meteredThrough(last);
}

/** Rows as comparable lines; two that are equal would be a fault too, so nothing is merged. */
async function answered(accountId: string, question: RandomQuestion, key = question.meter) {
  const { from, to, windowSize, timeZone, groupBy, only } = question;
  const { subject: subjects, ...others } = only;
  const answer = await opened.measuring.query({
    accountId,
    key,
    from,
    to,
    windowSize,
    timeZone,
    subjects,
    groupBy,
    only: others,
  });
  if (answer === null) throw new Error(`there is no meter ${key}`);
  const lines = answer.data.map((row) => {
    const group = groupBy.map((name) => (name === 'subject' ? row.subject : row.groupBy[name]));
    return line(row.windowStart, row.windowEnd, group, row.valueExact);
  });
  return { lines: lines.toSorted(), through: answer.meteredThrough };
}

function computed(events: readonly RandomEvent[], question: RandomQuestion, through: string): string[] {
  const { aggregation } = METERS[question.meter] as (typeof METERS)[string];
  const micros = Date.parse(through) * 1000 + Number(through.slice(23, 26));
  return naiveUsage(events, { ...question, aggregation, through: micros })
    .map((row) => line(toRfc3339(row.from), toRfc3339(row.to), row.group, row.value))
    .toSorted();
}

const line = (from: string, to: string, group: readonly unknown[], value: string) =>
  `${from} ${to} ${JSON.stringify(group)} ${value}`;

async function expectNaive(accountId: string, events: readonly RandomEvent[], questions: readonly RandomQuestion[]) {
  const answers = await Promise.all(questions.map((question) => answered(accountId, question)));
  questions.forEach((question, i) => {
    const { lines, through } = answers[i] as (typeof answers)[0];
    expect({ question, lines }).toEqual({
      question,
      lines: computed(readBy(question.meter, events), question, through),
    });
  });
}

const meters = Object.entries(METERS).map(([key, definition]) =>
  compileMeter({ ...definition, key, version: 1, createdAt: '2026-11-24T00:00:00.000Z' }),
);

/** What the roller would be handed over for these events. */
function contributions(accountId: string, { batches }: RandomTraffic) {
  const sent = [...new Set(batches.flat())];
  return sent.flatMap((event) => {
    const envelope = batchText([event]).slice(1, -1);
    const type = (JSON.parse(envelope) as { type: string }).type;
    const { source, id, subject, time } = event;
    return contributionsOf(
      { accountId, source, id, type, subject, time, envelope, receivedAt: ++received },
      meters.filter((meter) => meter.eventType === type),
    );
  });
}
let received = Date.parse('2026-01-01T00:00:00Z') * 1000;
let rolledAt = NOW;
const kinds: MeterKinds = {
  levelsOf: (key) => levelTimesOf(meters.find((meter) => meter.key === key) as (typeof meters)[0]),
  latestOf: (key) => METERS[key]?.aggregation === 'latest',
};
const rollNow = (added: ReturnType<typeof contributions>, doubtful: boolean) =>
  roll(opened.stores.measurements, [{ contributions: added, doubtful }], {
    ...kinds,
    ...{ rolledAt: ++rolledAt, publish: (move) => move(), letGo: (empty) => empty() },
  });
/** What a pass leaves that broke off while it was published. */
async function storeOnly(added: ReturnType<typeof contributions>): Promise<void> {
  const { roll: lane } = opened.stores.measurements;
  await insertContributions(lane, added);
  const staged = await stagedPartitions(lane);
  await publishStaged(lane, staged);
  await emptyStaging(lane, staged);
}

describe('usage', () => {
  it(
    'is what a naive computation says, whatever the order, batches, repetitions, windows and zones',
    () =>
      fc.assert(
        fc.asyncProperty(randomTraffic, randomQuestions, async (traffic, drawn) => {
          const accountId = newAccount();
          await send(accountId, traffic);
          await expectNaive(
            accountId,
            traffic.events,
            drawn.map((question) => settle(question, traffic.events)),
          );
          expect(opened.errors).toEqual([]);
        }),
        tries(16),
      ),
    longest(16),
  );

  it(
    'is the same when everything is rolled again, and when a pass broke off halfway',
    () =>
      fc.assert(
        fc.asyncProperty(randomTraffic, randomQuestions, fc.nat(), async (traffic, drawn, cut) => {
          const accountId = newAccount();
          const all = contributions(accountId, traffic);
          const questions = drawn.map((question) => settle(question, traffic.events));
          const half = all.slice(0, cut % (all.length + 1));
          if (half.length > 0) await storeOnly(half);
          await rollNow(all, true);
          await expectNaive(accountId, traffic.events, questions);
          await rollNow(all, true);
          await expectNaive(accountId, traffic.events, questions);
        }),
        tries(5),
      ),
    longest(5),
  );

  it(
    'of a meter changed from the beginning is what a meter that always read so would say',
    () =>
      fc.assert(
        fc.asyncProperty(randomTraffic, randomQuestions, async (traffic, drawn) => {
          const accountId = newAccount();
          const key = `changed-${accounts}`;
          const eventType = `changed.${accounts}`;
          const define = async (valuePath: string) => {
            const definition = { ...(METERS.summed as (typeof METERS)[string]), eventType, valuePath };
            const { meter } = await putMeter(opened.stores.database.queries, key, definition, new Date(NOW / 1000), {
              effectiveFrom: null,
            });
            expect(await opened.measuring.roller.meterChanged(key, meter.version, 30_000)).toBe(true);
          };
          await define('$.value');
          const questions = drawn.map((question) => settle({ ...question, meter: 'summed' }, traffic.events));
          // What was sent before is rolled again from the raw events, what comes after is read the new way at once.
          const [first = [], ...rest] = traffic.batches;
          const fresh = rest.map((batch) => batch.filter((event) => !first.includes(event)));
          await send(accountId, { batches: [first], pauses: [] }, eventType);
          await define('$.other');
          await send(
            accountId,
            { batches: fresh.filter((batch) => batch.length > 0), pauses: traffic.pauses },
            eventType,
          );
          const others = traffic.events.map((event) => ({ ...event, value: -event.value }));
          for (const question of questions) {
            const { lines, through } = await answered(accountId, question, key);
            expect({ question, lines }).toEqual({ question, lines: computed(others, question, through) });
          }
        }),
        tries(3),
      ),
    longest(3),
  );
});

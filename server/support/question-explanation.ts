import type { ClickHouse } from '../../clickhouse/index.ts';
import type { Database } from '../database/database.types.ts';
import { keptExplanation } from '../database/support/frozen-explanations.ts';
import type { EventRef, Question } from '../database/support/questions.ts';
import { changeOfId } from '../domain/change-id.ts';
import type { Micros } from '../domain/instant.ts';
import { readEventTime, toRfc3339 } from '../domain/instant.ts';
import type { FoundCharge } from '../explanation/charge/found-charge.ts';
import type { ExplainedEvent, Explanation } from '../explanation/explanation.types.ts';
import type { Explanations } from '../explanation/explanations.ts';
import { readBasis } from '../explanation/kept/basis.ts';
import { chargeOf } from '../explanation/kept/charge-of-basis.ts';
import { type ChangeTold, readChange } from '../explanation/kept/frozen-change.ts';
import { readContent } from '../explanation/kept/frozen-content.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { lookUpEvent } from '../usage/event-lookup.ts';

/** What a question is about, as both sides see it. */
export type QuestionAbout = ChargeAskedAbout | { kind: 'change'; told: ChangeTold };

/** A charge that was asked about. */
export interface ChargeAskedAbout {
  kind: 'charge';
  /** As it was when the question was asked. */
  explanation: Explanation;
  /** What made the difference to the period before; `null` without one, and of earlier versions. */
  changes: Changes | null;
  /** The events the question names, with what each added then; `null` where that is not told. */
  events: { source: string; id: string; added: ExplainedEvent | null }[];
  /** What the charge comes to now, exactly; `null` where there is none any more. */
  now: { amountExact: string; meteredThrough: string } | null;
}

/** What is between the first and the last chosen event is read at once, up to so many. */
const TOGETHER = 200;
/** Events that are far from the others are read each by itself: this many, since each time the charge is computed. */
const ALONE = 10;

interface Parts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  explanations: Explanations;
}

/** Tells what a question is about; `null` where nothing was kept that could be shown. */
export type AboutQuestion = (question: Question) => Promise<QuestionAbout | null>;

/**
 * Builds what both sides of a question see: the explanation as it was kept when it was asked, what each event that was chosen
 * added then, and what the charge comes to now; of a difference all that was told of it.
 */
export function createAboutQuestion({ database, store, registry, explanations }: Parts): AboutQuestion {
  return async (question) => {
    const { accountId, chargeId, eventRefs } = question;
    if (changeOfId(chargeId) !== null) {
      const kept = await keptExplanation(database.queries, accountId, question);
      return kept && { kind: 'change', told: readChange(kept.content).told };
    }
    const [kept, today] = await Promise.all([
      keptExplanation(database.queries, accountId, question),
      explanations.line(accountId, chargeId),
    ]);
    if (kept === null) return null;
    const { explanation, changes } = readContent(kept.content);
    const byRef = new Map<string, ExplainedEvent>();
    const chosen = kept.basis === null ? [] : await timesOf(store, registry, accountId, eventRefs);
    if (kept.basis !== null && chosen.length > 0) {
      const charge = await chargeOf(database.queries, readBasis(kept.basis));
      await addEvents(explanations, charge, chosen, byRef);
    }
    return {
      kind: 'charge',
      explanation,
      changes: changes ?? null,
      events: eventRefs.map((ref) => ({ source: ref.source, id: ref.id, added: byRef.get(keyOf(ref)) ?? null })),
      now: today && { amountExact: today.amountExact, meteredThrough: toRfc3339(today.meteredThrough) },
    };
  };
}

interface Chosen extends EventRef {
  at: Micros;
}

/** When they happened; without those that this account never sent. */
async function timesOf(
  store: ClickHouse,
  registry: MeterRegistry,
  accountId: string,
  refs: readonly EventRef[],
): Promise<Chosen[]> {
  const events = await Promise.all(
    refs.map(async ({ source, id }) => {
      const event = await lookUpEvent(store, registry, accountId, source, id);
      const at = event && readEventTime(event.eventTime);
      return at === null ? [] : [{ source, id, at }];
    }),
  );
  return events.flat();
}

async function addEvents(
  explanations: Explanations,
  charge: FoundCharge,
  chosen: readonly Chosen[],
  byRef: Map<string, ExplainedEvent>,
): Promise<void> {
  const times = chosen.map(({ at }) => at);
  const read = async (from: Micros, to: Micros) => {
    const question = { resource: null, from, to: to + 1, cursor: null, limit: TOGETHER };
    const page = await explanations.of.events(charge, question);
    for (const event of page?.data ?? []) byRef.set(keyOf(event), event);
  };
  await read(Math.min(...times), Math.max(...times));
  const left = chosen.filter((event) => !byRef.has(keyOf(event)));
  for (const { at } of left.slice(0, ALONE)) await read(at, at);
}

const keyOf = ({ source, id }: EventRef) => JSON.stringify([source, id]);

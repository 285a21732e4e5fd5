import { createHash } from 'node:crypto';
import type { Micros } from '../../../clickhouse/index.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { readEventTime } from '../../ingest/event-time.ts';
import type { ExplainedEvent, ExplainedInterval, Explanation, Freeze, Redaction } from '../explanation.types.ts';
import type { Explanations } from './explanations.ts';
import { withoutNames } from './without-names.ts';

/** What is kept of an explanation: everything somebody without a sign-in can be shown of it later. */
export interface FrozenContent {
  explanation: Explanation;
  /** Of levels: what ran, resource by resource. */
  intervals: ExplainedInterval[];
  events: ExplainedEvent[];
  /** Whether `intervals` and `events` are all there are, or only the first of them. */
  isComplete: boolean;
  redaction: Redaction;
}

const RESOURCES = 1_000;
const ROWS = 200;

/** How often it is read again when events came in between. */
const TRIES = 3;

/**
 * Builds the function that freezes explanations. What is in one belongs together: what runs is told up to one instant, and
 * where the charge came to something else meanwhile all is read again. The time it took to compute is left out.
 */
export function createFreeze(explanations: Explanations): Freeze {
  return async (accountId, chargeId, redaction) => {
    for (let tries = 1; ; tries++) {
      const explanation = await explanations.explain(accountId, chargeId, { cursor: null, limit: RESOURCES });
      if (explanation === null) return null;
      const asOf = readEventTime(explanation.meteredThrough) as Micros;
      const inside = await insideOf(explanations, accountId, explanation, asOf);
      const line = await explanations.line(accountId, chargeId, asOf);
      if (line?.amountExact !== explanation.checks.sumOfParts && tries < TRIES) continue;
      const content = redacted({
        explanation: { ...explanation, checks: { ...explanation.checks, milliseconds: 0 } },
        ...inside,
        redaction,
      });
      const text = canonicalJson(content);
      return {
        content: text,
        sha256: createHash('sha256').update(text).digest('hex'),
        meteredThroughMicros: asOf,
        description: describe(content.explanation),
      };
    }
  };
}

/** The first intervals and events, and whether those are all. */
async function insideOf(
  explanations: Explanations,
  accountId: string,
  { charge, meter, resources, nextResources }: Explanation,
  asOf: Micros,
): Promise<Pick<FrozenContent, 'intervals' | 'events' | 'isComplete'>> {
  const isLevel = meter.aggregation === 'time_weighted';
  const intervals: ExplainedInterval[] = [];
  let isComplete = nextResources === null;
  for (const { resource } of isLevel ? resources : []) {
    if (intervals.length >= ROWS) {
      isComplete = false;
      break;
    }
    const question = { resource, cursor: null, limit: ROWS - intervals.length, asOf };
    const page = await explanations.intervals(accountId, charge.chargeId, question);
    intervals.push(...(page?.data ?? []));
    if (page?.nextCursor !== null) isComplete = false;
  }
  const first = { resource: null, from: null, to: null, cursor: null, limit: ROWS, asOf };
  const events = await explanations.events(accountId, charge.chargeId, first);
  if (events?.nextCursor !== null) isComplete = false;
  return { intervals, events: events?.data ?? [], isComplete };
}

function redacted(content: FrozenContent): FrozenContent {
  const { hideNames, hidePayloads } = content.redaction;
  // Payloads say names too.
  const events =
    hidePayloads || hideNames ? content.events.map((event) => ({ ...event, event: null })) : content.events;
  return hideNames ? withoutNames({ ...content, events }) : { ...content, events };
}

function describe({ charge, invoice }: Explanation): string {
  const of = Object.values(charge.lineValues).filter((value) => value !== '');
  return `${charge.description}${of.length === 0 ? '' : ` of ${of.join(', ')}`}, ${invoice.period.key}`;
}

import { createHash } from 'node:crypto';
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

/** Builds the function that freezes explanations. The time it took to compute is left out: it is not the charge's. */
export function createFreeze(explanations: Explanations): Freeze {
  return async (accountId, chargeId, redaction) => {
    const explanation = await explanations.explain(accountId, chargeId, { cursor: null, limit: RESOURCES });
    if (explanation === null) return null;
    const isLevel = explanation.meter.aggregation === 'time_weighted';
    const intervals: ExplainedInterval[] = [];
    let isComplete = explanation.nextResources === null;
    for (const { resource } of isLevel ? explanation.resources : []) {
      if (intervals.length >= ROWS) {
        isComplete = false;
        break;
      }
      const question = { resource, cursor: null, limit: ROWS - intervals.length };
      const page = await explanations.intervals(accountId, chargeId, question);
      intervals.push(...(page?.data ?? []));
      if (page?.nextCursor !== null) isComplete = false;
    }
    const first = { resource: null, from: null, to: null, cursor: null, limit: ROWS };
    const events = await explanations.events(accountId, chargeId, first);
    if (events?.nextCursor !== null) isComplete = false;
    const content = redacted({
      explanation: { ...explanation, checks: { ...explanation.checks, milliseconds: 0 } },
      intervals,
      events: events?.data ?? [],
      isComplete,
      redaction,
    });
    const text = canonicalJson(content);
    return {
      content: text,
      sha256: createHash('sha256').update(text).digest('hex'),
      meteredThroughMicros: readEventTime(explanation.meteredThrough) as number,
      description: describe(content.explanation),
    };
  };
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

import type { Micros } from '../../../clickhouse/index.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import { ratingScope } from '../account-charges.ts';
import { ADDITIVE } from '../charge-gathering.ts';
import type {
  ExplainedEvent,
  ExplainedInterval,
  ExplainedResource,
  ExplainedWindow,
  Explanation,
  ExplanationChecks,
  ExplanationPage,
  PriceInForce,
} from '../explanation.types.ts';
import { linesOf } from '../invoice-view.ts';
import { comparisonOf } from './comparison.ts';
import { rateEachEvent } from './each-event.ts';
import { type EventsQuestion, explainedEvents } from './events.ts';
import { type ChargeFinder, createChargeFinder, type ExplanationParts, type FoundCharge } from './find-charge.ts';
import { intervalsPage } from './intervals.ts';
import { marksOf } from './marks.ts';
import { type OpenedCharge, openCharge } from './open-charge.ts';
import { resourcesOf, resourcesPage } from './resources.ts';
import { sentenceOf } from './sentence.ts';
import { explainedSteps } from './steps.ts';
import { explainedHours } from './windows.ts';

/** A page that is asked for. */
export interface PageQuestion {
  cursor: string | null;
  limit: number;
  /** What runs is told up to here, so that pages read one after another belong together; else up to what is metered. */
  asOf?: Micros;
}

/**
 * Opens charges of accounts. All answer `null` when the account has no such charge.
 * @throws RangeError when a cursor is none that a page gave
 */
export interface Explanations {
  find: ChargeFinder;
  explain: (accountId: string, chargeId: string, page: PageQuestion) => Promise<Explanation | null>;
  /** What the charge comes to as it stands. */
  line: (
    accountId: string,
    chargeId: string,
    asOf?: Micros,
  ) => Promise<{ amountExact: string; meteredThrough: Micros } | null>;
  /** Rates every single event again and compares their sum with the line. Takes as long as there are events. */
  check: (accountId: string, chargeId: string) => Promise<ExplanationChecks | null>;
  intervals: Paged<{ resource: string } & PageQuestion, ExplainedInterval>;
  hours: Paged<{ resource: string } & PageQuestion, ExplainedWindow>;
  events: Paged<{ resource: string | null; from: Micros | null; to: Micros | null } & PageQuestion, ExplainedEvent>;
}

type Paged<Question, Row> = (
  accountId: string,
  chargeId: string,
  question: Question,
) => Promise<ExplanationPage<Row> | null>;

interface Inside {
  opened: OpenedCharge;
  resources: ExplainedResource[];
}

export function createExplanations(parts: ExplanationParts): Explanations {
  const { charges, store, registry } = parts;
  const find = createChargeFinder(parts);

  async function findAsOf(accountId: string, chargeId: string, asOf: Micros | undefined): Promise<FoundCharge | null> {
    const found = await find(accountId, chargeId);
    return found === null || asOf === undefined ? found : { ...found, through: Math.min(found.through, asOf) };
  }

  async function inside(found: FoundCharge): Promise<Inside | null> {
    const opened = await openCharge(charges, store, found);
    return opened === null ? null : { opened, resources: await resourcesOf(store, found, opened) };
  }

  return {
    find,
    explain: async (accountId, chargeId, { cursor, limit }) => {
      const began = performance.now();
      const found = await find(accountId, chargeId);
      const within = found && (await inside(found));
      if (found === null || within === null) return null;
      const { opened, resources } = within;
      const milliseconds = Math.ceil(performance.now() - began);
      const marks = marksOf(found, opened);
      const [computed] = linesOf([opened.rated], found.period.key, registry, true);
      const charge = found.issued ?? computed;
      if (charge === undefined) return null;
      const { page, next } = resourcesPage(found, resources, { cursor, limit });
      const { account, pricing, meter, invoice } = found;
      const licenses = pricing.licenses.filter(({ weights }) => weights[found.line.priceKey] !== undefined);
      return {
        account: { id: account.id, name: account.name, timeZone: account.timeZone, kind: account.kind },
        invoice,
        charge,
        meter: {
          key: meter.key,
          version: meter.version,
          description: meter.description,
          aggregation: meter.aggregation,
          unit: meter.unit,
          ...(meter.levels === undefined ? {} : { levels: meter.levels }),
        },
        sentence: sentenceOf(found, opened, resources, marks),
        steps: explainedSteps(charge.steps),
        prices: pricesInForce(found),
        discountPercent: pricing.rateCard?.discountPercent ?? '0',
        licenses: licenses.map(({ id, version, product, unit }) => {
          const at = opened.exhausted.get(id) ?? null;
          return { id, version, product, unit, exhaustedAt: at === null ? null : toRfc3339(at) };
        }),
        base: opened.rated.base,
        resourceCount: resources.length,
        resources: page,
        nextResources: next,
        marks,
        comparison: cursor === null ? await comparisonOf({ find, charges, store }, found, within) : null,
        checks: checksOf(opened, resources, charge.amountExact, charge.amount, milliseconds),
        meteredThrough: toRfc3339(found.meteredThrough),
        versions: {
          rateCard: pricing.rateCard && {
            key: pricing.rateCard.key,
            versions: pricing.rateCard.versions.map(({ version }) => version),
          },
          meter: meter.version,
          licenses: Object.fromEntries(licenses.map(({ id, version }) => [id, version])),
        },
      };
    },
    line: async (accountId, chargeId, asOf) => {
      const found = await findAsOf(accountId, chargeId, asOf);
      const opened = found && (await openCharge(charges, store, found));
      if (found === null || opened === null) return null;
      return { amountExact: opened.rated.amountExact, meteredThrough: found.meteredThrough };
    },
    check: async (accountId, chargeId) => {
      const began = performance.now();
      const found = await find(accountId, chargeId);
      const opened = found && (await openCharge(charges, store, found));
      if (found === null || opened === null) return null;
      const sums = { parts: 0, events: 0, amount: parseAmount(opened.rated.base) };
      const add = ({ contribution, amount, coveredAmount }: RatedPart) => {
        sums.parts++;
        sums.events += contribution.events;
        sums.amount += amount - coveredAmount;
      };
      if (ADDITIVE.has(found.meter.aggregation)) await rateEachEvent(store, found, opened, add);
      else opened.parts.forEach(add);
      const { amountExact, amount } = found.issued ?? opened.rated;
      return {
        ...differenceOf(sums.amount, amountExact, amount),
        ...{ parts: sums.parts, events: sums.events, milliseconds: Math.ceil(performance.now() - began) },
      };
    },
    intervals: async (accountId, chargeId, { resource, asOf, ...page }) => {
      const found = await findAsOf(accountId, chargeId, asOf);
      if (found === null || !isLevel(found)) return null;
      const opened = await openCharge(charges, store, found);
      return opened === null ? null : intervalsPage(found, opened, resource, page);
    },
    hours: async (accountId, chargeId, { resource, ...page }) => {
      const found = await find(accountId, chargeId);
      if (found === null || !ADDITIVE.has(found.meter.aggregation)) return null;
      return explainedHours(charges, store, found, resource, page);
    },
    events: async (accountId, chargeId, { from, to, asOf, ...question }) => {
      const found = await findAsOf(accountId, chargeId, asOf);
      if (found === null) return null;
      const inPeriod: EventsQuestion = {
        ...question,
        from: Math.max(from ?? 0, isLevel(found) ? 0 : found.period.from),
        to: Math.min(to ?? found.period.to, found.period.to),
      };
      return explainedEvents(charges, store, found, inPeriod);
    },
  };
}

/** A level reaches into the period from an event before it. */
const isLevel = ({ meter }: FoundCharge) => meter.aggregation === 'time_weighted';

/** The price of each stretch of the period; a version that says the same again begins none. */
function pricesInForce({ pricing, period, line }: FoundCharge): PriceInForce[] {
  const { versions } = ratingScope(pricing, period);
  const inForce: PriceInForce[] = [];
  for (const [i, { from, version, prices }] of versions.entries()) {
    const price = prices.get(line.priceKey);
    if (price === undefined) continue;
    const to = toRfc3339(versions[i + 1]?.from ?? period.to);
    const last = inForce.at(-1);
    if (last?.to === toRfc3339(from) && canonicalJson(last.price) === canonicalJson(price)) last.to = to;
    else inForce.push({ version, from: toRfc3339(from), to, price });
  }
  return inForce;
}

function checksOf(
  { rated, parts }: OpenedCharge,
  resources: readonly ExplainedResource[],
  line: string,
  rounded: string,
  milliseconds: number,
): ExplanationChecks {
  const sum = resources.reduce((total, { amountExact }) => total + parseAmount(amountExact), parseAmount(rated.base));
  const events = resources.reduce((total, resource) => total + resource.events, 0);
  return { ...differenceOf(sum, line, rounded), parts: parts.length, events, milliseconds };
}

function differenceOf(sumOfParts: bigint, line: string, rounded: string) {
  return {
    sumOfParts: amountText(sumOfParts),
    line,
    difference: amountText(sumOfParts - parseAmount(line)),
    rounding: amountText(parseAmount(rounded) - parseAmount(line)),
  };
}

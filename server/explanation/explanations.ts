import { ratingScope } from '../billing/charge-scope.ts';
import type { InvoiceLine } from '../billing/invoice.types.ts';
import { linesOf } from '../billing/invoices/invoice-view.ts';
import { rulingsIn } from '../billing/pricing.ts';
import type { Aggregation } from '../domain/aggregation.ts';
import { addsUp, isLevels } from '../domain/aggregation.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { Micros } from '../domain/instant.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { isPoolOf, licenseIn } from '../domain/license-terms.ts';
import { amountText, parseAmount } from '../domain/money.ts';
import type { License } from '../domain/pricing/price.ts';
import { type ChargeFinder, createChargeFinder, type ExplanationParts } from './charge/find-charge.ts';
import type { FoundCharge } from './charge/found-charge.ts';
import { type OpenedCharge, openCharge } from './charge/open-charge.ts';
import { readAsItStands, standingStill } from './charge/standing-still.ts';
import { explainedSteps } from './charge/steps.ts';
import type {
  ExplainedEvent,
  ExplainedInterval,
  ExplainedResource,
  ExplainedWindow,
  Explanation,
  ExplanationChecks,
  ExplanationHead,
  ExplanationPage,
  PriceInForce,
} from './explanation.types.ts';
import { sumEachEvent } from './levels/check.ts';
import { type EventsQuestion, explainedEvents } from './levels/events.ts';
import { intervalsPage, withEnds } from './levels/intervals.ts';
import { resourcesOf, resourcesPage } from './levels/resources.ts';
import { explainedHours } from './levels/windows.ts';
import { comparisonOf, earlierCharge } from './why/comparison.ts';
import { inTime, marksOf } from './why/marks.ts';
import { resizeMarks } from './why/resize-marks.ts';
import { sentenceOf } from './why/sentence.ts';

/** A page that is asked for. */
export interface PageQuestion {
  cursor: string | null;
  limit: number;
}

/**
 * Opens charges of accounts. All answer `null` when the account has no such charge, or nothing of it that was asked for.
 * @throws RangeError when a cursor is none that a page gave
 */
export interface Explanations extends OfCharge<[accountId: string, chargeId: string]> {
  find: ChargeFinder;
  /** The same of a charge that was found already. */
  of: OfCharge<[found: FoundCharge]>;
  /** What the charge comes to as it stands. */
  line: (accountId: string, chargeId: string) => Promise<{ amountExact: string; meteredThrough: Micros } | null>;
}

/** What is told of a charge. */
interface OfCharge<Which extends unknown[]> {
  /** One of its resources with all it adds, wherever it stands in the list; `null` when the charge has no such one. */
  resource: (...asked: [...Which, string]) => Promise<ResourceOfCharge | null>;
  explain: (...asked: [...Which, PageQuestion]) => Promise<Explanation | null>;
  /** What stands above a page of it; without looking inside. */
  head: (...asked: Which) => Promise<ExplanationHead | null>;
  /** Rates every single event again and compares their sum with the line. Takes as long as there are events. */
  check: (...asked: Which) => Promise<ExplanationChecks | null>;
  resources: Paged<Which, PageQuestion, ExplainedResource>;
  intervals: Paged<Which, { resource: string } & PageQuestion, ExplainedInterval>;
  hours: Paged<Which, { resource: string } & PageQuestion, ExplainedWindow>;
  events: Paged<
    Which,
    { resource: string | null; from: Micros | null; to: Micros | null } & PageQuestion,
    ExplainedEvent
  >;
}

/** A resource of a charge, and what stands above a page of it. */
export interface ResourceOfCharge extends ExplanationHead {
  aggregation: Aggregation;
  resource: ExplainedResource;
}

type Paged<Which extends unknown[], Question, Row> = (
  ...asked: [...Which, Question]
) => Promise<ExplanationPage<Row> | null>;

interface Inside {
  opened: OpenedCharge;
  resources: ExplainedResource[];
}

export function createExplanations(parts: ExplanationParts): Explanations {
  const { charges, store, registry, readings } = parts;
  const find = createChargeFinder(parts);
  const stores = { find, charges, store };
  const open = (found: FoundCharge) => readAsItStands(store, found, (standing) => openCharge(charges, store, standing));

  const inside = (found: FoundCharge): Promise<Inside | null> =>
    readAsItStands(store, found, async (standing) => {
      const opened = await openCharge(charges, store, standing);
      return opened === null ? null : { opened, resources: await resourcesOf(store, standing, opened) };
    });

  /** Events that arrive between two readings make levels differ: then all is told as it stood when it was asked for. */
  async function together(found: FoundCharge): Promise<Inside | null> {
    const within = await inside(found);
    if (within === null || sumOf(within) === parseAmount(within.opened.rated.amountExact)) return within;
    return inside(standingStill(found, registry.currentMeters()));
  }

  const of: Explanations['of'] = {
    explain: async (found, { cursor, limit }) => {
      const began = performance.now();
      const [within, earlier] = await Promise.all([
        together(found),
        cursor === null ? earlierCharge(stores, found) : null,
      ]);
      if (within === null) return null;
      const { opened, resources } = within;
      const milliseconds = Math.ceil(performance.now() - began);
      const resizes = await readAsItStands(store, found, (standing) => resizeMarks(store, standing));
      const marks = inTime([...marksOf(found, opened), ...resizes]);
      const [computed] = linesOf([opened.rated], found, registry, true);
      const charge = found.issued ?? computed;
      if (charge === undefined) return null;
      const { page, next } = resourcesPage(found, resources, { cursor, limit });
      const { pricing, meter } = found;
      const ruled = rulingsIn(pricing, found.period);
      const card = ruled.at(-1)?.rateCard;
      const licenses = licensesOfCharge(found);
      return {
        ...headOf(found, charge),
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
        discountPercent: ruled.at(-1)?.discountPercent ?? '0',
        licenses: licenses.map((license) => {
          const { id, version, product, unit, weights } = license;
          const pool = opened.pools.find((each) => isPoolOf(license, each, found.period));
          const at = pool?.exhaustedAt ?? null;
          const weight = weights[found.line.priceKey] ?? '1';
          return { id, version, product, unit, weight, exhaustedAt: at === null ? null : toRfc3339(at) };
        }),
        base: opened.rated.base,
        resourceCount: resources.length,
        resources: page,
        nextResources: next,
        marks,
        comparison: earlier && (await comparisonOf(stores, found, within, earlier)),
        checks: checksOf(within, charge.amountExact, charge.amount, milliseconds),
        versions: {
          rateCard: card === undefined ? null : { key: card, versions: versionsOf(pricing, card) },
          meter: meter.version,
          licenses: Object.fromEntries(licenses.map(({ id, version }) => [id, version])),
        },
      };
    },
    head: async (found) => {
      const opened = found.issued === null ? await open(found) : null;
      const [computed] = opened === null ? [] : linesOf([opened.rated], found, registry, true);
      const charge = found.issued ?? computed;
      return charge === undefined ? null : headOf(found, charge);
    },
    resource: async (found, name) => {
      const within = await together(found);
      const [computed] = within === null ? [] : linesOf([within.opened.rated], found, registry, true);
      const charge = found.issued ?? computed;
      const resource = within?.resources.find((each) => each.resource === name);
      if (charge === undefined || resource === undefined) return null;
      return { ...headOf(found, charge), aggregation: found.meter.aggregation, resource };
    },
    check: async (found) => {
      const began = performance.now();
      const still = standingStill(found, registry.currentMeters());
      const sums = await readAsItStands(store, still, (standing) => sumEachEvent(charges, store, standing));
      if (sums === null) return null;
      const { amountExact, amount } = found.issued ?? sums.line;
      return {
        ...differenceOf(sums.amount, amountExact, amount),
        ...{ parts: sums.parts, events: sums.events, milliseconds: Math.ceil(performance.now() - began) },
      };
    },
    resources: async (found, question) => {
      const within = await together(found);
      if (within === null) return null;
      const { page, next } = resourcesPage(found, within.resources, question);
      const total = page.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
      return { data: page, pageTotal: amountText(total), nextCursor: next };
    },
    intervals: async (found, { resource, ...page }) => {
      const opened = isLevel(found) ? await open(found) : null;
      const answer = opened && intervalsPage(found, opened, resource, page);
      return answer && { ...answer, data: await withEnds(store, found, answer.data) };
    },
    hours: async (found, { resource, ...page }) => {
      if (!addsUp(found.meter.aggregation)) return null;
      return readAsItStands(store, found, (standing) => explainedHours(charges, store, standing, resource, page));
    },
    events: async (found, { from, to, ...question }) => {
      const inPeriod: EventsQuestion = {
        ...question,
        from: Math.max(from ?? 0, isLevel(found) ? 0 : found.period.from),
        to: Math.min(to ?? found.period.to, found.period.to),
      };
      return readAsItStands(store, found, (standing) => explainedEvents(charges, store, standing, inPeriod));
    },
  };

  const byId =
    <Asked extends unknown[], Answer>(answer: (found: FoundCharge, ...asked: Asked) => Promise<Answer | null>) =>
    (accountId: string, chargeId: string, ...asked: Asked): Promise<Answer | null> =>
      readings.together(async () => {
        const found = await find(accountId, chargeId);
        return found === null ? null : answer(found, ...asked);
      });

  return {
    find,
    of,
    explain: byId(of.explain),
    head: byId(of.head),
    // As it stands at its watermark, whatever comes meanwhile: it takes too long to keep that away.
    check: async (accountId, chargeId) => {
      const found = await readings.together(() => find(accountId, chargeId));
      return found === null ? null : of.check(found);
    },
    resource: byId(of.resource),
    resources: byId(of.resources),
    intervals: byId(of.intervals),
    hours: byId(of.hours),
    events: byId(of.events),
    line: byId(async (found) => {
      const opened = await open(found);
      return opened && { amountExact: opened.rated.amountExact, meteredThrough: found.meteredThrough };
    }),
  };
}

/** A level reaches into the period from an event before it. */
const isLevel = ({ meter }: FoundCharge) => isLevels(meter.aggregation);

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

function headOf({ account, invoice, meteredThrough }: FoundCharge, charge: InvoiceLine): ExplanationHead {
  const { id, name, timeZone, kind } = account;
  return { account: { id, name, timeZone, kind }, invoice, charge, meteredThrough: toRfc3339(meteredThrough) };
}

function sumOf({ opened, resources }: Inside): bigint {
  return resources.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), parseAmount(opened.rated.base));
}

function checksOf(within: Inside, line: string, rounded: string, milliseconds: number): ExplanationChecks {
  const { opened, resources } = within;
  const events = resources.reduce((total, resource) => total + resource.events, 0);
  return { ...differenceOf(sumOf(within), line, rounded), parts: opened.parts.length, events, milliseconds };
}

function differenceOf(sumOfParts: bigint, line: string, rounded: string) {
  return {
    sumOfParts: amountText(sumOfParts),
    line,
    difference: amountText(sumOfParts - parseAmount(line)),
    rounding: amountText(parseAmount(rounded) - parseAmount(line)),
  };
}

/** The licenses that may cover the charge, as they stood at its period's end. */
function licensesOfCharge({ pricing, period, line }: FoundCharge): License[] {
  return pricing.licenses.flatMap((license) => {
    const standing = license.weights[line.priceKey] === undefined ? null : licenseIn(license, period);
    return standing === null ? [] : [standing];
  });
}

/** The versions of a card that the pricing knows, also those that rule at another time. */
function versionsOf({ rulings }: FoundCharge['pricing'], card: string): number[] {
  return [...new Set(rulings.flatMap(({ rateCard, version }) => (rateCard === card && version > 0 ? [version] : [])))];
}

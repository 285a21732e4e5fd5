import type { ClickHouse } from '../../clickhouse/index.ts';
import { ratingScope } from '../billing/charge-scope.ts';
import type { InvoiceLine } from '../billing/invoice.types.ts';
import { linesOf } from '../billing/invoices/invoice-view.ts';
import { rulingsIn } from '../billing/pricing.ts';
import { microsOf, toRfc3339 } from '../domain/instant.ts';
import { isPoolOf, licenseIn } from '../domain/license-terms.ts';
import type { Meter } from '../domain/meter.ts';
import { amountText, parseAmount, quantityText } from '../domain/money.ts';
import type { License } from '../domain/pricing/price.ts';
import { coveredOf } from '../domain/rating/piece.ts';
import { canonicalJson } from '../domain/text/canonical-json.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { FoundCharge } from './charge/found-charge.ts';
import type { OpenedCharge } from './charge/open-charge.ts';
import { readAsItStands } from './charge/standing-still.ts';
import { explainedSteps } from './charge/steps.ts';
import type {
  ExplainedResource,
  Explanation,
  ExplanationChecks,
  ExplanationHead,
  PriceInForce,
} from './explanation.types.ts';
import { firstEvents, firstIntervals } from './levels/first-rows.ts';
import { largestEvents } from './levels/largest-events.ts';
import { resourcesPage } from './levels/resources.ts';
import { runsOf } from './levels/runs.ts';
import { firstRowsInWords } from './why/in-words.ts';
import { inTime, marksOf } from './why/marks.ts';
import { resizeMarks } from './why/resize-marks.ts';
import { sentenceOf } from './why/sentence.ts';

/** A page that is asked for. */
export interface PageQuestion {
  cursor: string | null;
  limit: number;
}

/** A charge opened as far as its resources, from one reading. */
export interface Inside {
  opened: OpenedCharge;
  resources: ExplainedResource[];
}

type First = Pick<Explanation, 'ran' | 'firstIntervals' | 'firstEvents'>;

interface Stores {
  store: ClickHouse;
  registry: MeterRegistry;
}

/** What stands beside the charge itself on the first level. */
interface Asked {
  page: PageQuestion;
  /** How long opening took. */
  milliseconds: number;
}

/** The first level of a charge: sentence, steps, prices, licenses, a page of resources, marks and the check. */
export async function firstLevelOf(
  stores: Stores,
  found: FoundCharge,
  within: Inside,
  asked: Asked,
): Promise<Explanation | null> {
  const { opened, resources } = within;
  const { store } = stores;
  const [resizes, first] = await Promise.all([
    readAsItStands(store, found, (standing) => resizeMarks(store, standing)),
    asked.page.cursor === null ? firstOf(store, found, opened) : {},
  ]);
  const marks = inTime([...marksOf(found, opened), ...resizes]);
  const [computed] = linesOf([opened.rated], found, stores.registry, true);
  const charge = found.issued ?? computed;
  if (charge === undefined) return null;
  const { page, next } = resourcesPage(found, resources, asked.page);
  const { pricing, meter } = found;
  const ruled = rulingsIn(pricing, found.period);
  const card = ruled.at(-1)?.rateCard;
  const licenses = licensesOfCharge(found);
  return {
    ...headOf(found, charge),
    meter: shownMeter(meter),
    sentence: sentenceOf(found, opened, resources, marks),
    steps: explainedSteps(charge.steps),
    prices: withCharged(pricesInForce(found), opened.parts),
    discountPercent: ruled.at(-1)?.discountPercent ?? '0',
    licenses: licenses.map((license) => shownLicense(found, opened, license)),
    base: opened.rated.base,
    resourceCount: resources.length,
    resources: page,
    nextResources: next,
    ...first,
    marks,
    checks: checksOf(within, charge.amountExact, charge.amount, asked.milliseconds),
    versions: {
      rateCard: card === undefined ? null : { key: card, versions: versionsOf(pricing, card) },
      meter: meter.version,
      licenses: Object.fromEntries(licenses.map(({ id, version }) => [id, version])),
    },
  };
}

/** What is shown of the levels below beside the charge: when it ran, and what cost most. */
async function firstOf(store: Stores['store'], found: FoundCharge, opened: OpenedCharge): Promise<First> {
  const ran = runsOf(found, opened);
  const intervals = firstIntervals(found, opened);
  const events = firstEvents(opened) ?? (await largestEvents(store, found, opened));
  const rows = {
    ...(intervals === null ? {} : { firstIntervals: intervals }),
    ...(events === null ? {} : { firstEvents: events }),
  };
  return { ...(ran === null ? {} : { ran }), ...(await firstRowsInWords(store, found, rows)) };
}

function shownMeter({ key, version, description, aggregation, unit, levels }: Meter): Explanation['meter'] {
  return { key, version, description, aggregation, unit, ...(levels === undefined ? {} : { levels }) };
}

function shownLicense(found: FoundCharge, opened: OpenedCharge, license: License): Explanation['licenses'][number] {
  const { id, version, product, unit, weights } = license;
  const pool = opened.pools.find((each) => isPoolOf(license, each, found.period));
  const at = pool?.exhaustedAt ?? null;
  const weight = weights[found.line.priceKey] ?? '1';
  return { id, version, product, unit, weight, exhaustedAt: at === null ? null : toRfc3339(at) };
}

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

/** Where the price changed, how much was charged by each: what no license and no allowance took. */
function withCharged(prices: readonly PriceInForce[], parts: OpenedCharge['parts']): PriceInForce[] {
  if (prices.length <= 1) return [...prices];
  return prices.map((inForce) => {
    const [from, to] = [microsOf(inForce.from), microsOf(inForce.to)];
    const own = parts.filter(({ contribution }) => contribution.from >= from && contribution.from < to);
    const charged = own.reduce((sum, part) => sum + part.contribution.quantity - coveredOf(part) - part.included, 0n);
    return { ...inForce, charged: quantityText(charged) };
  });
}

/** What stands above every page of a charge. */
export function headOf({ account, invoice, meteredThrough }: FoundCharge, charge: InvoiceLine): ExplanationHead {
  const { id, name, timeZone, kind } = account;
  return { account: { id, name, timeZone, kind }, invoice, charge, meteredThrough: toRfc3339(meteredThrough) };
}

/** What the resources of a charge and what is due without usage come to, in 10⁻¹² of the currency. */
export function sumOf({ opened, resources }: Inside): bigint {
  return resources.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), parseAmount(opened.rated.base));
}

function checksOf(within: Inside, line: string, rounded: string, milliseconds: number): ExplanationChecks {
  const { opened, resources } = within;
  const events = resources.reduce((total, resource) => total + resource.events, 0);
  return { ...differenceOf(sumOf(within), line, rounded), parts: opened.parts.length, events, milliseconds };
}

/** What parts come to beside the exact line and beside the line as it is rounded once; a `difference` other than 0 is a fault. */
export function differenceOf(sumOfParts: bigint, line: string, rounded: string) {
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

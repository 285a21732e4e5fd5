import type { InvoiceLine } from '../../billing/invoice.types.ts';
import type { Price } from '../../domain/pricing/price.ts';
import type { Tier } from '../../domain/pricing/price-common.ts';
import type { Step } from '../../domain/rating/rating.types.ts';
import { type Naming, namedValues } from '../charge/names.ts';
import type {
  ChargeComparison,
  ChargeMark,
  CostingEvent,
  EventSaid,
  ExplainedEvent,
  ExplainedInterval,
  ExplainedResource,
  ExplainedRuns,
  ExplainedStep,
  Explanation,
  ExplanationChecks,
  FirstRows,
  PriceInForce,
  RunLane,
} from '../explanation.types.ts';
import { ACCOUNT } from './hidden-account.ts';
import { driverWords, markWords, sentenceWithoutNames } from './hidden-words.ts';
import { each, ifAny, inside, LEFT_OUT, type Rules, redacted, TOLD } from './redaction-rules.ts';

/** How names are hidden in one explanation. */
interface Way {
  naming: Naming;
  /** The explanation as it was. */
  whole: Explanation;
  /** A license by its place among those of the charge: nothing is made of its name. */
  license: (id: string) => string;
}

/** Of rows below, which have no licenses. */
type Rowing = Pick<Way, 'naming'>;

type Values = Readonly<Record<string, string>>;
const instead =
  <Value>(value: Value) =>
  () =>
    value;
const named =
  (kind: string) =>
  (name: string, { naming }: Rowing) =>
    naming(kind, name);
const namedIfAny =
  (kind: string) =>
  (name: string | null, { naming }: Rowing) =>
    name === null ? null : naming(kind, name);
const valued = (values: Values, { naming }: Rowing): Record<string, string> => namedValues(values, naming);

const PERIOD: Rules<Explanation['invoice']['period'], Way> = {
  key: TOLD,
  from: TOLD,
  to: TOLD,
  timeZone: TOLD,
  bridging: TOLD,
};

// Numbers of invoices begin with the account's name.
const INVOICE: Rules<Explanation['invoice'], Way> = {
  id: instead('invoice'),
  number: instead(null),
  state: TOLD,
  period: inside(PERIOD),
  currency: TOLD,
  minorUnit: TOLD,
};

const STEP: Rules<Step, Way> = {
  name: TOLD,
  licenseId: (id, { license }) => license(id),
  quantity: TOLD,
  amount: TOLD,
};

const EXPLAINED_STEP: Rules<ExplainedStep, Way> = { ...STEP, quantityAfter: TOLD, amountAfter: TOLD };

const TAXED: Rules<{ taxPercent: string; amount: string }, Way> = { taxPercent: TOLD, amount: TOLD };

// What a price is for and what it costs is told, as on any price list; not by which key of whose list.
const CHARGE: Rules<InvoiceLine, Way> = {
  // An id is made of what it is the id of: whoever guesses a name could see that it is right.
  chargeId: instead('charge'),
  description: TOLD,
  priceKey: instead('price'),
  lineValues: valued,
  quantity: TOLD,
  unit: TOLD,
  amountExact: TOLD,
  amount: TOLD,
  estimated: TOLD,
  steps: each(STEP),
  corrects: LEFT_OUT,
  amended: LEFT_OUT,
  taxed: each(TAXED),
};

// Meters are the platform's, the same for everybody.
const METER: Rules<Explanation['meter'], Way> = {
  key: TOLD,
  version: TOLD,
  description: TOLD,
  aggregation: TOLD,
  unit: TOLD,
  levels: TOLD,
};

const TIER: Rules<Tier, Way> = { upTo: TOLD, unitAmount: TOLD, flatAmount: TOLD };
const MAXIMUM: Rules<NonNullable<Price['maximum']>, Way> = { amount: TOLD, scope: TOLD };

const PRICE: Rules<Price, Way> = {
  key: instead('price'),
  meter: TOLD,
  match: valued,
  description: TOLD,
  included: TOLD,
  minimum: TOLD,
  maximum: inside(MAXIMUM),
  flatAtZero: TOLD,
  lineBy: TOLD,
  model: TOLD,
  unitAmount: TOLD,
  per: TOLD,
  tiers: each(TIER),
  amount: TOLD,
  size: TOLD,
  percent: TOLD,
  fixedAmount: TOLD,
  perEventMin: TOLD,
  perEventMax: TOLD,
  perSeconds: TOLD,
};

const PRICE_IN_FORCE: Rules<PriceInForce, Way> = {
  version: TOLD,
  from: TOLD,
  to: TOLD,
  price: inside(PRICE),
  charged: TOLD,
};

const LICENSE: Rules<Explanation['licenses'][number], Way> = {
  id: (id, { license }) => license(id),
  version: TOLD,
  product: instead('License'),
  unit: TOLD,
  weight: TOLD,
  exhaustedAt: TOLD,
};

const RESOURCE: Rules<ExplainedResource, Rowing> = {
  resource: named('resource'),
  quantity: TOLD,
  covered: TOLD,
  included: TOLD,
  amountExact: TOLD,
  events: TOLD,
};

const MARK: Rules<Omit<ChargeMark, 'text'>, Way> = {
  kind: TOLD,
  at: TOLD,
  resource: namedIfAny('resource'),
  licenseId: (id, { license }) => license(id),
  by: named('person'),
};

type Driver = ChargeComparison['drivers'][number];
const DRIVER: Rules<Omit<Driver, 'text'>, Way> = {
  kind: TOLD,
  resource: namedIfAny('resource'),
  amountExact: TOLD,
};

const PREVIOUS: Rules<ChargeComparison['previous'], Way> = {
  chargeId: instead('charge before'),
  periodKey: TOLD,
  amountExact: TOLD,
};

const COMPARISON: Rules<ChargeComparison, Way> = {
  previous: inside(PREVIOUS),
  difference: TOLD,
  drivers: (drivers, way) => drivers.map((driver) => ({ ...redacted(DRIVER, driver, way), text: driverWords(driver) })),
};

const CHECKS: Rules<ExplanationChecks, Way> = {
  sumOfParts: TOLD,
  line: TOLD,
  difference: TOLD,
  rounding: TOLD,
  parts: TOLD,
  events: TOLD,
  milliseconds: TOLD,
};

const RATE_CARD: Rules<NonNullable<Explanation['versions']['rateCard']>, Way> = {
  key: instead('rate card'),
  versions: TOLD,
};

const VERSIONS: Rules<Explanation['versions'], Way> = {
  rateCard: ifAny(RATE_CARD),
  meter: TOLD,
  licenses: (versions, { license }) =>
    Object.fromEntries(Object.entries(versions).map(([id, version]) => [license(id), version])),
};

// What events are about, levels, sizes and plans are told elsewhere too; why somebody did it is in their own words.
const SAID: Rules<EventSaid, Rowing> = { what: TOLD, change: TOLD, by: namedIfAny('person'), cause: LEFT_OUT };

const ENDED_BY: Rules<NonNullable<ExplainedInterval['endedBy']>, Rowing> = {
  source: named('source'),
  id: named('event'),
  said: inside(SAID),
};

const INTERVAL: Rules<ExplainedInterval, Rowing> = {
  resource: named('resource'),
  slot: TOLD,
  from: TOLD,
  to: TOLD,
  seconds: TOLD,
  level: TOLD,
  dimensions: valued,
  open: TOLD,
  source: named('source'),
  eventId: named('event'),
  begun: inside(SAID),
  endedBy: ifAny(ENDED_BY),
  quantity: TOLD,
  covered: TOLD,
  included: TOLD,
  amountExact: TOLD,
};

const EVENT: Rules<ExplainedEvent, Rowing> = {
  source: named('source'),
  id: named('event'),
  resource: named('resource'),
  eventTime: TOLD,
  receiveTime: TOLD,
  // What an event contains says names too.
  event: instead(null),
  said: inside(SAID),
  quantity: TOLD,
  runningQuantity: TOLD,
  tier: TOLD,
  covered: TOLD,
  included: TOLD,
  amountExact: TOLD,
};

const COSTING_EVENT: Rules<CostingEvent, Rowing> = {
  source: named('source'),
  id: named('event'),
  resource: named('resource'),
  eventTime: TOLD,
  quantity: TOLD,
  amountExact: TOLD,
  said: inside(SAID),
};

type Counts = Omit<FirstRows<unknown>, 'rows'>;
const COUNTS: Rules<Counts, Rowing> = { by: TOLD, others: TOLD, othersAmountExact: TOLD, free: TOLD };

/** The rules for the first rows, by those for each. */
const firstRows =
  <Row extends object>(rules: Rules<Row, Rowing>) =>
  ({ rows, ...counts }: FirstRows<Row>, way: Rowing): FirstRows<Row> => ({
    ...redacted<Counts, Rowing>(COUNTS, counts, way),
    rows: each(rules)(rows, way),
  });

type Stretch = RunLane['stretches'][number];
const STRETCH: Rules<Stretch, Rowing> = { from: TOLD, to: TOLD, level: TOLD, isCharged: TOLD };
const LANE: Rules<RunLane, Rowing> = {
  resource: named('resource'),
  slot: TOLD,
  quantity: TOLD,
  amountExact: TOLD,
  stretches: each(STRETCH),
  isWhole: TOLD,
};
const RUNS: Rules<ExplainedRuns, Rowing> = { lanes: each(LANE), others: TOLD };

const EXPLANATION: Rules<Explanation, Way> = {
  account: inside(ACCOUNT),
  invoice: inside(INVOICE),
  charge: inside(CHARGE),
  meter: inside(METER),
  // Made again of what is left, below.
  sentence: instead(''),
  steps: each(EXPLAINED_STEP),
  prices: each(PRICE_IN_FORCE),
  discountPercent: TOLD,
  licenses: (licenses, way) =>
    licenses.map((license) => ({ ...redacted(LICENSE, license, way), product: shownLicense(license.id, way) })),
  base: TOLD,
  resourceCount: TOLD,
  resources: each(RESOURCE),
  // Sealed, or made of the last resource's name: what is kept is sealed.
  nextResources: TOLD,
  ran: inside(RUNS),
  firstIntervals: firstRows(INTERVAL),
  firstEvents: firstRows(COSTING_EVENT),
  marks: (marks, way) =>
    marks.map((mark) => {
      const shown = redacted(MARK, mark, way);
      const words = { resource: shown.resource, license: shownLicense(mark.licenseId ?? '', way) };
      return { ...shown, text: markWords(mark, words, way.whole.licenses) };
    }),
  comparison: ifAny(COMPARISON),
  checks: inside(CHECKS),
  meteredThrough: TOLD,
  versions: inside(VERSIONS),
};

/**
 * The explanation with everything called by something that does not tell whose it is or what it is called: account, invoice,
 * licenses, resources, apps, processes, people, event sources and ids. Whatever no rule names as harmless is not in it, and
 * its sentences are made again of what is. Of one whose names are hidden it is the same again, with `namingAgain`.
 */
export function withoutNames(whole: Explanation, naming: Naming): Explanation {
  const ids = [...new Set(whole.licenses.map(({ id }) => id))];
  const license = (id: string) => (ids.includes(id) ? `license ${ids.indexOf(id) + 1}` : 'license');
  const shown = redacted(EXPLANATION, whole, { naming, whole, license });
  return { ...shown, sentence: sentenceWithoutNames(shown) };
}

/** A resource as a link without names tells it: named by `naming`, every field by its rule. */
export function resourceWithoutName(row: ExplainedResource, naming: Naming): ExplainedResource {
  return redacted(RESOURCE, row, { naming });
}

/** An interval as a link without names tells it: dimensions, source and events too. */
export function intervalWithoutNames(row: ExplainedInterval, naming: Naming): ExplainedInterval {
  return redacted(INTERVAL, row, { naming });
}

/** An event as a link without names tells it, without its envelope. */
export function eventWithoutNames(row: ExplainedEvent, naming: Naming): ExplainedEvent {
  return redacted(EVENT, row, { naming });
}

/** An event without what it contains, and without what of that is told in words. */
export function eventWithoutContent({ said: _, ...row }: ExplainedEvent): ExplainedEvent {
  return { ...row, event: null };
}

/** An explanation without what its events contain: nor who did something, which is part of that. */
export function withoutContent(whole: Explanation): Explanation {
  const { firstIntervals, firstEvents } = whole;
  return {
    ...whole,
    marks: whole.marks.map(({ by: _, ...mark }) => mark),
    ...(firstIntervals && {
      firstIntervals: { ...firstIntervals, rows: firstIntervals.rows.map(intervalWithoutContent) },
    }),
    ...(firstEvents && {
      firstEvents: { ...firstEvents, rows: firstEvents.rows.map(({ said: _, ...row }) => row) },
    }),
  };
}

/** An interval without what is told of the events that began and ended it. */
export function intervalWithoutContent({ begun: _, endedBy, ...row }: ExplainedInterval): ExplainedInterval {
  return { ...row, endedBy: endedBy && { source: endedBy.source, id: endedBy.id } };
}

/** `License 2`: as people read it. */
function shownLicense(id: string, { license }: Way): string {
  const name = license(id);
  return `L${name.slice(1)}`;
}

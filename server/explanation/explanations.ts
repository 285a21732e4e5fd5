import type { ClickHouse } from '../../clickhouse/index.ts';
import type { ChargesReader } from '../billing/account-charges.ts';
import type { InvoiceLine } from '../billing/invoice.types.ts';
import { linesOf } from '../billing/invoices/invoice-view.ts';
import { type Aggregation, addsUp, isLevels } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import { amountText, parseAmount } from '../domain/money.ts';
import { calendarDay } from '../domain/windows.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { type ChargeFinder, createChargeFinder, type ExplanationDeps } from './charge/find-charge.ts';
import type { FoundCharge } from './charge/found-charge.ts';
import { type OpenedCharge, openCharge } from './charge/open-charge.ts';
import { readAsItStands, standingStill } from './charge/standing-still.ts';
import type {
  ExplainedEvent,
  ExplainedInterval,
  ExplainedResource,
  ExplainedWindow,
  Explanation,
  ExplanationChecks,
  ExplanationHead,
  ExplanationPage,
} from './explanation.types.ts';
import { differenceOf, firstLevelOf, headOf, type Inside, type PageQuestion, sumOf } from './first-level.ts';
import { sumEachEvent } from './levels/check.ts';
import { type EventsQuestion, explainedEvents } from './levels/events.ts';
import { type IntervalOrder, intervalsPage, withEnds } from './levels/intervals.ts';
import { resourcesOf, resourcesPage } from './levels/resources.ts';
import { explainedHours } from './levels/windows.ts';
import { eventsInWords, intervalsInWords } from './why/in-words.ts';

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
  intervals: Paged<Which, { resource: string; order?: IntervalOrder } & PageQuestion, ExplainedInterval>;
  hours: Paged<Which, { resource: string } & PageQuestion, ExplainedWindow>;
  events: Paged<
    Which,
    { resource: string | null; from: Micros | null; to: Micros | null; day?: string | null } & PageQuestion,
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

/** Reads each charge at one watermark, and as it stood then where events arrive meanwhile. */
export function createExplanations(deps: ExplanationDeps): Explanations {
  const { charges, store, readings } = deps;
  const find = createChargeFinder(deps);
  const opening = createOpening(deps);
  const of = explanationsOfFound({ find, charges, store }, deps.registry, opening);

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
      const opened = await opening.open(found);
      return opened && { amountExact: opened.rated.amountExact, meteredThrough: found.meteredThrough };
    }),
  };
}

/** A charge rated, with its parts; and as far as its resources. */
interface Opening {
  open: (found: FoundCharge) => ReturnType<typeof openCharge>;
  /** Its parts and resources add up: where they do not as it moves, it is told as it stood when it was asked for. */
  together: (found: FoundCharge) => Promise<Inside | null>;
}

function createOpening({ charges, store, registry }: ExplanationDeps): Opening {
  const open = (found: FoundCharge) => readAsItStands(store, found, (standing) => openCharge(charges, store, standing));

  const inside = (found: FoundCharge): Promise<Inside | null> =>
    readAsItStands(store, found, async (standing) => {
      const opened = await openCharge(charges, store, standing);
      return opened === null ? null : { opened, resources: await resourcesOf(store, standing, opened) };
    });

  // Events that arrive between two readings make levels differ.
  async function together(found: FoundCharge): Promise<Inside | null> {
    const within = await inside(found);
    if (within === null || sumOf(within) === parseAmount(within.opened.rated.amountExact)) return within;
    return inside(standingStill(found, registry.currentMeters()));
  }

  return { open, together };
}

/** What is told of a charge that was found. */
function explanationsOfFound(
  stores: { find: ChargeFinder; charges: ChargesReader; store: ClickHouse },
  registry: MeterRegistry,
  { open, together }: Opening,
): Explanations['of'] {
  const { charges, store } = stores;
  return {
    explain: async (found, question) => {
      const began = performance.now();
      const within = await together(found);
      if (within === null) return null;
      const milliseconds = Math.ceil(performance.now() - began);
      return firstLevelOf({ ...stores, registry }, found, within, { milliseconds, page: question });
    },
    head: async (found) => {
      const opened = found.issued === null ? await open(found) : null;
      const charge = lineOfCharge(found, opened, registry);
      return charge === undefined ? null : headOf(found, charge);
    },
    resource: async (found, name) => {
      const within = await together(found);
      const charge = lineOfCharge(found, within?.opened ?? null, registry);
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
      if (answer === null) return null;
      const ended = await withEnds(store, found, answer.data);
      return { ...answer, data: await intervalsInWords(store, found, ended) };
    },
    hours: async (found, { resource, ...page }) => {
      if (!addsUp(found.meter.aggregation)) return null;
      return readAsItStands(store, found, (standing) => explainedHours(charges, store, standing, resource, page));
    },
    events: async (found, { from, to, day, ...question }) => {
      const inPeriod: EventsQuestion = {
        ...question,
        startAt: day == null ? null : calendarDay(day, found.period.timeZone).from,
        from: Math.max(from ?? 0, isLevel(found) ? 0 : found.period.from),
        to: Math.min(to ?? found.period.to, found.period.to),
      };
      const read = (standing: FoundCharge) => explainedEvents(charges, store, standing, inPeriod);
      return eventsInWords(found, await readAsItStands(store, found, read));
    },
  };
}

/** As it was issued, else as it comes to. */
function lineOfCharge(
  found: FoundCharge,
  opened: OpenedCharge | null,
  registry: MeterRegistry,
): InvoiceLine | undefined {
  const [computed] = opened === null ? [] : linesOf([opened.rated], found, registry, true);
  return found.issued ?? computed;
}

/** A level reaches into the period from an event before it. */
const isLevel = ({ meter }: FoundCharge) => isLevels(meter.aggregation);

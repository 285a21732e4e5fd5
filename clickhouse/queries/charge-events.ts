import { ARROW_FORMAT, arrowBatches, type Batch } from '../arrow.ts';
import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { type MeterReading, receivedAsOf } from './meter-reading.ts';

/** A single contribution of a counting meter, for charges that need each event. */
export interface ChargeEvent {
  time: Micros;
  source: string;
  id: string;
  subject: string;
  dimensions: string[];
  value: string;
  textValue: string;
  /** An event's place in the receive order; by it the raw event is found. */
  receivedAt: Micros;
}

/** A stretch of time, half-open. */
interface Span {
  from: Micros;
  to: Micros;
}

type Row = Omit<ChargeEvent, 'time' | 'receivedAt'> & { at: string; received: string };

const COLUMNS = `toUnixTimestamp64Micro(time) AS at, source, id, subject, dimensions, toString(value) AS value,
  text_value AS textValue, toUnixTimestamp64Micro(received_at) AS received`;
const MINUTE: Micros = 60_000_000;

function eventOf({ at, received, ...row }: Row): ChargeEvent {
  return { ...row, time: Number(at), receivedAt: Number(received) };
}

/** An account's contributions to a meter in spans of time, rising and apart, in the order they count: time, source, id. */
export async function chargeEvents(
  lane: Lane,
  accountId: string,
  meter: MeterReading,
  spans: readonly Span[],
): Promise<ChargeEvent[]> {
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isOne = spans.length === 1;
  const rows = await lane.query<Row>({
    name: 'charge_events',
    ofPublished: true,
    sql: `SELECT ${COLUMNS} FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND minute >= toDateTime(intDiv({from:Int64}, 60000000) * 60, 'UTC') AND minute < toDateTime(intDiv({to:Int64} - 1, 60000000) * 60 + 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            ${isOne ? '' : `AND minute IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC')) AND indexOf({bounds:Array(Int64)}, roundDown(toUnixTimestamp64Micro(time), {bounds:Array(Int64)})) % 2 = 1`}
            ${receivedAsOf(meter)}
          ORDER BY at, source, id`,
    params: {
      accountId,
      ...meter,
      from: first.from,
      to: last.to,
      ...(isOne ? {} : { minutes: minutesOf(spans), bounds: spans.flatMap(({ from, to }) => [from, to]) }),
    },
  });
  return rows.map(eventOf);
}

function minutesOf(spans: readonly Span[]): number[] {
  const minutes = new Set<number>();
  for (const { from, to } of spans) {
    for (let at = from - (from % MINUTE); at < to; at += MINUTE) minutes.add(at / 1_000_000);
  }
  return [...minutes];
}

/** A contribution as far as summing all of them needs it; in the order they count. */
export interface StreamedContribution {
  time: Micros;
  subject: string;
  /** The same array for all with the same values. */
  dimensions: readonly string[];
  /** In 10⁻¹². */
  value: bigint;
}

/**
 * Reads an account's contributions to a meter in a span, of which there may be very many, in the order they count.
 * @returns tells each of them; the object is used again for the next one, so nobody may keep it
 */
export async function contributionsIn(
  lane: Lane,
  accountId: string,
  meter: MeterReading,
  span: Span,
): Promise<(tell: (contribution: Readonly<StreamedContribution>) => void) => void> {
  const bytes = await lane.bytes({
    name: 'contributions_in',
    sql: `SELECT toFloat64(toUnixTimestamp64Micro(time)) AS at, subject AS resource,
                 CAST(toJSONString(dimensions), 'LowCardinality(String)') AS values, value AS quantity
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND minute >= toDateTime(intDiv({from:Int64}, 60000000) * 60, 'UTC') AND minute < toDateTime(intDiv({to:Int64} - 1, 60000000) * 60 + 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            ${receivedAsOf(meter)}
          ORDER BY minute, time, source, id
          ${ARROW_FORMAT}`,
    params: { accountId, ...meter, ...span },
  });
  return (tell) => {
    const contribution = {} as StreamedContribution;
    for (const batch of arrowBatches(bytes)) tellBatch(batch, contribution, tell);
  };
}

function tellBatch(
  batch: Batch,
  contribution: StreamedContribution,
  tell: (contribution: Readonly<StreamedContribution>) => void,
): void {
  const at = batch.numbers('at');
  const subject = batch.words('resource', (text) => text);
  const dimensions = batch.words('values', (text) => JSON.parse(text) as string[]);
  const value = batch.decimals('quantity');
  for (let row = 0; row < batch.rows; row++) {
    contribution.time = at[row] as number;
    contribution.subject = subject(row);
    contribution.dimensions = dimensions(row);
    contribution.value = value(row);
    tell(contribution);
  }
}

/** Whether any of an account's contributions to a meter in a span takes usage back. */
export async function hasReturns(lane: Lane, accountId: string, meter: MeterReading, span: Span): Promise<boolean> {
  const rows = await lane.query<{ one: number }>({
    name: 'has_returns',
    ofPublished: true,
    sql: `SELECT 1 AS one FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            AND value < 0 ${receivedAsOf(meter)} LIMIT 1`,
    params: { accountId, ...meter, ...span },
  });
  return rows.length > 0;
}

/** Which contributions of a meter a page is about. */
export interface ContributionFilter extends MeterReading {
  accountId: string;
  /** Dimensions that must have a value; positions from 1. */
  dimensions: readonly { position: number; value: string }[];
  subject: string | null;
  /** Event time, half-open. */
  from: Micros;
  to: Micros;
  /** Continue after this one. */
  after: { time: Micros; source: string; id: string } | null;
  limit: number;
}

/** A contribution's place in the order they count. */
export type ContributionPosition = Pick<ChargeEvent, 'time' | 'source' | 'id'>;

/** A page of contributions in the order they count: time, source, id. */
export async function contributionsPage(lane: Lane, filter: ContributionFilter): Promise<ChargeEvent[]> {
  const { after, ...asked } = filter;
  const from = Math.max(asked.from, after?.time ?? asked.from);
  const { where, params } = scopeOf({ ...asked, from });
  const rows = await lane.query<Row>({
    name: 'contributions_page',
    ofPublished: true,
    // The minute is the sorting key's: a page is read from where it begins, not from the period's start.
    sql: `SELECT ${COLUMNS} FROM contributions_v1 WHERE ${where}
            ${after === null ? '' : `AND ${PLACE} > ${AT}`}
          ORDER BY minute, time, source, id LIMIT {limit:UInt32}`,
    params: { ...params, ...(after === null ? {} : placeParams(after)) },
  });
  return rows.map(eventOf);
}

/** The largest contributions, those first; of those alike the earliest. */
export async function largestContributions(
  lane: Lane,
  filter: Omit<ContributionFilter, 'after'>,
): Promise<ChargeEvent[]> {
  const { where, params } = scopeOf(filter);
  const rows = await lane.query<Row>({
    name: 'largest_contributions',
    ofPublished: true,
    // The text of a value would stand for it: sorting is by the number.
    sql: `SELECT ${COLUMNS} FROM contributions_v1 AS c WHERE ${where}
          ORDER BY c.value DESC, minute, time, source, id LIMIT {limit:UInt32}`,
    params,
  });
  return rows.map(eventOf);
}

/** The places of the contributions up to one and with it, the last of them first: what comes before a page. */
export async function contributionsUpTo(
  lane: Lane,
  filter: Omit<ContributionFilter, 'after'> & { last: ContributionPosition },
): Promise<ContributionPosition[]> {
  const { last, ...asked } = filter;
  const { where, params } = scopeOf({ ...asked, to: Math.min(asked.to, last.time + 1) });
  const rows = await lane.query<Pick<Row, 'at' | 'source' | 'id'>>({
    name: 'contributions_up_to',
    ofPublished: true,
    sql: `SELECT toUnixTimestamp64Micro(time) AS at, source, id FROM contributions_v1 WHERE ${where} AND ${PLACE} <= ${AT}
          ORDER BY minute DESC, time DESC, source DESC, id DESC LIMIT {limit:UInt32}`,
    params: { ...params, ...placeParams(last) },
  });
  return rows.map(({ at, source, id }) => ({ time: Number(at), source, id }));
}

const PLACE = '(toUnixTimestamp64Micro(time), source, id)';
const AT = '({atTime:Int64}, {atSource:String}, {atId:String})';
const placeParams = ({ time, source, id }: ContributionPosition) => ({ atTime: time, atSource: source, atId: id });

/** What selects the contributions of a filter. */
function scopeOf(filter: Omit<ContributionFilter, 'after'>) {
  const { dimensions, subject, ...params } = filter;
  return {
    where: `account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND minute >= toDateTime(intDiv({from:Int64}, 60000000) * 60, 'UTC') AND minute < toDateTime(intDiv({to:Int64} - 1, 60000000) * 60 + 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            ${dimensions.map(({ position }, i) => `AND dimensions[${position}] = {value${i}:String}`).join(' ')}
            ${subject === null ? '' : 'AND subject = {subject:String}'} ${receivedAsOf(filter)}`,
    params: {
      ...params,
      ...Object.fromEntries(dimensions.map(({ value }, i) => [`value${i}`, value])),
      ...(subject === null ? {} : { subject }),
    },
  };
}

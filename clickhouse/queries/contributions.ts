import { dateTimeText, type Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { listField, textField } from '../tab-separated.ts';

/** What one event adds to one meter version. */
export interface Contribution {
  accountId: string;
  meter: string;
  meterVersion: number;
  time: Micros;
  source: string;
  id: string;
  receivedAt: Micros;
  subject: string;
  /** Values of the meter's dimensions, in the order of their names; `''` where the event has none. */
  dimensions: string[];
  /** Decimal text, at most 12 decimals. For `count` it is `1`, for `unique` it is `0`. */
  value: string;
  /** For `unique` the value that is counted once, else `''`. */
  textValue: string;
}

const COLUMNS = [
  'account_id',
  'meter',
  'meter_version',
  'minute',
  'time',
  'source',
  'id',
  'received_at',
  'subject',
  'dimensions',
  'value',
  'text_value',
] as const;

/** Seconds since 1970 of the minute an instant lies in. */
export function minuteOf(time: Micros): number {
  const seconds = Math.floor(time / 1_000_000);
  return seconds - (((seconds % 60) + 60) % 60);
}

/**
 * Adds contributions, staged: see `prepareStaging`. Not idempotent: after a doubt, ask `contributionsAlreadyThere` first.
 */
export async function insertContributions(lane: Lane, contributions: readonly Contribution[]): Promise<void> {
  await lane.insert({
    name: 'insert_contributions',
    table: 'contributions_staged',
    columns: COLUMNS,
    rows: rowsOf(contributions),
  });
}

/** The contributions of an event follow each other: what they share is written out once. */
function rowsOf(contributions: readonly Contribution[]): string {
  let rows = '';
  let event: Contribution | undefined;
  let ofEvent = '';
  for (const c of contributions) {
    if (event === undefined || !sameEvent(event, c)) {
      event = c;
      const [time, receivedAt] = [dateTimeText(c.time), dateTimeText(c.receivedAt)];
      ofEvent = `\t${minuteOf(c.time)}\t${time}\t${textField(c.source)}\t${textField(c.id)}\t${receivedAt}\t${textField(c.subject)}\t`;
    }
    rows += `${textField(c.accountId)}\t${textField(c.meter)}\t${c.meterVersion}${ofEvent}${listField(c.dimensions)}\t${c.value}\t${textField(c.textValue)}\n`;
  }
  return rows;
}

function sameEvent(one: Contribution, other: Contribution): boolean {
  return (
    one.receivedAt === other.receivedAt &&
    one.id === other.id &&
    one.source === other.source &&
    one.subject === other.subject &&
    one.time === other.time
  );
}

/** A contribution's identity: `received_at` is unique per event, so with meter and version it names one row. */
export function contributionKey(c: Pick<Contribution, 'meter' | 'meterVersion' | 'receivedAt'>): string {
  return `${c.receivedAt} ${c.meter} ${c.meterVersion}`;
}

/** The keys of stored contributions of events received in `[from, through]`, of all accounts. */
export async function contributionsAlreadyThere(lane: Lane, from: Micros, through: Micros): Promise<Set<string>> {
  const rows = await lane.query<{ receivedAt: string; meter: string; meterVersion: number }>({
    name: 'contributions_already_there',
    sql: `SELECT toUnixTimestamp64Micro(received_at) AS receivedAt, meter, meter_version AS meterVersion
          FROM contributions_v1
          WHERE received_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')`,
    params: { from, through },
  });
  return new Set(rows.map((row) => contributionKey({ ...row, receivedAt: Number(row.receivedAt) })));
}

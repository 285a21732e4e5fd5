import type { Micros } from '../instant.ts';

/** Measurements of a meter version: of all its events, or as they were known when only some of them were received. */
export interface MeterReading {
  meter: string;
  meterVersion: number;
  /** Only events received up to here. Windows and intervals that are kept say what is known now, so these are read from contributions. */
  receivedBy?: Micros | undefined;
}

/** The condition on contributions; its parameter is `receivedBy`, or the name given. */
export function knownThen({ receivedBy }: Pick<MeterReading, 'receivedBy'>, name = 'receivedBy'): string {
  return receivedBy === undefined ? '' : `AND received_at <= fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`;
}

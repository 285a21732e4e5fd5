import type { Micros } from '../instant.ts';

/** Measurements of a meter version: of all its events, or as they were known when only some of them were received. */
export interface MeterReading {
  meter: string;
  meterVersion: number;
  /** Only events received up to here. Windows and intervals that are kept say what is known now, so these are read from contributions. */
  asOf?: Micros | undefined;
}

/** The condition on contributions; its parameter is `asOf`, or the name given. */
export function receivedAsOf({ asOf }: Pick<MeterReading, 'asOf'>, name = 'asOf'): string {
  return asOf === undefined ? '' : `AND received_at <= fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`;
}

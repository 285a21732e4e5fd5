import type { MeterDefinition } from '../../domain/meter.ts';

/** The simplest meter: how many events of a type there were. */
export const countingMeter = (eventType: string): MeterDefinition => ({
  description: '',
  eventType,
  aggregation: 'count',
  dimensions: {},
  unit: 'things',
});

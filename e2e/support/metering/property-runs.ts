/** How often a property is tried: a moderate number, or `PLAINBILL_PROPERTY_RUNS` to look harder. */
export function runs(moderate: number): number {
  return Number(process.env.PLAINBILL_PROPERTY_RUNS ?? moderate);
}

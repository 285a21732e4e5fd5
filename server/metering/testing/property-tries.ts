const EACH_MS = 15_000;
const SPARE_MS = 60_000;

/** How often a property is tried that goes through the stores: `PLAINBILL_PROPERTY_RUNS` times to look harder. */
export function tries(moderate: number) {
  const numRuns = runs(moderate);
  // A failure is made smaller for a while, not for ever: then the smallest so far is shown.
  return { numRuns, interruptAfterTimeLimit: numRuns * EACH_MS, markInterruptAsFailure: true };
}

/** The time such a property may take, in milliseconds. */
export function longest(moderate: number): number {
  return runs(moderate) * EACH_MS + SPARE_MS;
}

function runs(moderate: number): number {
  return Number(process.env.PLAINBILL_PROPERTY_RUNS || moderate);
}

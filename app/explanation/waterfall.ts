import type { ExplainedStep } from '#server/explanation/explanation.types.ts';

/** A bar of the waterfall, in percent of its width: for drawing only, the figures stand beside it. */
export interface WaterfallBar {
  left: number;
  width: number;
  /** What it does to what stands before it; `part` is one of those that a whole is made of. */
  kind: 'whole' | 'less' | 'more' | 'part';
}

/** Bars of a charge, all in one scale. */
export interface WaterfallBars {
  /** Of each step, in their order. */
  steps: WaterfallBar[];
  /** Of the products that the price makes, one after the other. */
  products: WaterfallBar[];
  charge: WaterfallBar;
}

/** Too narrow to be seen otherwise. */
const LEAST = 0.5;

/**
 * All bars in one scale: what was used is as wide as it would cost at the price that the rest of it came to, so that a license that took
 * half of it takes half of the width. The largest standing takes the whole width.
 */
export function waterfallBars(
  steps: readonly ExplainedStep[],
  products: readonly string[],
  charge: string,
): WaterfallBars {
  const ends = endsOf(steps);
  const modelAt = steps.findIndex(({ amount }) => amount !== undefined);
  const perAmount = shareOfMoney(steps, modelAt);
  const inScale = ends.map((end, i) => (isMoney(steps[i]) ? end * perAmount : end));
  const most = Math.max(...inScale, 0);
  const bar = (from: number, to: number, kind: WaterfallBar['kind']): WaterfallBar => {
    const percent = (value: number) => (most === 0 ? 0 : (Math.max(0, value) / most) * 100);
    const [low, high] = from < to ? [from, to] : [to, from];
    return { left: Math.min(percent(low), 100 - LEAST), width: Math.max(percent(high) - percent(low), LEAST), kind };
  };
  let reached = 0;
  return {
    steps: inScale.map((end, i) => {
      if (i === 0 || i === modelAt) return bar(0, end, 'whole');
      const start = inScale[i - 1] as number;
      return bar(start, end, end < start ? 'less' : 'more');
    }),
    products: products.map((total) => {
      const from = reached;
      reached += toDrawn(total) * perAmount;
      return bar(from, reached, 'part');
    }),
    charge: bar(0, toDrawn(charge) * perAmount, 'whole'),
  };
}

const isMoney = (step: ExplainedStep | undefined) => step?.amount !== undefined;

/** Where each step ends: quantities as a share of what was used, amounts as they are. */
function endsOf(steps: readonly ExplainedStep[]): number[] {
  const quantities = steps.filter((step) => !isMoney(step)).map(({ quantityAfter }) => toDrawn(quantityAfter));
  const used = Math.max(...quantities, 0);
  return steps.map((step) => {
    if (isMoney(step)) return toDrawn(step.amountAfter);
    return used === 0 ? 0 : toDrawn(step.quantityAfter) / used;
  });
}

/** How wide money is: what the price came to is as wide as the quantity it is of, the whole width where there is none. */
function shareOfMoney(steps: readonly ExplainedStep[], modelAt: number): number {
  const left = endsOf(steps)[modelAt - 1] ?? 0;
  const model = toDrawn(steps[modelAt]?.amountAfter);
  const most = Math.max(...steps.map(({ amountAfter }) => toDrawn(amountAfter)), 0);
  if (left > 0 && model > 0) return left / model;
  return most === 0 ? 0 : 1 / most;
}

function toDrawn(decimal: string | undefined): number {
  return decimal === undefined ? 0 : Number(decimal);
}

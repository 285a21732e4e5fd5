import type { ExplainedStep } from '#server/explanation/explanation.types.ts';

/** A bar of the waterfall, in percent of its width: for drawing only, the figures stand beside it. */
export interface WaterfallBar {
  left: number;
  width: number;
  /** What it does to what stands before it. */
  kind: 'whole' | 'less' | 'more';
}

/** Bars of steps of one kind (all quantities or all amounts), in their order; the largest standing takes the whole width. */
export function waterfallBars(steps: readonly ExplainedStep[], of: 'quantity' | 'amount'): WaterfallBar[] {
  const after = steps.map((step) => toDrawn(of === 'quantity' ? step.quantityAfter : step.amountAfter));
  const most = Math.max(...after.map(Math.abs), ...after.slice(0, -1).map(Math.abs), 0);
  return after.map((end, i) => {
    const start = i === 0 ? 0 : (after[i - 1] ?? 0);
    const [low, high] = start < end ? [start, end] : [end, start];
    const percent = (value: number) => (most === 0 ? 0 : (Math.max(0, value) / most) * 100);
    const kind = i === 0 ? 'whole' : end < start ? 'less' : 'more';
    return { left: percent(low), width: Math.max(percent(high) - percent(low), 0.5), kind };
  });
}

function toDrawn(decimal: string | undefined): number {
  return decimal === undefined ? 0 : Number(decimal);
}

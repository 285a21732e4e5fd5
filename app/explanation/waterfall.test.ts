import { describe, expect, it } from 'vitest';
import type { ExplainedStep } from '#server/explanation/explanation.types.ts';
import { waterfallBars } from './waterfall.ts';

const used: ExplainedStep = { name: 'usage', quantity: '100', quantityAfter: '100' };
const model = (amount: string): ExplainedStep => ({ name: 'charge model', amount, amountAfter: amount });

describe('bars of a charge', () => {
  it('share one scale: half of the usage covered is half of the width', () => {
    const steps: ExplainedStep[] = [
      used,
      { name: 'license', quantity: '-50', quantityAfter: '50' },
      model('20'),
      { name: 'discount', amount: '-5', amountAfter: '15' },
    ];
    const { steps: bars, products, charge } = waterfallBars(steps, ['10', '10'], '15');
    expect(bars).toEqual([
      { left: 0, width: 100, kind: 'whole' },
      { left: 50, width: 50, kind: 'less' },
      { left: 0, width: 50, kind: 'whole' },
      { left: 37.5, width: 12.5, kind: 'less' },
    ]);
    expect(products).toEqual([
      { left: 0, width: 25, kind: 'part' },
      { left: 25, width: 25, kind: 'part' },
    ]);
    expect(charge).toEqual({ left: 0, width: 37.5, kind: 'whole' });
  });

  it('become narrower where a minimum adds to what was used', () => {
    const minimum: ExplainedStep = { name: 'cap or minimum', amount: '30', amountAfter: '40' };
    const { steps: bars, charge } = waterfallBars([used, model('10'), minimum], [], '40');
    expect(bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 25],
      [0, 25],
      [25, 75],
    ]);
    expect(charge.width).toBe(100);
  });

  it('of what is due without usage take the width by themselves', () => {
    const nothing: ExplainedStep = { name: 'usage', quantity: '0', quantityAfter: '0' };
    const { steps: bars, charge } = waterfallBars([nothing, model('5')], [], '5');
    expect(bars.map(({ width }) => width)).toEqual([0.5, 100]);
    expect(charge.width).toBe(100);
  });

  it('of nothing at all are there, and stay inside', () => {
    const { steps: bars, charge } = waterfallBars([model('0')], [], '0');
    expect([...bars, charge].every(({ left, width }) => left + width <= 100 && width > 0)).toBe(true);
  });
});

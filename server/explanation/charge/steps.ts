import { amountText, parseAmount, parseQuantity, quantityText } from '../../domain/money.ts';
import type { Step } from '../../domain/rating/rating.types.ts';
import type { ExplainedStep } from '../explanation.types.ts';

/** The steps with where the charge stands after each: first in the meter's unit, from the charge model on in money. */
export function explainedSteps(steps: readonly Step[]): ExplainedStep[] {
  let quantity = 0n;
  let amount: bigint | null = null;
  return steps.map((step): ExplainedStep => {
    if (step.quantity !== undefined) quantity += parseQuantity(step.quantity);
    if (step.amount !== undefined) amount = (amount ?? 0n) + parseAmount(step.amount);
    return {
      ...step,
      ...(step.quantity === undefined ? {} : { quantityAfter: quantityText(quantity) }),
      ...(amount === null ? {} : { amountAfter: amountText(amount) }),
    };
  });
}

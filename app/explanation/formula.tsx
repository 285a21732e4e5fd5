import { modelOf } from '#server/domain/pricing/models/models.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { moneyText } from '../format/money.ts';
import { quantityText } from '../format/quantity.ts';

/** What was left to be charged, times the price, where the price is one figure: `1,304 h 06 min × $450.00 per 30 days`. */
export function Formula({
  explanation,
}: {
  explanation: Pick<Explanation, 'charge' | 'invoice' | 'meter' | 'prices' | 'steps'>;
}) {
  const { charge, invoice, meter, prices, steps } = explanation;
  const [only, another] = prices;
  if (only === undefined || another !== undefined) return null;
  const money = (amount: string) => moneyText(amount, invoice);
  const figure = modelOf(only.price).figure(only.price, { money, unit: meter.unit });
  const left = steps.findLast(({ quantityAfter }) => quantityAfter !== undefined)?.quantityAfter;
  const model = steps.find(({ name }) => name === 'charge model')?.amountAfter;
  if (figure === null || left === undefined || model === undefined) return null;
  const { short, unit } = quantityText({ unit: charge.unit }, left);
  const isTime = /[0-9] (h|min|s)$/.test(short);
  return (
    <p className="text-ink-2 tabular-nums">
      {short}
      {isTime ? '' : ` ${unit}`} × {figure.amount}
      {figure.of} = {money(model)}
    </p>
  );
}

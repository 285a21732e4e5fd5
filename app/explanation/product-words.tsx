import { divideDecimal, exactText, isZero, scaleOf } from '#server/domain/decimal.ts';
import type { Product } from '#server/domain/pricing/models/product.ts';
import { type Currency, priceText } from '../format/money.ts';
import { hourUnit } from '../format/quantity.ts';
import { RoundedNumber } from '../format/rounded-number.tsx';

interface ProductWordsProps {
  product: Product;
  /** Of the meter. */
  unit: string;
  currency: Currency;
}

/** `1,304.11 h × $450.00 ÷ 720 h`: a product as anyone gets it by hand; with every digit below it, where some are not shown. */
export function ProductWords({ product, unit, currency }: ProductWordsProps) {
  const { count, amount, isPercent, per, atOnce, of } = product;
  const price = isPercent ? `${exactText(amount)} %` : priceText(amount, currency);
  const once = isZero(atOnce) ? '' : ` + ${priceText(atOnce, currency)}`;
  const hours = of === 'units' && !isPercent ? hourUnit(unit) : null;
  if (hours === null || per === '1') {
    const what = of === 'packages' ? '' : ` ${unit}`;
    return (
      <>
        {exactText(count)}
        {what} × {price}
        {per === '1' || isPercent ? '' : ` ÷ ${exactText(per)}${what}`}
        {once}
      </>
    );
  }
  const [shown, whole] = [divideDecimal(count, 3600n, 2), divideDecimal(per, 3600n, 12)];
  const isExact = scaleOf(divideDecimal(count, 3600n, 12)) <= 2;
  const seconds = `${exactText(count)} ${hours.seconds} × ${price} ÷ ${exactText(per)} s`;
  return (
    <>
      {isExact ? (
        `${exactText(shown)} ${hours.hours}`
      ) : (
        <RoundedNumber
          text={`${exactText(shown)} ${hours.hours}`}
          exact={`${exactText(count)} ${unit}`}
          insideLink={false}
        />
      )}{' '}
      × {price} ÷ {exactText(whole)} h{once}
      {!isExact && <span className="block text-fine text-ink-3">{seconds}</span>}
    </>
  );
}

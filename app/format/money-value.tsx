import { scaleOf } from '#server/domain/decimal.ts';
import { type Currency, exactMoneyText, moneyText } from './money.ts';
import { RoundedNumber } from './rounded-number.tsx';

interface MoneyValueProps {
  of: Currency;
  /** Decimal; `null`: not known, which is not zero. */
  amount: string | null;
  /** Its digits before it was rounded, where they were more. */
  exact?: string;
  /** Inside a link the link takes the focus, and shows the exact amount then. */
  insideLink?: boolean;
}

/** An amount rounded for reading; where digits are hidden they show on hover, on focus and when copied. */
export function MoneyValue({ of, amount, exact = amount ?? '', insideLink = false }: MoneyValueProps) {
  if (amount === null) return <span className="none-metered">not known yet</span>;
  const text = moneyText(amount, of);
  if (scaleOf(exact) <= of.minorUnit) return <span>{text}</span>;
  return <RoundedNumber text={text} exact={exactMoneyText(exact, of)} insideLink={insideLink} />;
}

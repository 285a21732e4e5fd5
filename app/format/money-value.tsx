import { type Currency, exactMoneyText, moneyText } from './money.ts';

interface MoneyValueProps {
  of: Currency;
  /** Exact decimal; `null`: not known, which is not zero. */
  amount: string | null;
}

/** An amount rounded for reading; where digits are hidden they show on hover and on focus. */
export function MoneyValue({ of, amount }: MoneyValueProps) {
  if (amount === null) return <span className="none-metered">not known yet</span>;
  const exact = exactMoneyText(amount, of);
  const text = moneyText(amount, of);
  const fraction = amount.split('.')[1] ?? '';
  if (fraction.replace(/0+$/, '').length <= of.minorUnit) return <span>{text}</span>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: focus shows the exact amount.
    <span className="rounded-number" data-exact={exact} tabIndex={0}>
      {text}
      <span className="sr-only">, exactly {exact}</span>
    </span>
  );
}

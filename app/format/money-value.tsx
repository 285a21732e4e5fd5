import type { ClipboardEvent } from 'react';
import { type Currency, exactMoneyText, moneyText } from './money.ts';

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
  const fraction = exact.split('.')[1] ?? '';
  if (fraction.replace(/0+$/, '').length <= of.minorUnit) return <span>{text}</span>;
  const digits = exactMoneyText(exact, of);
  const copyExact = (event: ClipboardEvent) => {
    event.clipboardData.setData('text/plain', digits);
    event.preventDefault();
  };
  return (
    <span
      className="rounded-number"
      data-exact={digits}
      onCopy={copyExact}
      // Reachable by keyboard, since focus shows the exact amount.
      tabIndex={insideLink ? undefined : 0}
    >
      {text}
      <span className="sr-only">, exactly {digits}</span>
    </span>
  );
}

import { scaleOf } from '#server/domain/decimal.ts';
import { type Currency, changeText, exactChangeText } from '../format/money.ts';
import { RoundedNumber } from '../format/rounded-number.tsx';

/** A difference in money, rounded for reading; more and less are told by their sign, and by colour for whoever sees it. */
export function ChangeValue({
  of,
  amount,
  insideLink = false,
}: {
  of: Currency;
  amount: string;
  insideLink?: boolean;
}) {
  const text = changeText(amount, of);
  const tone = text.startsWith('+') ? 'change-more' : text.startsWith('−') ? 'change-less' : '';
  if (scaleOf(amount) <= of.minorUnit) return <span className={tone}>{text}</span>;
  return (
    <span className={tone}>
      <RoundedNumber text={text} exact={exactChangeText(amount, of)} insideLink={insideLink} />
    </span>
  );
}

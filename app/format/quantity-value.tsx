import { type Measure, quantityText, readsAsDuration } from './quantity.ts';
import { RoundedNumber } from './rounded-number.tsx';

interface QuantityValueProps {
  measure: Measure;
  /** Exact decimal in the meter's unit; `null`: nothing was metered. */
  quantity: string | null;
  /** Whether the unit is written after the number. */
  withUnit?: boolean;
  /** Inside a link the link takes the focus, and shows the exact number then. */
  insideLink?: boolean;
}

/** A quantity rounded for reading; every digit of it on hover, on focus and when copied. Absence is words, never 0. */
export function QuantityValue({ measure, quantity, withUnit = false, insideLink = false }: QuantityValueProps) {
  if (quantity === null) return <span className="none-metered">none metered</span>;
  const { short, unit, exact, rounded } = quantityText(measure, quantity);
  const text = withUnit && !readsAsDuration(measure) ? `${short} ${unit}` : short;
  if (!rounded) return <span title={exact}>{text}</span>;
  return <RoundedNumber text={text} exact={exact} insideLink={insideLink} />;
}

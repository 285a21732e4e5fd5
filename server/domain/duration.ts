import { digitsOf, divideDecimal, separateThousands } from './decimal.ts';

/** How a length of time is written. */
export type DurationForm =
  /** `1,204 h 03 min`, `3 min 07 s`, `38.25 s`: rounded, and as wide whatever it comes to, since it changes while it is read. */
  | 'shown'
  /** `1,204 h 3 min`, `3 min 7 s`, `38 s`: rounded, as it is said in a sentence. */
  | 'said'
  /** `1,204 h 03 min 00.5 s`: every digit as it is written, as on an invoice. */
  | 'whole';

/**
 * Seconds as a person reads them: `4336380` → `1,204 h 33 min`, `-5400` → `−1 h 30 min`. What is rounded is told in the largest
 * unit there is and the next one, half up. @throws RangeError for what is no plain decimal
 */
export function durationText(seconds: string, form: DurationForm): string {
  const { negative } = digitsOf(seconds);
  const length = seconds.replace('-', '');
  return `${negative ? '−' : ''}${form === 'whole' ? wholeText(length) : roundedText(length, form)}`;
}

function wholeText(seconds: string): string {
  const [whole = '0', fraction] = seconds.split('.');
  const all = BigInt(whole);
  const rest = `${twoDigits(all % 60n)}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${hoursOf(all)} h ${twoDigits((all / 60n) % 60n)} min ${rest} s`;
}

function roundedText(seconds: string, form: 'shown' | 'said'): string {
  const { whole, fraction } = digitsOf(seconds);
  if (form === 'said' && whole === '0' && fraction !== '') return 'less than 1 s';
  const all = BigInt(whole);
  const unit = all < 3600n ? 1n : 60n;
  const rounded = divideDecimal(seconds, unit, form === 'shown' && all < 60n ? 3 : 0);
  const total = BigInt(rounded.split('.', 1)[0] ?? '0') * unit;
  // It may have been rounded into the next unit.
  if (total < 60n) return `${rounded} s`;
  if (total < 3600n) return `${total / 60n} min${andThen(total % 60n, 's', form)}`;
  return `${hoursOf(total)} h${andThen((total / 60n) % 60n, 'min', form)}`;
}

function andThen(n: bigint, unit: string, form: 'shown' | 'said'): string {
  if (form === 'shown') return ` ${twoDigits(n)} ${unit}`;
  return n === 0n ? '' : ` ${n} ${unit}`;
}

function hoursOf(seconds: bigint): string {
  return separateThousands(String(seconds / 3600n));
}

function twoDigits(n: bigint): string {
  return String(n).padStart(2, '0');
}

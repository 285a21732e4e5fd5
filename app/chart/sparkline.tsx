const WIDTH = 112;
const HEIGHT = 22;

/** Whole days as a line, each group on a scale of its own; a day without usage lies on the ground, one that is not known is a gap. */
export function Sparkline({ values }: { values: (string | null)[] }) {
  if (values.length < 2) return null;
  const numbers = values.map((v) => (v === null ? null : Math.max(0, Number(v))));
  const top = Math.max(...numbers.map((n) => n ?? 0), Number.MIN_VALUE);
  const points = numbers.map((n, i) => {
    if (n === null) return '';
    const x = (i / (numbers.length - 1)) * WIDTH;
    const y = HEIGHT - 3 - (n / top) * (HEIGHT - 6);
    return `${(numbers[i - 1] ?? null) === null ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
      <path className="sparkline" d={points.join('')} />
    </svg>
  );
}

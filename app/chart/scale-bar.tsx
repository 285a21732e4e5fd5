interface ScaleBarProps {
  /** Exact amounts, of which lengths are made. */
  amount: string;
  /** What is marked on the same scale: what is usual, or expected. */
  mark: string;
  /** Within which what is marked lies. */
  range?: { low: string; high: string };
  /** The same in words. */
  label: string;
}

/** An amount as a bar, with another marked on its scale. */
export function ScaleBar({ amount, mark, range = { low: mark, high: mark }, label }: ScaleBarProps) {
  const [value, marked, low, high] = [amount, mark, range.low, range.high].map(length) as [
    number,
    number,
    number,
    number,
  ];
  const end = Math.max(value, marked, high) * 1.05 || 1;
  const x = (each: number) => `${((each / end) * 100).toFixed(2)}%`;
  return (
    <svg className="w-full" height="24" role="img" aria-label={label}>
      <rect className="share-track" y="8" width="100%" height="8" rx="4" />
      <rect className="series-1" y="8" width={x(value)} height="8" rx="4" />
      {high > low && (
        <rect
          className="forecast-range"
          x={x(low)}
          y="5"
          width={x(Math.max(high - low, end / 200))}
          height="14"
          rx="3"
        />
      )}
      <line className="forecast-expected" x1={x(marked)} x2={x(marked)} y1="2" y2="22" />
    </svg>
  );
}

/** A float, good for lengths and for nothing else. */
function length(amount: string): number {
  return Math.max(0, Number(amount));
}

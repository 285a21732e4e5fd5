import type { Series } from './chart-model.ts';

/** Paint of a series, for the `fill` attribute. Needs `ChartPatterns` somewhere on the page. */
export function patternFill(pattern: number): string {
  return `url(#series-${pattern})`;
}

/** The seven paints: a colour and a mark each, so that they differ in greyscale and to every eye. Once per page. */
export function ChartPatterns() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true" focusable="false">
      <defs>
        <Paint n={1} />
        <Paint n={2}>
          <path className="pattern-mark" d="M-1 1L1 -1M0 6L6 0M5 7L7 5" />
        </Paint>
        <Paint n={3}>
          <circle className="pattern-dot" cx="1.5" cy="1.5" r="0.9" />
          <circle className="pattern-dot" cx="4.5" cy="4.5" r="0.9" />
        </Paint>
        <Paint n={4}>
          <path className="pattern-mark" d="M0 1.5H6M0 4.5H6" />
        </Paint>
        <Paint n={5}>
          <path className="pattern-mark" d="M-1 5L1 7M0 0L6 6M5 -1L7 1" />
        </Paint>
        <Paint n={6}>
          <path className="pattern-mark" d="M0 3H6M3 0V6" />
        </Paint>
        <Paint n={7}>
          <path className="pattern-mark" d="M1.5 0V6M4.5 0V6" />
        </Paint>
      </defs>
    </svg>
  );
}

function Paint({ n, children }: { n: number; children?: React.ReactNode }) {
  return (
    <pattern id={`series-${n}`} width="6" height="6" patternUnits="userSpaceOnUse">
      <rect width="6" height="6" className={`series-${n}`} />
      {children}
    </pattern>
  );
}

/** A series' paint as a small square before its name. */
export function Swatch({ pattern }: { pattern: number }) {
  return (
    <svg className="swatch" width="12" height="12" aria-hidden="true" focusable="false">
      <rect width="12" height="12" fill={patternFill(pattern)} />
    </svg>
  );
}

/** What the paints mean; nothing where there is one series and nothing still runs. */
export function Legend({ series, running }: { series: Series[]; running: string | null }) {
  if (series.length < 2 && running === null) return null;
  return (
    <ul className="legend" aria-label="Legend">
      {(series.length < 2 ? [] : series).map(({ name, pattern }) => (
        <li key={name} className="max-w-48 truncate" title={name}>
          <Swatch pattern={pattern} />
          {name}
        </li>
      ))}
      {running !== null && (
        <li>
          <svg className="swatch" width="12" height="12" aria-hidden="true" focusable="false">
            <rect className="so-far" x="0.5" y="0.5" width="11" height="11" />
          </svg>
          {running}
        </li>
      )}
    </ul>
  );
}

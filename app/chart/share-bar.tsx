/** How much of the whole, as a length; its float never becomes a number to read. */
export function ShareBar({ part, of }: { part: number; of: number }) {
  const width = of > 0 ? Math.min(100, Math.max(0, (part / of) * 100)) : 0;
  return (
    <svg className="share-bar" height="6" aria-hidden="true" focusable="false">
      <rect className="share-track" width="100%" height="6" rx="3" />
      <rect className="series-1" width={`${width.toFixed(1)}%`} height="6" rx="3" />
    </svg>
  );
}

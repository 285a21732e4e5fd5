interface LicenseBarProps {
  capacity: number;
  drawn: number;
  /** What will be drawn by the end of the month if it goes on like this. */
  pace: number | null;
  ranOut: boolean;
  label: string;
}

/** What is used of a license, its end, and where its pace leads. Floats, good for pixels and for nothing else. */
export function LicenseBar({ capacity, drawn, pace, ranOut, label }: LicenseBarProps) {
  const end = Math.max(capacity, pace ?? 0, drawn) * (pace !== null && pace > capacity ? 1.02 : 1) || 1;
  const x = (value: number) => `${((value / end) * 100).toFixed(2)}%`;
  const width = (value: number) => x(Math.max(0, value));
  return (
    <svg className="share-bar my-2" height="20" role="img" aria-label={label}>
      <rect className="share-track" y="6" width={width(capacity)} height="8" rx="4" />
      {pace !== null && pace > drawn && (
        <rect className="license-pace" x={x(drawn)} y="9" width={width(pace - drawn)} height="2" />
      )}
      <rect className={ranOut ? 'license-over' : 'series-1'} y="6" width={width(drawn)} height="8" rx="4" />
      {pace !== null && <line className="license-mark" x1={x(pace)} x2={x(pace)} y1="2" y2="18" />}
      {(ranOut || end > capacity) && (
        <line className="license-end" x1={x(capacity * 0.999)} x2={x(capacity * 0.999)} y1="1" y2="19" />
      )}
    </svg>
  );
}

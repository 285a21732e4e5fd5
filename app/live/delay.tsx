import { delayText, spanText } from '../format/time.ts';

/** Numbers older than this are called delayed. */
const DELAY_WORTH_SAYING_S = 60;

interface DelayProps {
  period: { open: boolean; to: string };
  meteredThrough: string;
  /** When the page was loaded, by the server's clock. */
  loadedAt: string;
  /** What the socket says of it; `null` while it says nothing. */
  lagMs: number | null;
}

/** Says how far metering is behind, once that is worth saying; nothing is lost meanwhile. */
export function Delay({ period, meteredThrough, loadedAt, lagMs }: DelayProps) {
  const complete = !period.open && Date.parse(meteredThrough) >= Date.parse(period.to);
  if (complete) return null;
  const behind =
    lagMs === null
      ? delayText(meteredThrough, loadedAt, DELAY_WORTH_SAYING_S)
      : lagMs > DELAY_WORTH_SAYING_S * 1000
        ? spanText(Math.floor(lagMs / 1000))
        : null;
  if (behind === null) return null;
  return (
    <p role="status" className="note-warn mb-4">
      <b className="font-semibold">Metering is {behind} behind.</b> The numbers stand at the time beside them. Events
      accepted since then are stored and will be counted.
    </p>
  );
}

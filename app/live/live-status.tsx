import { momentText } from '../format/time.ts';
import { useHydrated } from '../hydrated.ts';
import { heldCount, type LiveStatus, liveStatus } from './live-state.ts';
import type { Live } from './use-live.ts';

interface LiveStatusBarProps {
  live: Live;
  open: boolean;
  meteredThrough: string;
  timeZone: string;
  loadedAt: string;
}

const WORDS: Record<LiveStatus, string> = {
  live: 'Live',
  'catching up': 'Catching up',
  paused: 'Paused',
  offline: 'Offline',
};

/** How fresh the numbers are: the state in a word and a dot, the watermark, and the way to hold still. */
export function LiveStatusBar({ live, open, meteredThrough, timeZone, loadedAt }: LiveStatusBarProps) {
  const hydrated = useHydrated();
  const status = liveStatus(live.state);
  const { paused } = live.state;
  const held = heldCount(live.state);
  const isLive = open && hydrated;
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <p className="pill">
        {isLive && <span aria-hidden="true" className={`dot dot-${status.replace(' ', '-')}`} />}
        <b className="font-semibold text-ink" role="status">
          {isLive ? WORDS[status] : open ? 'As loaded' : 'Closed month'}
        </b>
        {isLive && paused && held > 0 && (
          <span>
            {held.toLocaleString('en-US')} {held === 1 ? 'event' : 'events'} held back
          </span>
        )}
        <span>
          metered through <time dateTime={meteredThrough}>{momentText(meteredThrough, timeZone, loadedAt)}</time>
        </span>
      </p>
      {open && (
        <button
          type="button"
          className={hydrated ? 'button' : 'button invisible'}
          onClick={paused ? live.unpause : live.pause}
        >
          {paused ? 'Resume' : 'Pause'}
        </button>
      )}
    </div>
  );
}

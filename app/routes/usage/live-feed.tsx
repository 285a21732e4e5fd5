import { exactText } from '#server/domain/decimal.ts';
import type { FeedItem } from '#server/usage/usage.types.ts';
import { clockOf } from '../../format/time.ts';
import { keyOf, liveStatus } from '../../live/live-state.ts';
import type { Live } from '../../live/use-live.ts';

interface LiveFeedProps {
  live: Live;
  timeZone: string;
}

/** Events as they are accepted, newest on top; what does not fit is counted. */
export function LiveFeed({ live, timeZone }: LiveFeedProps) {
  const { rows, more } = live.state.shown;
  return (
    <section className="card feed-card print:hidden" aria-labelledby="now">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="now">Now</h2>
        <span className="text-fine text-ink-3">accepted events, newest first</span>
      </div>
      <noscript>
        <p className="mt-2 text-ink-2">Live updates need JavaScript; reload for newer numbers.</p>
      </noscript>
      <Silence live={live} />
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <section className="feed" aria-label="Accepted events" tabIndex={0}>
          <ul>
            {rows.map((item) => (
              <FeedRow key={keyOf(item)} item={item} timeZone={timeZone} />
            ))}
          </ul>
        </section>
      )}
      {more > 0 && <p className="mt-2 text-fine text-ink-3">+{more.toLocaleString('en-US')} more</p>}
      {live.state.feedHasGap && (
        <p className="mt-2 text-fine text-ink-3">
          The connection was lost for a while: events of that time are in the numbers, but not listed here.
        </p>
      )}
    </section>
  );
}

/** Why nothing moves, when nothing does. */
function Silence({ live }: { live: Live }) {
  const { state } = live;
  if (liveStatus(state) === 'offline')
    return (
      <p className="note-warn mt-2">
        {state.reason ?? 'The server cannot be reached. Trying again; nothing that was acknowledged is lost.'}
      </p>
    );
  if (state.shown.rows.length > 0) return null;
  return <p className="needs-script mt-2 text-ink-3">Events appear here the moment they are accepted.</p>;
}

function FeedRow({ item, timeZone }: { item: FeedItem; timeZone: string }) {
  const received = clockOf(item.receivedAt, timeZone);
  const happened = clockOf(item.eventTime, timeZone);
  return (
    <li
      className="feed-row"
      title={`${item.source} ${item.id}\nhappened ${item.eventTime}\nreceived ${item.receivedAt}`}
    >
      <time dateTime={item.receivedAt} className="text-ink-2">
        {received}
      </time>
      <span className="min-w-0">
        <span className="block truncate">{item.subject}</span>
        <span className="block truncate text-ink-3">
          {item.type}
          {happened.slice(0, 5) !== received.slice(0, 5) && `, happened ${happened}`}
        </span>
      </span>
      <span className="text-right">
        {item.quantities.map((told) => (
          <span key={told.meter} className="block truncate">
            <Told {...told} />
          </span>
        ))}
        {item.quantities.length === 0 && <span className="text-ink-3">no meter</span>}
      </span>
    </li>
  );
}

/** What an event told a meter; only decimals are written as numbers, a distinct value may be any text. */
function Told({ unit, kind, value }: FeedItem['quantities'][number]) {
  const words = <span className="text-ink-3">{unit.replace(/-seconds$/, '')}</span>;
  if (kind === 'level') {
    return (
      <>
        {words} <span className="text-ink-3">now</span> {exactText(value)}
      </>
    );
  }
  if (kind === 'distinct') return value;
  return (
    <>
      {kind === 'added' ? signed(exactText(value)) : exactText(value)} {words}
    </>
  );
}

function signed(text: string): string {
  return text.startsWith('−') ? text : `+${text}`;
}

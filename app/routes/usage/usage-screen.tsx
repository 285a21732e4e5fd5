import type { UsagePage } from '#server/usage/usage.types.ts';
import { ChartPatterns } from '../../chart/chart-patterns.tsx';
import { momentText, monthText } from '../../format/time.ts';
import { Delay } from '../../live/delay.tsx';
import { liveStatus } from '../../live/live-state.ts';
import { LiveStatusBar } from '../../live/live-status.tsx';
import { totalsOf } from '../../live/live-totals.ts';
import { useLive } from '../../live/use-live.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import type { UsageChoice } from '../../paths.ts';
import { Days } from './days.tsx';
import { FirstEvent } from './empty.tsx';
import { GroupTable } from './group-table.tsx';
import { Headline } from './headline.tsx';
import { LiveFeed } from './live-feed.tsx';
import { MeterList } from './meter-list.tsx';
import { PeriodBar } from './period-bar.tsx';
import { hasUsage } from './words.ts';

/** Days, groups and table come by loader; they follow the live numbers no more often than this. */
const REFRESH_EVERY_MS = 5_000;

/** What the usage page shows, what was chosen of it by the address, and how old it is. */
export interface UsageScreenProps {
  page: UsagePage;
  choice: UsageChoice;
  /** When the page was loaded, by the server's clock. */
  loadedAt: string;
  origin: string;
  /** The last attempt to read the numbers again failed. */
  stale: boolean;
}

/** Usage of one account and period. Give it the account as `key`: its live connection belongs to that account. */
export function UsageScreen({ page, choice, loadedAt, origin, stale }: UsageScreenProps) {
  const { account, period, chosen } = page;
  const live = useLive(account.id, period.open);
  const snapshot = period.open ? live.state.shown.snapshot : null;
  const status = liveStatus(live.state);
  useRefresh(status === 'live' ? (snapshot?.meteredThrough ?? null) : null, REFRESH_EVERY_MS);

  const totals = totalsOf(page, snapshot);
  const meter = totals.meters.find((m) => m.key === chosen?.meter.key) ?? chosen?.meter;
  const used = hasUsage(totals);
  return (
    <>
      <ChartPatterns />
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <PeriodBar page={page} choice={choice} />
        <LiveStatusBar
          live={live}
          open={period.open}
          meteredThrough={totals.meteredThrough}
          timeZone={account.timeZone}
          loadedAt={loadedAt}
        />
      </div>
      <Delay
        period={period}
        meteredThrough={page.meteredThrough}
        loadedAt={loadedAt}
        lagMs={status === 'live' || status === 'catching up' ? live.state.lagMs : null}
      />
      {stale && (
        <p role="status" className="note-warn mb-4">
          <b className="font-semibold">The days and groups could not be read again just now.</b> They stand at{' '}
          {momentText(page.meteredThrough, account.timeZone, loadedAt)} and follow as soon as the server answers.
        </p>
      )}
      {meter ? (
        <Headline page={page} meter={meter} totals={totals} loadedAt={loadedAt} />
      ) : (
        <h1 className="mb-4">Usage</h1>
      )}
      <div className={choice.view === 'table' ? 'usage-grid usage-grid-table' : 'usage-grid'}>
        {chosen && meter && used && <Days page={page} chosen={chosen} choice={choice} loadedAt={loadedAt} />}
        {!used && period.open && <FirstEvent origin={origin} month={chosen ? monthText(period.key) : null} />}
        {!used && !period.open && <p className="card text-ink-2">No usage was metered in {monthText(period.key)}.</p>}
        {totals.meters.length > 0 && (
          <section className="card meters-card" aria-labelledby="meters">
            <h2 id="meters" className="mb-2">
              All meters
            </h2>
            <MeterList accountId={account.id} meters={totals.meters} chosenKey={chosen?.meter.key} choice={choice} />
            <p className="mt-2 text-fine text-ink-3">
              Metered through {momentText(totals.meteredThrough, account.timeZone, loadedAt)}.
            </p>
          </section>
        )}
        {chosen?.groupBy && used && chosen.groups.length > 0 && (
          <section className="card groups-card" aria-labelledby="groups">
            <h2 id="groups" className="mb-2">
              Where it went
            </h2>
            <GroupTable page={page} chosen={chosen} loadedAt={loadedAt} />
          </section>
        )}
        {period.open && <LiveFeed live={live} timeZone={account.timeZone} />}
      </div>
    </>
  );
}

import type { InvoiceView } from '#server/billing/invoice.types.ts';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { ChangesBeside } from '../../changes/changes-beside.tsx';
import { ChartPatterns } from '../../chart/chart-patterns.tsx';
import { momentText, monthText } from '../../format/time.ts';
import { Delay } from '../../live/delay.tsx';
import { shownInvoice } from '../../live/live-invoice.ts';
import { liveStatus } from '../../live/live-state.ts';
import { LiveStatusBar } from '../../live/live-status.tsx';
import { useElapsed } from '../../live/use-elapsed.ts';
import { useLive } from '../../live/use-live.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { paths } from '../../paths.ts';
import { PeriodNav } from '../../spend/period-nav.tsx';
import { Unpriced } from '../../spend/unpriced.tsx';
import { GroupTable } from './group-table.tsx';
import { Headline } from './headline.tsx';
import { NoRateCard } from './no-rate-card.tsx';
import { SpendDays } from './spend-days.tsx';
import { TopCharges } from './top-charges.tsx';
import { UnusualDays } from './unusual-days.tsx';

/** Days and groups come by loader, which rates a whole month by day: they follow no more often than this. */
const REFRESH_EVERY_MS = 30_000;

/** What the overview shows, and how old it is. */
export interface OverviewScreenProps {
  page: OverviewPage;
  /** When the page was loaded, by the server's clock. */
  loadedAt: string;
  /** The last attempt to read the numbers again failed. */
  stale: boolean;
}

/** What this month costs so far, where it is heading, and where it goes. Give it the account as `key`. */
export function OverviewScreen(props: OverviewScreenProps) {
  const { account, invoice } = props.page;
  if (invoice === null) return <NoRateCard account={account} />;
  return <Spend {...props} loaded={invoice} />;
}

function Spend({ page, loadedAt, stale, loaded }: OverviewScreenProps & { loaded: InvoiceView }) {
  const { account, days } = page;
  // What was issued stands, and a month that is over does not move.
  const isFinal = loaded.state === 'final' || (!page.period.open && page.ended === null);
  const live = useLive(account.id, !isFinal);
  const { snapshot } = live.state.shown;
  const status = liveStatus(live.state);
  const elapsedMs = useElapsed(snapshot?.spend?.meteredThrough ?? null, status === 'live');
  useRefresh(status === 'live' ? (snapshot?.meteredThrough ?? null) : null, REFRESH_EVERY_MS);

  const { invoice, top, charges, risesAMinute } = shownInvoice({ invoice: loaded, top: page.top }, snapshot, elapsedMs);
  const moment = (instant: string) => momentText(instant, account.timeZone, loadedAt);
  const today = days.findIndex(({ state }) => state === 'running') + 1;
  return (
    <>
      <ChartPatterns />
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <PeriodNav period={page.period} to={(period) => paths.account(account.id, { period, by: page.by })} />
          {today > 0 && (
            <span className="text-ink-2">
              day {today} of {days.length}
            </span>
          )}
        </div>
        {!isFinal && (
          <LiveStatusBar
            live={live}
            open
            meteredThrough={invoice.meteredThrough}
            timeZone={account.timeZone}
            loadedAt={loadedAt}
          />
        )}
        <p className="hidden text-fine text-ink-2 print:block">Metered through {moment(invoice.meteredThrough)}</p>
      </div>
      {!isFinal && (
        <Delay
          period={{ open: true, to: invoice.period.to }}
          meteredThrough={loaded.meteredThrough}
          loadedAt={loadedAt}
          lagMs={status === 'live' || status === 'catching up' ? live.state.lagMs : null}
        />
      )}
      {(stale || snapshot?.money === 'failed') && (
        <p role="status" className="note-warn mb-4">
          <b className="font-semibold">The amounts could not be computed again just now.</b> They stand at the time
          beside them and follow as soon as the server answers.
        </p>
      )}
      <Headline
        page={page}
        invoice={invoice}
        risesAMinute={risesAMinute}
        against={againstWords(page)}
        loadedAt={loadedAt}
      />
      <div className="spend-grid">
        <div className="spend-column">
          <SpendDays page={page} of={loaded} moment={moment(loaded.meteredThrough)} />
          <ChangesBeside
            changes={page.changes}
            title="What changed"
            against={againstWords(page)}
            to={paths.changes(account.id, { period: invoice.period.key })}
          />
          <GroupTable
            page={page}
            invoice={loaded}
            moment={moment(loaded.meteredThrough)}
            against={againstWords(page)}
          />
        </div>
        <div className="spend-column">
          <UnusualDays page={page} />
          <TopCharges accountId={account.id} invoice={invoice} top={top} charges={charges} />
          <Unpriced usage={loaded.unpriced} />
        </div>
      </div>
    </>
  );
}

/** What a month is compared with: while it runs, the same part of the one before. */
function againstWords({ period, previous }: OverviewPage): string {
  const month = previous === null ? 'the month before' : monthText(previous.key);
  return period.open ? `the same part of ${month}` : month;
}

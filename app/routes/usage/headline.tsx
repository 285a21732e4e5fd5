import { Link } from '@remix-run/react';
import { aggregationWords } from '#server/domain/aggregation.ts';
import type { MeterTotal, UsagePage } from '#server/usage/usage.types.ts';
import { quantityText } from '../../format/quantity.ts';
import { momentText, monthText } from '../../format/time.ts';
import type { Totals } from '../../live/live-totals.ts';
import { paths } from '../../paths.ts';

interface HeadlineProps {
  page: UsagePage;
  meter: MeterTotal;
  totals: Totals;
  loadedAt: string;
}

/** The chosen meter, large, and beside it every digit of it, how it is counted and how fresh it is. */
export function Headline({ page, meter, totals, loadedAt }: HeadlineProps) {
  const { period, account } = page;
  const text = meter.quantity === null ? null : quantityText(meter, meter.quantity);
  const invoiceId = period.open ? 'current' : period.key;
  const whole = !period.open && Date.parse(totals.meteredThrough) >= Date.parse(period.to);
  return (
    <div className="headline">
      <div className="min-w-0">
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1>{meter.description}</h1>
          {whole ? <span className="tag">whole month</span> : <span className="tag tag-open">so far</span>}
        </div>
        {text ? (
          <p className="figure">
            {text.short} <span className="figure-unit">{text.unit}</span>
          </p>
        ) : (
          <p className="figure-none">No usage metered in {monthText(period.key)}</p>
        )}
        {text && (
          <p className="mt-1 print:hidden">
            <Link className="text-link" to={paths.invoiceCharges(account.id, invoiceId, { meter: meter.key })}>
              What it costs
            </Link>
          </p>
        )}
      </div>
      <dl className="facts">
        <dt>Exactly</dt>
        <dd className="break-anywhere">{text ? text.exact : 'nothing metered, which is not the same as 0'}</dd>
        <dt>Counted as</dt>
        <dd>{aggregationWords(meter.aggregation).countedAs}</dd>
        <dt>Metered through</dt>
        <dd>
          <time dateTime={totals.meteredThrough} title={totals.meteredThrough}>
            {momentText(totals.meteredThrough, account.timeZone, loadedAt)}
          </time>
        </dd>
      </dl>
    </div>
  );
}

import type { InvoiceView } from '#server/billing/invoice.types.ts';
import { moneyText } from '../../format/money.ts';
import { clockOf, dayOf, dayText, momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { invoiceName } from '../../spend/invoice-name.ts';
import { StateTag } from '../../spend/state-tag.tsx';

/** What the invoice is, what it comes to, and how firm that is. */
export function InvoiceHead({ invoice, loadedAt }: { invoice: InvoiceView; loadedAt: string }) {
  const { projection, voided, period } = invoice;
  const moment = (instant: string) => momentText(instant, period.timeZone, loadedAt);
  const money = (amount: string) => moneyText(amount, invoice);
  return (
    <>
      <div className="headline">
        <div className="min-w-0">
          <div className="mb-1 flex flex-wrap items-center gap-2">
            <h1 className="break-anywhere">{invoiceName(invoice)}</h1>
            <StateTag state={invoice.state} />
          </div>
          <p className={voided ? 'figure line-through decoration-2' : 'figure'}>
            <a className="hover:text-accent" href="#total">
              {money(invoice.total)}
            </a>
          </p>
          <p className="mt-2 flex flex-wrap gap-2 print:hidden">
            <a className="button" href={paths.invoiceFile(invoice.accountId, invoice.id, 'pdf')}>
              PDF
            </a>
            <a className="button" href={paths.invoiceFile(invoice.accountId, invoice.id, 'csv')}>
              CSV
            </a>
          </p>
        </div>
        <InvoiceFacts invoice={invoice} moment={moment} />
      </div>
      {voided && (
        <p className="note-bad mb-4">
          <b className="font-semibold">Void since {moment(voided.at)}.</b> Nothing on it is owed. {voided.reason}
        </p>
      )}
      {projection && <p className="mb-4 max-w-150 text-fine text-ink-3">{projection.method}</p>}
    </>
  );
}

/** Of when it is, where it is heading, how firm it is, and through when it is metered. */
function InvoiceFacts({ invoice, moment }: { invoice: InvoiceView; moment: (instant: string) => string }) {
  const { projection, finalAt, finalizedAt, period } = invoice;
  const money = (amount: string) => moneyText(amount, invoice);
  return (
    <dl className="facts">
      <dt>Period</dt>
      <dd>
        {periodText(invoice)}
        {period.bridging && (
          <span className="block text-fine text-ink-3">
            Bridges the old rhythm of periods and the new one. It counts as one period: what is due, included or capped
            for a period is so once.
          </span>
        )}
      </dd>
      {projection && (
        <>
          <dt>Heading for</dt>
          <dd>
            {money(projection.expected)}{' '}
            <span className="whitespace-nowrap text-ink-3">
              between {money(projection.low)} and {money(projection.high)}
            </span>
          </dd>
        </>
      )}
      {finalAt && (
        <>
          <dt>Becomes final</dt>
          <dd>{moment(finalAt)}</dd>
        </>
      )}
      {finalizedAt && (
        <>
          <dt>Final since</dt>
          <dd>{moment(finalizedAt)}</dd>
        </>
      )}
      <dt>Metered through</dt>
      <dd>
        <time dateTime={invoice.meteredThrough} title={invoice.meteredThrough}>
          {moment(invoice.meteredThrough)}
        </time>
      </dd>
    </dl>
  );
}

function periodText({ period }: InvoiceView): string {
  const edge = (instant: string) => {
    const clock = clockOf(instant, period.timeZone);
    const day = dayOf(instant, period.timeZone);
    return `${dayText(day)} ${day.slice(0, 4)}${clock === '00:00:00' ? '' : `, ${clock}`}`;
  };
  return `${edge(period.from)} until ${edge(period.to)}, ${period.timeZone}`;
}

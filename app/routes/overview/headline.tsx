import { Link } from '@remix-run/react';
import { isZero, roundDecimal } from '#server/domain/decimal.ts';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from '../../changes/change-value.tsx';
import { type Currency, moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText, momentText, monthText } from '../../format/time.ts';
import type { ShownInvoice } from '../../live/live-invoice.ts';
import { paths } from '../../paths.ts';
import { StateTag } from '../../spend/state-tag.tsx';
import { Forecast } from './forecast.tsx';

interface HeadlineProps extends Pick<ShownInvoice, 'invoice' | 'risesAMinute'> {
  page: OverviewPage;
  /** What it is compared with: `the same part of October`. */
  against: string;
  loadedAt: string;
}

/** The month so far, large; yesterday and last month to judge it by; and where it is heading. */
export function Headline({ page, invoice, risesAMinute, against, loadedAt }: HeadlineProps) {
  const { account, ended, previous } = page;
  return (
    <div className="headline">
      <div className="min-w-0">
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1>{ended === null ? nameOf(page) : nameOfLast(ended, invoice)}</h1>
          <StateTag state={invoice.state} />
        </div>
        <p className="figure">
          <Link className="amount-link" to={paths.invoice(account.id, invoice.id)}>
            {moneyText(invoice.total, invoice)}
          </Link>
        </p>
        {risesAMinute !== null && !isZero(risesAMinute) && (
          <p className="text-ink-2">rising {risingText(risesAMinute, invoice)} a minute</p>
        )}
        <Against page={page} against={against} />
        <TotalLine account={account} invoice={invoice} />
        <dl className="facts mt-2 justify-start">
          {!page.period.open && ended === null ? null : ended === null ? (
            <Yesterday page={page} invoice={invoice} />
          ) : (
            <>
              <dt>Account ended</dt>
              <dd>{momentText(ended, account.timeZone, loadedAt)}</dd>
            </>
          )}
          <dt>{previous === null ? 'Last month' : monthText(previous.key)}</dt>
          <dd>
            {previous === null ? (
              'nothing was charged'
            ) : (
              <>
                <Link className="amount-link" to={paths.invoice(account.id, previous.id)}>
                  {moneyText(previous.total, invoice)}
                </Link>
                {previous.state === 'draft' && <span className="tag tag-open ml-2">draft, estimated</span>}
              </>
            )}
          </dd>
        </dl>
      </div>
      {invoice.projection && <Forecast invoice={invoice} projection={invoice.projection} />}
    </div>
  );
}

/** How much more or less it is than what it is compared with: leads to what made that. */
function Against({ page: { account, period, changes }, against }: Pick<HeadlineProps, 'page' | 'against'>) {
  if (changes === null || changes === 'failed') return null;
  return (
    <p className="text-ink-2">
      <Link className="amount-link" to={paths.changes(account.id, { period: period.key })}>
        <ChangeValue of={changes} amount={changes.differenceExact} insideLink />
      </Link>{' '}
      against {against}
    </p>
  );
}

/** From the charges below to the total above, where these differ. */
function TotalLine({ account, invoice }: Pick<HeadlineProps, 'invoice'> & Pick<OverviewPage, 'account'>) {
  const { subtotal, credits, tax, taxPercent } = invoice;
  if (isZero(credits) && isZero(tax)) return null;
  return (
    <p className="mt-1 text-ink-2">
      <Link className="amount-link" to={`${paths.invoice(account.id, invoice.id)}#subtotal`}>
        {moneyText(subtotal, invoice)}
      </Link>{' '}
      of charges
      {!isZero(credits) && (
        <>
          {' '}
          − {moneyText(credits, invoice)}{' '}
          <Link className="text-link" to={paths.credits(account.id)}>
            credits
          </Link>
        </>
      )}
      {!isZero(tax) && (
        <>
          {' '}
          +{' '}
          <Link className="amount-link" to={`${paths.invoice(account.id, invoice.id)}#tax`}>
            {moneyText(tax, invoice)}
          </Link>{' '}
          tax, {taxPercent} %
        </>
      )}
    </p>
  );
}

/** Less than the smallest coin is told with its first digits. */
function risingText(amount: string, of: Currency): string {
  const { minorUnit } = of;
  const rounded = roundDecimal(amount, minorUnit);
  return moneyText(amount, { ...of, minorUnit: isZero(rounded) ? minorUnit + 3 : minorUnit });
}

function nameOf({ period }: OverviewPage): string {
  return period.open ? 'This month so far' : monthText(period.key);
}

/** After its last month, an account that has ended may have one more invoice, of corrections. */
function nameOfLast(ended: string, { period }: ShownInvoice['invoice']): string {
  return Date.parse(period.from) < Date.parse(ended) ? 'The last month' : 'Corrections after the end';
}

function Yesterday({ page: { account, yesterday }, invoice }: Pick<HeadlineProps, 'page' | 'invoice'>) {
  if (yesterday === null)
    return (
      <>
        <dt>Yesterday</dt>
        <dd>the month has just begun</dd>
      </>
    );
  return (
    <>
      <dt>Yesterday, {dayText(yesterday.day)}</dt>
      <dd>
        <Link className="amount-link" to={paths.day(account.id, yesterday.day)}>
          <MoneyValue of={invoice} amount={yesterday.amount} insideLink />
        </Link>
      </dd>
    </>
  );
}

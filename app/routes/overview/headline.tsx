import { Link } from '@remix-run/react';
import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import { moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText, monthText } from '../../format/time.ts';
import type { ShownInvoice } from '../../live/live-invoice.ts';
import { paths } from '../../paths.ts';
import { StateTag } from '../../spend/state-tag.tsx';
import { Forecast } from './forecast.tsx';

/** The month so far, large; yesterday and last month to judge it by; and where it is heading. */
export function Headline({ page, invoice }: { page: OverviewPage } & Pick<ShownInvoice, 'invoice'>) {
  const { account, yesterday, previous } = page;
  return (
    <div className="headline">
      <div className="min-w-0">
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1>This month so far</h1>
          <StateTag state={invoice.state} />
        </div>
        <p className="figure">
          <Link className="amount-link" to={paths.invoice(account.id, invoice.id)}>
            {moneyText(invoice.total, invoice)}
          </Link>
        </p>
        <dl className="facts mt-2 justify-start">
          <dt>{yesterday === null ? 'Yesterday' : `Yesterday, ${dayText(yesterday.day)}`}</dt>
          <dd>
            {yesterday === null ? (
              'the month has just begun'
            ) : (
              <Link className="amount-link" to={paths.day(account.id, yesterday.day)}>
                <MoneyValue of={invoice} amount={yesterday.amount} insideLink />
              </Link>
            )}
          </dd>
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

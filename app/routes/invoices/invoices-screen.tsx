import { Link } from '@remix-run/react';
import type { InvoiceHeadView } from '#server/billing/invoice.types.ts';
import type { LoadContext } from '#server/pages/load-context.ts';
import { moneyText } from '../../format/money.ts';
import { momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { StateTag } from '../../spend/state-tag.tsx';

interface InvoicesScreenProps {
  list: Awaited<ReturnType<LoadContext['pages']['invoices']['list']>>;
  /** Nothing is newer than these. */
  isFirst: boolean;
  loadedAt: string;
}

/** Every invoice of an account, newest first: what may still change is dashed, what is taken back is struck out. */
export function InvoicesScreen({ list, isFirst, loadedAt }: InvoicesScreenProps) {
  const { account, data, nextCursor } = list;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-3">
        <h1>Invoices</h1>
        <Link className="text-link text-fine" to={paths.credits(account.id)}>
          Credits
        </Link>
      </div>
      <section className="card">
        {data.length === 0 ? (
          <p className="text-ink-2">{isFirst ? 'There is no invoice yet.' : 'No invoice is older than these.'}</p>
        ) : (
          <table className="numbers">
            <caption className="sr-only">Invoices, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Period</th>
                <th scope="col">State</th>
                <th scope="col" className="on-wide">
                  Number
                </th>
                <th scope="col" className="on-full">
                  Metered through
                </th>
                <th scope="col" className="n">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((invoice) => (
                <InvoiceRow key={invoice.id} invoice={invoice} account={account} loadedAt={loadedAt} />
              ))}
            </tbody>
          </table>
        )}
        {(nextCursor !== null || !isFirst) && (
          <p className="mt-3 flex gap-4">
            {!isFirst && (
              <Link className="text-link" to={paths.invoices(account.id)}>
                Newest invoices
              </Link>
            )}
            {nextCursor !== null && (
              <Link className="text-link" to={paths.invoices(account.id, nextCursor)}>
                Older invoices
              </Link>
            )}
          </p>
        )}
      </section>
    </>
  );
}

interface InvoiceRowProps {
  invoice: InvoiceHeadView;
  account: InvoicesScreenProps['list']['account'];
  loadedAt: string;
}

function InvoiceRow({ invoice, account, loadedAt }: InvoiceRowProps) {
  const { id, period, state, number, meteredThrough } = invoice;
  return (
    <tr className="line-row">
      <th scope="row">
        <Link className="text-link" to={paths.invoice(account.id, id)}>
          {monthText(period.key)}
        </Link>
      </th>
      <td>
        <StateTag state={state} />
      </td>
      <td className="on-wide break-anywhere">{number ?? <span className="none-metered">none yet</span>}</td>
      <td className="on-full text-ink-2">
        <time dateTime={meteredThrough} title={meteredThrough}>
          {momentText(meteredThrough, account.timeZone, loadedAt)}
        </time>
      </td>
      <td className={state === 'void' ? 'n text-ink-3 line-through' : 'n'}>
        <Link className="amount-link" to={paths.invoice(account.id, id)}>
          {moneyText(invoice.total, invoice)}
        </Link>
      </td>
    </tr>
  );
}

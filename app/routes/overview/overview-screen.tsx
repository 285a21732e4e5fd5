import { Link } from '@remix-run/react';
import type { OverviewPage } from '#server/services/spend-pages.types.ts';
import { exactMoneyText, moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText, momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { lineName } from '../../spend/line-name.ts';
import { StateTag } from '../../spend/state-tag.tsx';
import { Unpriced } from '../../spend/unpriced.tsx';
import { ChartPatterns, Swatch } from '../usage/chart-patterns.tsx';
import { SpendDays } from './spend-days.tsx';
import { groupText, patternOf } from './spend-groups.ts';

/** What this month costs so far, where it is heading, and yesterday. */
export function OverviewScreen({ page, asOf }: { page: OverviewPage; asOf: string }) {
  const { account, invoice } = page;
  if (invoice === null) return <NoRateCard page={page} />;
  const moment = momentText(invoice.meteredThrough, account.timeZone, asOf);
  return (
    <>
      <ChartPatterns />
      <p className="mb-5 font-semibold">{monthText(invoice.period.key)}</p>
      <Headline page={page} invoice={invoice} moment={moment} />
      <div className="grid gap-4">
        <SpendDays page={page} of={invoice} />
        <section className="card" aria-labelledby="groups">
          <h2 id="groups" className="mb-2">
            Where it went
          </h2>
          <table className="numbers">
            <thead>
              <tr>
                <th scope="col">App</th>
                <th scope="col" className="n">
                  {invoice.currency}, before credits and tax
                </th>
              </tr>
            </thead>
            <tbody>
              {page.groups.map((group, i) => (
                <tr key={group.value ?? 'others'}>
                  <th scope="row" className="break-anywhere">
                    <Swatch pattern={patternOf(group, i)} />
                    {groupText(group)}
                  </th>
                  <td className="n">
                    <MoneyValue of={invoice} amount={group.amount} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-2 text-fine text-ink-3">Exact spend before rounding. Metered through {moment}.</p>
        </section>
        <section className="card" aria-labelledby="top">
          <h2 id="top" className="mb-2">
            Largest charges
          </h2>
          <table className="numbers">
            <thead>
              <tr>
                <th scope="col">Charge</th>
                <th scope="col" className="n">
                  {invoice.currency}
                </th>
              </tr>
            </thead>
            <tbody>
              {page.top.map((line) => (
                <tr key={line.chargeId}>
                  <th scope="row" className="break-anywhere">
                    {line.description} <span className="text-ink-3">{lineName(line)}</span>
                  </th>
                  <td className="n">
                    <Link
                      className="text-link"
                      to={paths.invoice(account.id, invoice.id, line.chargeId)}
                      title={exactMoneyText(line.amountExact, invoice)}
                    >
                      {moneyText(line.amount, invoice)}
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-2 text-fine text-ink-3">
            <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
              All {invoice.lines.length} charges of this month
            </Link>
          </p>
        </section>
        <Unpriced usage={invoice.unpriced} />
      </div>
    </>
  );
}

interface HeadlineProps {
  page: OverviewPage;
  invoice: NonNullable<OverviewPage['invoice']>;
  moment: string;
}

function Headline({ page, invoice, moment }: HeadlineProps) {
  const { account, yesterday, previous } = page;
  const { projection } = invoice;
  return (
    <div className="headline">
      <div className="min-w-0">
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1>This month so far</h1>
          <StateTag state={invoice.state} />
        </div>
        <p className="figure">
          <Link to={paths.invoice(account.id, invoice.id)}>{moneyText(invoice.total, invoice)}</Link>
        </p>
      </div>
      <dl className="facts">
        {projection && (
          <>
            <dt>Heading for</dt>
            <dd title={projection.method}>
              {moneyText(projection.expected, invoice)}{' '}
              <span className="text-ink-3">
                ({moneyText(projection.low, invoice)} – {moneyText(projection.high, invoice)})
              </span>
            </dd>
          </>
        )}
        <dt>Yesterday</dt>
        <dd>
          {yesterday === null ? (
            'the month has just begun'
          ) : (
            <>
              <MoneyValue of={invoice} amount={yesterday.amount} />{' '}
              <span className="text-ink-3">{dayText(yesterday.day)}</span>
            </>
          )}
        </dd>
        <dt>Last month</dt>
        <dd>
          {previous === null ? (
            'nothing was charged'
          ) : (
            <Link className="text-link" to={paths.invoice(account.id, previous.id)}>
              {moneyText(previous.total, invoice)}
              {previous.state === 'draft' && ', draft'}
            </Link>
          )}
        </dd>
        <dt>Metered through</dt>
        <dd>
          <time dateTime={invoice.meteredThrough}>{moment}</time>
        </dd>
      </dl>
    </div>
  );
}

function NoRateCard({ page }: { page: OverviewPage }) {
  return (
    <>
      <h1 className="mb-4">Spend</h1>
      <section className="card flex flex-col gap-3">
        <h2 className="text-lead">No prices yet</h2>
        <p className="max-w-150 text-ink-2">
          {page.account.name} is on no rate card, so nothing it uses is charged. That is not a bill of zero: once
          whoever operates Plainbill sets a rate card, the usage of this month is priced from its first day on.
        </p>
        <p>
          <Link className="text-link" to={paths.usage(page.account.id)}>
            See what was used
          </Link>
        </p>
      </section>
    </>
  );
}

import type { LicensesPage, LicenseUse } from '#server/services/spend-pages.types.ts';
import { exactText } from '../../format/decimal.ts';
import { moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayText, momentText } from '../../format/time.ts';

interface LicenseCardProps {
  license: LicenseUse;
  page: LicensesPage;
  asOf: string;
}

/** One license: what was bought, what of it was used, by whom and when, and what went beyond. */
export function LicenseCard({ license, page, asOf }: LicenseCardProps) {
  const { unit, exhaustedAt, paceUnits } = license;
  const inMoney = unit === page.currency;
  const amount = (units: string) => (inMoney ? moneyText(units, page) : `${exactText(units)} ${unit}`);
  return (
    <section className="card" aria-label={license.product}>
      <h2 className="mb-2">{license.product}</h2>
      <p className="text-lead">
        {amount(license.drawnUnits)} <span className="text-ink-3">of {amount(license.capacityUnits)}</span>
      </p>
      <svg className="share-bar my-2" height="8" aria-hidden="true" focusable="false">
        <rect className="share-track" width="100%" height="8" rx="4" />
        <rect className="series-1" width={`${Math.min(100, Number(license.percent))}%`} height="8" rx="4" />
      </svg>
      <dl className="facts mb-3">
        <dt>Used</dt>
        <dd>{exactText(license.percent)} %</dd>
        <dt>{license.measure === 'max' ? 'Covers' : 'Ran out'}</dt>
        <dd>
          {exhaustedAt === null
            ? 'everything so far'
            : license.measure === 'max'
              ? `not all since ${momentText(exhaustedAt, page.account.timeZone, asOf)}`
              : momentText(exhaustedAt, page.account.timeZone, asOf)}
        </dd>
        {paceUnits !== null && exhaustedAt === null && (
          <>
            <dt>At this pace</dt>
            <dd>{amount(paceUnits)} by the end of the month</dd>
          </>
        )}
        <dt>Beyond the license</dt>
        <dd>
          <MoneyValue of={page} amount={license.overage} />
        </dd>
        <dt>Term</dt>
        <dd>
          {dayText(license.term.from.slice(0, 10))} {license.term.from.slice(0, 4)} –{' '}
          {dayText(license.term.to.slice(0, 10))} {license.term.to.slice(0, 4)}
        </dd>
      </dl>
      {license.teams.length > 0 && (
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">Team</th>
              <th scope="col" className="n">
                Used
              </th>
              <th scope="col" className="n">
                Allocated
              </th>
            </tr>
          </thead>
          <tbody>
            {license.teams.map(({ team, drawnUnits, allocated }) => (
              <tr key={team}>
                <th scope="row" className="break-anywhere">
                  {team === '' ? 'no team' : team}
                </th>
                <td className="n">{amount(drawnUnits)}</td>
                <td className="n">{allocated === null ? '–' : amount(allocated)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details className="mt-3">
        <summary>By app and by day</summary>
        <div className="grid gap-4 wide:grid-cols-2">
          <Parts title="App" rows={license.apps.map((a) => [a.app === '' ? 'no app' : a.app, amount(a.drawnUnits)])} />
          <Parts
            title="Day"
            rows={license.days.flatMap(({ day, drawnUnits }): [string, string][] =>
              drawnUnits === null ? [] : [[dayText(day), amount(drawnUnits)]],
            )}
          />
        </div>
      </details>
    </section>
  );
}

function Parts({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <table className="numbers">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="n">
            Used
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, used]) => (
          <tr key={name}>
            <th scope="row" className="break-anywhere">
              {name}
            </th>
            <td className="n">{used}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

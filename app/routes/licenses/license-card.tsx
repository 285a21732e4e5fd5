import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { LicensesPage, LicenseUse } from '#server/pages/spend-pages.types.ts';
import { moneyText } from '../../format/money.ts';
import { MoneyValue } from '../../format/money-value.tsx';
import { dayOf, dayText, momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { LicenseBar } from './license-bar.tsx';
import { LicenseDays } from './license-days.tsx';
import { AppsAndDays, Teams } from './license-tables.tsx';
import { licenseWords } from './license-words.ts';
import { invoiceIdOf } from './on-demand.tsx';

interface LicenseCardProps {
  license: LicenseUse;
  page: LicensesPage;
  loadedAt: string;
}

/** One license: what was bought, what of it was used, by whom and when, and what went beyond. */
export function LicenseCard({ license, page, loadedAt }: LicenseCardProps) {
  const { account, period, currency } = page;
  const { unit, exhaustedAt, paceUnits, capacityUnits, drawnUnits } = license;
  const amount = (units: string) => (unit === currency ? moneyText(units, page) : `${exactText(units)} ${unit}`);
  const words = licenseWords(license, period.open, amount, (instant) =>
    momentText(instant, account.timeZone, loadedAt),
  );
  return (
    <section className="card" aria-label={license.product}>
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2>{license.product}</h2>
        <p className="text-fine text-ink-3">{termText(license.term, account.timeZone)}</p>
      </div>
      <div className="license-grid">
        <div className="min-w-0">
          <p className="text-lead tabular-nums">
            {amount(drawnUnits)} <span className="text-ink-3">of {amount(capacityUnits)}</span>
          </p>
          <LicenseBar
            capacity={Number(capacityUnits)}
            drawn={Number(drawnUnits)}
            pace={exhaustedAt === null && paceUnits !== null ? Number(paceUnits) : null}
            ranOut={exhaustedAt !== null}
            label={`${exactText(license.percent)} % used. ${words.text}`}
          />
          <p className={words.warns ? 'mb-2 text-warn' : 'mb-2 text-ink-2'}>{words.text}</p>
          <dl className="facts mb-3">
            <dt>{license.measure === 'max' ? 'Most at once' : 'Used'}</dt>
            <dd>{exactText(license.percent)} %</dd>
            <dt>Beyond the license</dt>
            <dd>
              <Link
                className="amount-link"
                to={paths.invoiceCharges(account.id, invoiceIdOf(period), { license: license.id })}
              >
                <MoneyValue of={page} amount={license.overage} insideLink />
              </Link>
            </dd>
          </dl>
          {license.teams.length > 0 && <Teams license={license} amount={amount} />}
        </div>
        <div className="min-w-0">
          <LicenseDays license={license} period={period} amount={amount} />
        </div>
      </div>
      <details className="mt-3">
        <summary className="w-fit">By app and by day as tables</summary>
        <AppsAndDays license={license} amount={amount} />
      </details>
    </section>
  );
}

function termText({ from, to }: LicenseUse['term'], timeZone: string): string {
  const day = (instant: string) => {
    const date = dayOf(instant, timeZone);
    return `${dayText(date)} ${date.slice(0, 4)}`;
  };
  return `${day(from)} until ${day(to)}`;
}

import { Link } from '@remix-run/react';
import type { IncludedUse } from '#server/billing/included-use.ts';
import { exactText } from '#server/domain/decimal.ts';
import type { LicensesPage } from '#server/pages/spend-pages.types.ts';
import { quantityText, readsAsDuration } from '../../format/quantity.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { dayText, momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { ChargeName } from '../../spend/charge-name.tsx';
import { includedWords } from './included-words.ts';
import { LicenseBar } from './license-bar.tsx';
import { invoiceIdOf } from './on-demand.tsx';

interface IncludedProps {
  page: LicensesPage;
  loadedAt: string;
}

/** What prices include: how much of each allowance and pool is used, and whether it lasts. */
export function Included({ page, loadedAt }: IncludedProps) {
  if (page.included.length === 0) return null;
  return (
    <section className="card" aria-labelledby="included">
      <h2 id="included" className="mb-1">
        Included
      </h2>
      <p className="mb-3 text-fine text-ink-3">What your prices include each month, used before anything is charged.</p>
      <ul className="license-grid">
        {page.included.map((use) => (
          <li key={use.chargeId ?? use.priceKey} className="min-w-0">
            <OfPrice use={use} page={page} loadedAt={loadedAt} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OfPrice({ use, page, loadedAt }: IncludedProps & { use: IncludedUse }) {
  const { account, period } = page;
  const amount = (quantity: string) => {
    const { short, unit } = quantityText(use, quantity);
    return readsAsDuration(use) ? short : `${short} ${unit}`;
  };
  const words = includedWords(use, period.open, {
    amount,
    moment: (instant) => momentText(instant, account.timeZone, loadedAt),
    day: dayText,
  });
  return (
    <>
      <h3>
        {use.chargeId === null ? (
          <ChargeName line={use} />
        ) : (
          <Link className="text-link" to={paths.invoice(account.id, invoiceIdOf(period), use.chargeId)}>
            <ChargeName line={use} />
          </Link>
        )}
      </h3>
      <p className="text-lead tabular-nums">
        <QuantityValue measure={use} quantity={use.used} withUnit />{' '}
        <span className="text-ink-3">of {amount(use.included)}</span>
      </p>
      <LicenseBar
        capacity={Number(use.included)}
        drawn={Number(use.used)}
        pace={use.pace === null ? null : Number(use.pace)}
        ranOut={Number(use.beyond) > 0}
        label={`${exactText(use.percent)} % used. ${words.text}`}
      />
      <p className={words.warns ? 'text-warn' : 'text-ink-2'}>{words.text}</p>
    </>
  );
}

import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { moneyText } from '../format/money.ts';
import { momentText, monthText } from '../format/time.ts';
import { paths } from '../paths.ts';
import { lineName } from '../spend/line-name.ts';
import { StateTag } from '../spend/state-tag.tsx';

interface ChargeHeadProps {
  explanation: Pick<Explanation, 'account' | 'charge' | 'invoice' | 'meteredThrough'>;
  loadedAt: string | null;
  /** Whether the invoice can be gone to. */
  linked: boolean;
  /** On a page of a part of it: what that part comes to, exactly; `null` where that is not known. */
  part?: { name: string; amountExact: string | null };
  children?: React.ReactNode;
}

/** Which charge it is, what it comes to, and how firm that is. */
export function ChargeHead({ explanation, loadedAt, linked, part, children }: ChargeHeadProps) {
  const { account, charge, invoice, meteredThrough } = explanation;
  const name = invoice.number ?? monthText(invoice.period.key);
  return (
    <div className="headline">
      <div className="min-w-0">
        <p className="mb-1 text-fine text-ink-3">
          {linked ? (
            <Link className="text-link" to={paths.invoice(account.id, invoice.id)}>
              Invoice {name}
            </Link>
          ) : (
            `${account.name}, ${name}`
          )}
        </p>
        <div className="mb-1 flex flex-wrap items-center gap-2">
          <h1 className="break-anywhere">
            {charge.description} <span className="text-ink-3">{lineName(charge)}</span>
          </h1>
          <StateTag state={invoice.state} />
        </div>
        {part === undefined ? (
          <p className="figure">{moneyText(charge.amount, invoice)}</p>
        ) : (
          <>
            {part.amountExact !== null && <p className="figure">{moneyText(part.amountExact, invoice)}</p>}
            <p className="break-anywhere text-ink-2">
              {part.name}, of {moneyText(charge.amount, invoice)}
            </p>
          </>
        )}
        {children}
      </div>
      <dl className="facts">
        <dt>Exactly</dt>
        <dd>
          {exactText(charge.amountExact, invoice.minorUnit)} {invoice.currency}
        </dd>
        <dt>Period</dt>
        <dd>
          {monthText(invoice.period.key)}, {invoice.period.timeZone}
        </dd>
        <dt>Metered through</dt>
        <dd>
          <time dateTime={meteredThrough} title={meteredThrough}>
            {momentText(meteredThrough, account.timeZone, loadedAt)}
          </time>
        </dd>
      </dl>
    </div>
  );
}

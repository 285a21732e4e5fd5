import { Link } from '@remix-run/react';
import type { ShownGrant } from '#server/pages/credits-page.ts';
import { moneyText } from '../../format/money.ts';
import { momentText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface CreditsScreenProps {
  page: {
    account: { id: string; name: string; timeZone: string };
    grants: ShownGrant[];
    nextCursor: string | null;
  };
  isFirst: boolean;
  loadedAt: string;
}

const KINDS = {
  grant: 'Granted',
  draw: 'Drawn',
  lapse: 'Lapsed, not drawn in time',
  return: 'Given back',
  restore: 'Back again, for an invoice of a time before it lapsed',
  revoke: 'Taken back with its invoice',
} as const;

/** Money granted to the account, and what became of each grant, entry by entry. */
export function CreditsScreen({ page, isFirst, loadedAt }: CreditsScreenProps) {
  const { account, grants, nextCursor } = page;
  return (
    <>
      <h1 className="mb-4">Credits</h1>
      <section className="card" aria-label="Credits">
        {grants.length === 0 ? (
          <p className="text-ink-2">{isFirst ? 'No credit was granted to this account.' : 'There are no more.'}</p>
        ) : (
          <table className="numbers">
            <caption className="sr-only">Credits, the newest first</caption>
            <thead>
              <tr>
                <th scope="col">Credit</th>
                <th scope="col" className="n on-wide">
                  Granted
                </th>
                <th scope="col" className="n on-wide">
                  Drawn
                </th>
                <th scope="col" className="n on-wide">
                  Lapsed
                </th>
                <th scope="col" className="n">
                  Left
                </th>
              </tr>
            </thead>
            <tbody>
              {grants.map((grant) => (
                <GrantRow key={grant.id} grant={grant} account={account} loadedAt={loadedAt} />
              ))}
            </tbody>
          </table>
        )}
        <p className="mt-3 flex gap-3">
          {!isFirst && (
            <Link className="text-link" to={paths.credits(account.id)}>
              From the newest
            </Link>
          )}
          {nextCursor !== null && (
            <Link className="text-link" to={paths.credits(account.id, nextCursor)}>
              Older credits
            </Link>
          )}
        </p>
      </section>
    </>
  );
}

type GrantProps = { grant: ShownGrant } & Pick<CreditsScreenProps, 'loadedAt'> & LedgerOf;

/** A grant: why, until when, who gave it, which invoices it waits for, and what is left. */
function GrantRow({ grant, account, loadedAt }: GrantProps) {
  return (
    <tr id={grant.id}>
      <th scope="row" className="break-anywhere" aria-label={grant.reason}>
        <details>
          <summary>{grant.reason}</summary>
          <Ledger grant={grant} account={account} loadedAt={loadedAt} />
        </details>
        <span className="text-fine font-normal text-ink-3">
          {grant.expiresAt === null
            ? 'does not expire'
            : `pays for what was used before ${momentText(grant.expiresAt, account.timeZone, loadedAt)}`}
        </span>
        {grant.grantedBy !== null && (
          <span className="block text-fine font-normal text-ink-3">granted by {grant.grantedBy}</span>
        )}
        {grant.pays === 'total' && (
          <span className="block text-fine font-normal text-ink-3">given back with its tax: drawn after tax</span>
        )}
        {grant.reserved.map(({ invoiceId, periodKey, amount }) => (
          <span key={invoiceId} className="block text-fine font-normal text-ink-3">
            {moneyText(amount, grant)} reserved for{' '}
            <Link className="text-link" to={paths.invoice(account.id, invoiceId)}>
              {monthText(periodKey)}
            </Link>
          </span>
        ))}
      </th>
      <td className="n on-wide">{moneyText(grant.amount, grant)}</td>
      <td className="n on-wide">{moneyText(grant.drawn, grant)}</td>
      <td className="n on-wide">{moneyText(grant.lapsed, grant)}</td>
      <td className="n">{moneyText(grant.balance, grant)}</td>
    </tr>
  );
}

/** The entries of a grant, which add up to what is left of it. */
function Ledger({ grant, account, loadedAt }: GrantProps) {
  return (
    <table className="numbers numbers-dense font-normal">
      <caption className="sr-only">What became of {grant.reason}</caption>
      <tbody>
        {grant.entries.map(({ id, kind, at, invoiceId, amount }) => (
          <tr key={id}>
            <th scope="row">
              {KINDS[kind]}, {momentText(at, account.timeZone, loadedAt)}
              {invoiceId !== null && (
                <>
                  {' '}
                  <Link className="text-link" to={paths.invoice(account.id, invoiceId)}>
                    the invoice
                  </Link>
                </>
              )}
            </th>
            <td className="n">{moneyText(amount, grant)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Left</th>
          <td className="n">{moneyText(grant.balance, grant)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

interface LedgerOf {
  account: CreditsScreenProps['page']['account'];
}

import type { Viewer } from '../access/viewer.ts';
import type { InvoiceView } from '../billing/invoice.types.ts';
import type { Invoices } from '../billing/invoices/invoices.ts';
import type { Database } from '../database/database.types.ts';
import { type CreditEntry, type CreditGrant, entriesOfGrants, listGrants } from '../database/invoices/credits.ts';
import { minorUnitOf } from '../domain/currencies.ts';
import { moneyText, parseAmount } from '../domain/money.ts';
import { grantorShown } from '../support/grantor-shown.ts';
import { cursorAsked } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';

const GRANTS_ON_A_PAGE = 24;

/** A grant with its ledger; amounts as text with the currency's decimals, instants in RFC 3339. */
export interface ShownGrant
  extends Pick<CreditGrant, 'id' | 'reason' | 'pays' | 'amount' | 'drawn' | 'lapsed' | 'balance'> {
  currency: string;
  minorUnit: number;
  expiresAt: string | null;
  /** As the reader is told it; `null` where nobody granted it, or it was not recorded. */
  grantedBy: string | null;
  /** What invoices that are not issued yet will draw of it, by period; together no more than is left. */
  reserved: { invoiceId: string; periodKey: string; amount: string }[];
  /** Oldest first; they add up to the balance. */
  entries: (Pick<CreditEntry, 'id' | 'kind' | 'amount' | 'invoiceId'> & { at: string })[];
}

/** Builds the answer of the credits page: what was granted, newest first, and what became of it. */
export function createCreditsPage({
  database,
  invoices,
  now,
}: {
  database: Database;
  invoices: Pick<Invoices, 'unissued'>;
  now: () => Date;
}) {
  return async (viewer: Viewer, asked: { accountId: string; cursor?: string }) => {
    const { queries } = database;
    const { account } = await pageScope(queries, viewer, asked, now());
    const before = cursorAsked(asked.cursor, /^crd_[a-z0-9]{1,60}$/);
    const rows = await listGrants(queries, account.id, { before, limit: GRANTS_ON_A_PAGE + 1 });
    const grants = rows.slice(0, GRANTS_ON_A_PAGE);
    const ids = grants.map(({ id }) => id);
    const entries = await entriesOfGrants(queries, account.id, ids);
    const isLeft = grants.some(({ balance }) => parseAmount(balance) > 0n);
    const unissued = isLeft ? (await invoices.unissued(account)).map(({ view }) => view) : [];
    const grantor = grantorShown(viewer.platformRole !== 'customer');
    return {
      account: accountOfPage(account),
      grants: grants.map((grant) => ({ ...shownGrant(grant, entries, unissued), grantedBy: grantor(grant) })),
      nextCursor: rows.length > grants.length ? (ids.at(-1) ?? null) : null,
    };
  };
}

function shownGrant(
  grant: CreditGrant,
  entries: readonly CreditEntry[],
  unissued: readonly InvoiceView[],
): Omit<ShownGrant, 'grantedBy'> {
  const { id, reason, pays, currency, expiresAt } = grant;
  const minorUnit = minorUnitOf(currency);
  const money = (amount: string) => moneyText(parseAmount(amount), minorUnit);
  return {
    ...{ id, reason, pays, currency, minorUnit },
    amount: money(grant.amount),
    drawn: money(grant.drawn),
    lapsed: money(grant.lapsed),
    balance: money(grant.balance),
    expiresAt: expiresAt?.toISOString() ?? null,
    reserved: unissued.flatMap(({ id: invoiceId, period, creditDraws }) =>
      creditDraws
        .filter(({ grantId }) => grantId === id)
        .map(({ amount }) => ({ invoiceId, periodKey: period.key, amount: money(amount) })),
    ),
    entries: entries
      .filter(({ grantId }) => grantId === id)
      .map(({ id, kind, amount, invoiceId, at }) => ({
        ...{ id, kind, invoiceId },
        amount: money(amount),
        at: at.toISOString(),
      })),
  };
}

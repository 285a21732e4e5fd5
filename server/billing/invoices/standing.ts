import type { Account } from '../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import { finalPeriods, type InvoiceHead } from '../../database/invoices/invoices.ts';
import { periodsWithin } from '../account-period.ts';

/** Which periods an account has, and which of them are invoiced. */
export interface Standing {
  /** Rising, without gap or overlap. */
  periods: readonly AccountPeriodRow[];
  finals: readonly InvoiceHead[];
}

/** Where an account stands. */
export async function standingOf(queries: Queries, account: Account, now: Date): Promise<Standing> {
  const [periods, finals] = [await periodsWithin(queries, account, now), await finalPeriods(queries, account.id)];
  return { periods, finals };
}

/** The open period; of an account that has ended, `null` once its last one is over. */
export function openOf({ periods }: Standing): AccountPeriodRow | null {
  return periods.findLast(({ state }) => state === 'open') ?? null;
}

/** Periods that ended without an invoice that still counts; oldest first. */
export function unissuedOf({ periods }: Standing): AccountPeriodRow[] {
  return periods.filter(({ state }) => state === 'ended' || state === 'void');
}

/**
 * The period on whose invoice corrections of a final one stand: the oldest after it that is still to be invoiced, else the
 * open one. So a correction stands on exactly one, as soon as it is known.
 */
export function carrierOf({ periods }: Standing, head: InvoiceHead): AccountPeriodRow | null {
  const mayCarry = ({ from, state, settled }: AccountPeriodRow) =>
    from >= head.period.to && (state === 'open' || state === 'void' || (state === 'ended' && !settled));
  return periods.find(mayCarry) ?? null;
}

/** The final invoices whose corrections stand on a period's invoice. */
export function carriedBy(standing: Standing, period: { key: string }): InvoiceHead[] {
  return standing.finals.filter((head) => carrierOf(standing, head)?.key === period.key);
}

import type { InvoiceLine, InvoiceView } from '#server/billing/invoice.types.ts';
import { amountText, parseAmount } from '#server/domain/money.ts';
import type { LiveCharge, LiveSnapshot } from '#server/realtime/contract.ts';
import { carriedOn } from './carried-on.ts';

/** A charge as tables show it; `runs` while it grows with time. */
export type ShownLine = Pick<InvoiceLine, 'chargeId' | 'description' | 'lineValues' | 'amount' | 'amountExact'> & {
  runs?: boolean;
};

/** The open invoice as it is to be shown: totals and charges of one watermark, never mixed. */
export interface ShownInvoice {
  /** Without the lines, which are in `top`. */
  invoice: Omit<InvoiceView, 'lines'>;
  top: ShownLine[];
  /** How many charges there are. */
  charges: number;
  /** By how much what runs raises the charges in a minute, exactly; `null` while that is not told. */
  risesAMinute: string | null;
}

const TOP = 10;

/**
 * The newer of what the page was loaded with and what the socket said since; a snapshot of another period, or one without
 * money, is not taken.
 * @param elapsedMs since the snapshot's money was received: running charges are carried on by it
 */
export function shownInvoice(
  loaded: { invoice: InvoiceView; top: InvoiceLine[] },
  snapshot: LiveSnapshot | null,
  elapsedMs: number,
): ShownInvoice {
  const { invoice, top } = loaded;
  const asLoaded = { invoice, top, charges: invoice.lines.length, risesAMinute: null };
  if (snapshot === null || snapshot.money !== 'known' || snapshot.period.key !== invoice.period.key) return asLoaded;
  const { spend, charges } = snapshot;
  if (Date.parse(spend.meteredThrough) < Date.parse(invoice.meteredThrough)) return asLoaded;
  const { projection, ...totals } = spend;
  const { projection: _old, ...rest } = invoice;
  return {
    invoice: { ...rest, ...totals, ...(projection === null ? {} : { projection }) },
    top: largest(charges).map((charge) => ({
      ...carriedOn(charge, spend.meteredThrough, elapsedMs, spend.minorUnit),
      runs: charge.rate !== undefined,
    })),
    charges: charges.length,
    risesAMinute: amountText(charges.reduce((sum, { rate }) => sum + 60n * parseAmount(rate?.perSecond ?? '0'), 0n)),
  };
}

function largest(charges: readonly LiveCharge[]): LiveCharge[] {
  return charges
    .map((charge) => ({ charge, amount: parseAmount(charge.amountExact) }))
    .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0))
    .slice(0, TOP)
    .map(({ charge }) => charge);
}

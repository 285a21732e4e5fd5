import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import { payingGrants, reservationsOf } from '../../database/invoices/credits.ts';
import { getInvoice, hasVoidInvoice, listInvoices } from '../../database/invoices/invoices.ts';
import { isPeriodKey } from '../../domain/billing-period.ts';
import type { Micros } from '../../domain/instant.ts';
import { allotCredits } from '../../domain/invoice/credit-allotment.ts';
import type { OpenGrant } from '../../domain/invoice/credits.ts';
import { GRACE_MS } from '../../domain/policy.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { AccountCharges } from '../account-charges.ts';
import type { InvoiceHeadView, InvoiceList, InvoiceView } from '../invoice.types.ts';
import { type Pricing, pricingOf } from '../pricing.ts';
import {
  type Charged,
  type ChargingDeps,
  charged,
  dueOf,
  periodsToTell,
  type Reading,
  type Wanted,
} from './charged-period.ts';
import { type InvoiceMaterial, invoiceView } from './invoice-view.ts';
import { createIssuedCharges, type IssuedChargesReader } from './issued-charges.ts';
import { project } from './projection.ts';
import { openOf, standingOf, unissuedOf } from './standing.ts';
import { storedHead, storedView } from './stored-invoice.ts';

/** What invoices are made of and read at. */
export interface InvoicesDeps extends ChargingDeps {
  readings: Readings;
}

/** A computed invoice with what it was computed from. */
export interface ComputedInvoice {
  view: InvoiceView;
  pricing: Pricing;
  period: AccountPeriodRow;
  charges: AccountCharges;
  through: Micros;
  material: InvoiceMaterial;
}

/** Invoices of accounts: computed while a period may change, stored for good afterwards. */
export interface Invoices {
  /**
   * The open period's invoice, or what a period that has ended comes to now.
   * @throws RangeError when the account has no such period
   */
  computed: (account: Account, periodKey: string | null, wanted?: Wanted) => Promise<ComputedInvoice>;
  /** The draft of one period from usage that was read already, together with that of many other accounts. */
  draft: (read: Reading, period: AccountPeriodRow) => Promise<ComputedInvoice>;
  /**
   * `current`, a period's key or an invoice's id; `null` when there is none. Without a rate card nothing has a price, and
   * no invoice is made up of that.
   */
  find: (accountId: string, invoiceId: string) => Promise<InvoiceView | null>;
  /** Open period first, then drafts, the oldest first, then what was issued, newest first. */
  list: (accountId: string, page: { cursor: string | null; limit: number }) => Promise<InvoiceList | null>;
  /** What is not issued yet, oldest first: drafts of periods that have ended and have anything to tell, then the open one. */
  unissued: (account: Account) => Promise<ComputedInvoice[]>;
  /** What an issued invoice's period came to by day, as it was issued. */
  issuedCharges: IssuedChargesReader;
}

/** All that is older than a period, and that period. */
interface UpTo {
  period: AccountPeriodRow;
  wanted: Wanted;
}

/** Reads at the watermark of `deps.readings`; stores nothing. */
export function createInvoices(deps: InvoicesDeps): Invoices {
  const { database, now } = deps;
  const { queries } = database;

  /** Everything of the account that is not issued, with credits given to the oldest first. */
  function unissued(account: Account, upTo?: UpTo): Promise<ComputedInvoice[]> {
    return deps.readings.read((meteredThrough) => readUnissued(deps, account, meteredThrough, upTo));
  }

  async function computed(account: Account, periodKey: string | null, wanted: Wanted = {}): Promise<ComputedInvoice> {
    const { periods } = await standingOf(queries, account, now());
    const period = periodKey === null ? periods.at(-1) : periods.find(({ key }) => key === periodKey);
    if (period === undefined) throw new RangeError(`account ${account.id} has no period ${periodKey}`);
    const invoice = (await unissued(account, { period, wanted })).at(-1);
    if (invoice !== undefined) return invoice;
    // Without a rate card there is nothing to draw for.
    const pricing = await pricingOf(queries, account);
    return deps.readings.read(async (meteredThrough) =>
      finished(deps, await charged(deps, { pricing, meteredThrough, nothingLate: true }, null, period, wanted), []),
    );
  }

  async function draft(read: Reading, period: AccountPeriodRow): Promise<ComputedInvoice> {
    const { account } = read.pricing;
    const grants = read.grants ?? (await payingGrants(queries, account.id));
    if (grants.length === 0) return finished(deps, await charged(deps, read, null, period), [], false);
    const standing = await standingOf(queries, account, now());
    const isOlder = ({ from, state, graceFrom }: AccountPeriodRow) =>
      from < period.from && (graceFrom !== null || state === 'void');
    // Older periods without an invoice draw first: then all of them are looked at together.
    if (unissuedOf(standing).some(isOlder)) return computed(account, period.key);
    const each = await charged(deps, read, standing, period);
    const allotted = allotCredits(grants, await reservationsOf(queries, account.id), [dueOf(each)]);
    return finished(deps, each, allotted.get(period.key) ?? [], false);
  }

  return {
    computed,
    draft,
    unissued,
    issuedCharges: createIssuedCharges(deps),
    find: async (accountId, invoiceId) => {
      const account = await getAccount(queries, accountId);
      if (account === null) return null;
      if (invoiceId !== 'current' && !isPeriodKey(invoiceId)) return issuedView(queries, accountId, invoiceId);
      const standing = await standingOf(queries, account, now());
      const issued = standing.finals.find(({ period }) => period.key === invoiceId);
      if (issued !== undefined) return issuedView(queries, accountId, issued.id);
      const period = invoiceId === 'current' ? openOf(standing) : standing.periods.find(({ key }) => key === invoiceId);
      return period == null ? null : viewOf(await computed(account, period.key));
    },
    list: async (accountId, { cursor, limit }) => {
      const account = await getAccount(queries, accountId);
      if (account === null) return null;
      const waiting = async () => (await unissued(account)).map(({ view }) => headOf(view));
      return listed(queries, accountId, waiting, { cursor, limit });
    },
  };
}

/** Everything of the account that is not issued at a watermark, with credits given to the oldest first. */
async function readUnissued(
  deps: ChargingDeps,
  account: Account,
  meteredThrough: Micros,
  upTo: UpTo | undefined,
): Promise<ComputedInvoice[]> {
  const { queries } = deps.database;
  const pricing = await pricingOf(queries, account);
  if (pricing.rulings.length === 0) return [];
  const read = { pricing, meteredThrough };
  const standing = await standingOf(queries, account, deps.now());
  const open = openOf(standing);
  const grants = await payingGrants(queries, account.id);
  const last = upTo?.period;
  // Without credits no period bears on another.
  const isAlone = last !== undefined && grants.length === 0;
  const all = isAlone ? [] : await periodsToTell(deps.store, pricing, standing, last?.from ?? Number.POSITIVE_INFINITY);
  if (last !== undefined) all.push(last);
  else if (open !== null) all.push(open);
  const computed: Charged[] = [];
  for (const period of all) {
    const each = await charged(deps, read, standing, period, period.key === last?.key ? upTo?.wanted : {});
    const tells = each.material.lines.length > 0 || each.material.unpriced.length > 0;
    if (tells || period.state === 'open' || period.key === last?.key) computed.push(each);
  }
  const allotted = allotCredits(grants, await reservationsOf(queries, account.id), computed.map(dueOf));
  return Promise.all(computed.map((each) => finished(deps, each, allotted.get(each.period.key) ?? [])));
}

/** With what it may draw from credits; when it becomes final is told where it is shown. */
async function finished(
  { database: { queries }, now }: ChargingDeps,
  { material, ...rest }: Charged,
  grants: readonly OpenGrant[],
  isShown = true,
): Promise<ComputedInvoice> {
  const { charges, period, through } = rest;
  const { account } = rest.pricing;
  const isOpen = period.state === 'open';
  const complete = { ...material, grants };
  const projection = isOpen ? { projection: project(charges, complete, through) } : {};
  const isByHand = isOpen || !isShown || (await hasVoidInvoice(queries, account.id, period.key));
  const finalAt = isByHand ? {} : { finalAt: endOfGrace(account, period, now()) };
  const view = { id: isOpen ? 'current' : period.key, ...invoiceView(complete), ...projection, ...finalAt };
  return { ...rest, view, material: complete };
}

/** A page of what was issued, after what is not: what still runs first, then what waits longest. */
async function listed(
  queries: Queries,
  accountId: string,
  readWaiting: () => Promise<InvoiceHeadView[]>,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<InvoiceList> {
  const before = cursor === null ? null : Number.parseInt(cursor, 10);
  const heads = await listInvoices(queries, accountId, { before, limit: limit + 1 });
  const page = heads.slice(0, limit);
  const waiting = cursor === null ? await readWaiting() : [];
  const isOpen = ({ state }: InvoiceHeadView) => state === 'projected';
  return {
    data: [...waiting.filter(isOpen), ...waiting.filter((head) => !isOpen(head)), ...page.map(storedHead)],
    nextCursor: heads.length > limit ? String(page.at(-1)?.sequence) : null,
  };
}

async function issuedView(queries: Queries, accountId: string, id: string): Promise<InvoiceView | null> {
  const stored = await getInvoice(queries, accountId, id);
  return stored && storedView(stored);
}

/** Where the period is not kept yet it will be, as soon as what came for it is noticed. */
function endOfGrace({ createdAt }: Account, { to, graceFrom }: AccountPeriodRow, now: Date): string {
  const from = graceFrom === null ? Math.max(to / 1000, createdAt?.getTime() ?? 0, now.getTime()) : graceFrom / 1000;
  return new Date(from + GRACE_MS).toISOString();
}

function viewOf({ pricing, view }: ComputedInvoice): InvoiceView | null {
  return pricing.rulings.length === 0 ? null : view;
}

function headOf({
  id,
  number,
  state,
  period,
  currency,
  minorUnit,
  total,
  meteredThrough,
}: InvoiceView): InvoiceHeadView {
  return { id, number, state, period, currency, minorUnit, total, meteredThrough };
}

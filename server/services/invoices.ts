import { accountsWithUsage, type ClickHouse, type Micros } from '../../clickhouse/index.ts';
import { type Account, accountCreatedAt, getAccount } from '../database/accounts.ts';
import type { Database } from '../database/connect.ts';
import { openGrants } from '../database/credits.ts';
import {
  finalPeriods,
  getInvoice,
  hasVoidInvoice,
  type Invoice,
  type InvoiceHead,
  listInvoices,
} from '../database/invoices.ts';
import { type BillingPeriod, neighbourOf, periodAt, periodOf } from '../domain/billing-period.ts';
import { lastInstantOf, type OpenGrant } from '../domain/credits.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { AccountCharges, ChargesReader } from './account-charges.ts';
import type { GatheredUsage } from './charge-gathering.ts';
import { correctionsOf } from './corrections.ts';
import type { InvoiceHeadView, InvoiceList, InvoiceView } from './invoice.types.ts';
import { type InvoiceMaterial, invoiceView, linesOf } from './invoice-view.ts';
import { readInvoice } from './kept/invoice-content.ts';
import { type Pricing, pricingOf } from './pricing.ts';
import { project } from './projection.ts';

export interface InvoicesParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  meteredThrough: () => Micros;
  now: () => Date;
  /** How long after its end a period's invoice stays a draft, in milliseconds. */
  graceMs: number;
}

/** A computed invoice with what it was computed from. */
export interface ComputedInvoice {
  view: InvoiceView;
  pricing: Pricing;
  period: BillingPeriod;
  charges: AccountCharges;
  through: Micros;
  material: InvoiceMaterial;
}

/** What an invoice is computed from, and as of when: these belong together. What is absent is read now. */
export interface Reading {
  pricing: Pricing;
  /** Every event received up to here is in the usage. */
  meteredThrough: Micros;
  usage?: GatheredUsage;
  grants?: readonly OpenGrant[];
  /** It is known that no event of an invoiced period came late. */
  nothingLate?: boolean;
}

/** Invoices of accounts: computed while a period may change, stored for good afterwards. */
export interface Invoices {
  /** The open period's invoice, or the draft of a period that has ended. */
  computed: (account: Account, periodKey: string | null, byDay?: boolean) => Promise<ComputedInvoice>;
  /** The draft of one period from usage that was read already, together with that of many other accounts. */
  draft: (read: Reading, period: BillingPeriod) => Promise<ComputedInvoice>;
  /**
   * `current`, a period's key or an invoice's id; `null` when there is none. Without a rate card nothing has a price, and
   * no invoice is made up of that.
   */
  find: (accountId: string, invoiceId: string) => Promise<InvoiceView | null>;
  /** Open period first, then drafts, then what was issued, newest first. */
  list: (accountId: string, page: { cursor: string | null; limit: number }) => Promise<InvoiceList | null>;
  /** Periods that have ended, are not final and have something to charge; oldest first. */
  drafts: (account: Account) => Promise<BillingPeriod[]>;
}

/** Usage may reach back this far, and so may invoices that are still to be made. */
const MONTHS_BACK = 13;

export function createInvoices(parts: InvoicesParts): Invoices {
  const { database, now } = parts;

  async function compute(account: Account, period: BillingPeriod, byDay = false): Promise<ComputedInvoice> {
    // The watermark first: what is received while the usage is read counts as late, never as included.
    const meteredThrough = parts.meteredThrough();
    const computed = await assemble(
      { pricing: await pricingOf(database.queries, account), meteredThrough },
      period,
      byDay,
    );
    if (computed.material.state !== 'draft' || (await hasVoidInvoice(database.queries, account.id, period.key))) {
      return computed;
    }
    return { ...computed, view: { ...computed.view, finalAt: await endOfGrace(account, period) } };
  }

  async function assemble(read: Reading, period: BillingPeriod, byDay: boolean): Promise<ComputedInvoice> {
    const { pricing, meteredThrough, usage, nothingLate = false } = read;
    const { account } = pricing;
    const through = Math.min(period.to, meteredThrough);
    const open = periodAt(now().getTime() * 1000, account).key === period.key;
    // The forecast looks at days.
    const question = {
      pricing,
      period,
      through,
      byDay,
      readByDay: byDay || open,
      ...(usage === undefined ? {} : { usage }),
    };
    const charges = await parts.charges(question);
    const lines = linesOf(charges.rating.charges, period.key, parts.registry, true);
    if (!open && !nothingLate) lines.push(...(await correctionsOf(parts, pricing, period)));
    const grants = read.grants ?? (await openGrants(database.queries, account.id, lastInstantOf(period)));
    const material: InvoiceMaterial = {
      account,
      minorUnit: pricing.minorUnit,
      period,
      state: open ? 'projected' : 'draft',
      meteredThrough,
      lines,
      unpriced: charges.unpriced,
      grants,
    };
    const projection = open ? { projection: project(charges, material, through) } : {};
    return {
      view: { id: open ? 'current' : period.key, ...invoiceView(material), ...projection },
      pricing,
      period,
      charges,
      through,
      material,
    };
  }

  /** A new account's history may still be coming in: its grace begins when it was created. */
  async function endOfGrace(account: Account, period: BillingPeriod): Promise<string> {
    const created = (await accountCreatedAt(database.queries, account.id))?.getTime() ?? 0;
    return new Date(Math.max(period.to / 1000, created) + parts.graceMs).toISOString();
  }

  async function drafts(account: Account): Promise<BillingPeriod[]> {
    const finals = new Set((await finalPeriods(database.queries, account.id)).map(({ period }) => period.key));
    const found: BillingPeriod[] = [];
    let period = periodAt(now().getTime() * 1000, account);
    for (let i = 0; i < MONTHS_BACK; i++) {
      period = neighbourOf(period, -1, account);
      if (finals.has(period.key)) break;
      found.unshift(period);
    }
    const withUsage: BillingPeriod[] = [];
    for (const candidate of found) {
      const users = await accountsWithUsage(parts.store.read, candidate.from, candidate.to, account.id);
      if (users.length > 0) withUsage.push(candidate);
    }
    return withUsage;
  }

  function computed(account: Account, periodKey: string | null, byDay = false): Promise<ComputedInvoice> {
    const open = periodAt(now().getTime() * 1000, account);
    return compute(account, periodKey === null ? open : periodOf(periodKey, account), byDay);
  }

  return {
    computed,
    draft: (read, period) => assemble(read, period, false),
    drafts,
    find: async (accountId, invoiceId) => {
      const account = await getAccount(database.queries, accountId);
      if (account === null) return null;
      if (invoiceId === 'current') return viewOf(await computed(account, null));
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(invoiceId)) {
        const stored = await getInvoice(database.queries, accountId, invoiceId);
        return stored && storedView(stored);
      }
      const issued = (await finalPeriods(database.queries, accountId)).find(({ period }) => period.key === invoiceId);
      if (issued !== undefined) {
        const stored = await getInvoice(database.queries, accountId, issued.id);
        return stored && storedView(stored);
      }
      const period = periodOf(invoiceId, account);
      if (period.from > now().getTime() * 1000) return null;
      return viewOf(await compute(account, period));
    },
    list: async (accountId, { cursor, limit }) => {
      const account = await getAccount(database.queries, accountId);
      if (account === null) return null;
      const before = cursor === null ? null : Number.parseInt(cursor, 10);
      const heads = await listInvoices(database.queries, accountId, { before, limit: limit + 1 });
      const page = heads.slice(0, limit);
      const unissued: InvoiceHeadView[] = [];
      if (cursor === null) {
        const view = viewOf(await computed(account, null));
        if (view !== null) unissued.push(headOf(view));
        for (const draft of view === null ? [] : (await drafts(account)).reverse()) {
          unissued.push(headOf((await compute(account, draft)).view));
        }
      }
      return {
        data: [...unissued, ...page.map(storedHead)],
        nextCursor: heads.length > limit ? String(page.at(-1)?.sequence) : null,
      };
    },
  };
}

function viewOf({ pricing, view }: ComputedInvoice): InvoiceView | null {
  return pricing.rateCard === null ? null : view;
}

/** A stored invoice: what was issued, word for word, with what became of it. */
export function storedView(invoice: Invoice): InvoiceView {
  return {
    ...readInvoice(invoice),
    id: invoice.id,
    state: invoice.state,
    finalizedAt: invoice.finalizedAt.toISOString(),
    contentSha256: invoice.contentSha256,
    ...(invoice.voidedAt === null
      ? {}
      : { voided: { at: invoice.voidedAt.toISOString(), reason: invoice.voidReason ?? '' } }),
  };
}

function storedHead(head: InvoiceHead): InvoiceHeadView {
  const { key, from, to } = head.period;
  return {
    id: head.id,
    number: head.number,
    state: head.state,
    period: { key, from: toRfc3339(from), to: toRfc3339(to), timeZone: head.timeZone },
    currency: head.currency,
    minorUnit: head.minorUnit,
    total: head.total,
    meteredThrough: toRfc3339(head.meteredThroughMicros),
    finalizedAt: head.finalizedAt.toISOString(),
  };
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

import { type ClickHouse, spansWithUsage } from '../../../clickhouse/index.ts';
import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import type { Database } from '../../database/database.types.ts';
import { payingGrants, reservationsOf } from '../../database/invoices/credits.ts';
import {
  getInvoice,
  hasVoidInvoice,
  type Invoice,
  type InvoiceHead,
  listInvoices,
} from '../../database/invoices/invoices.ts';
import { isPeriodKey } from '../../domain/billing-period.ts';
import { allotCredits, type DueInvoice, type PayingGrant } from '../../domain/credit-allotment.ts';
import type { OpenGrant } from '../../domain/credits.ts';
import { type Micros, toRfc3339 } from '../../domain/instant.ts';
import { GRACE_MS } from '../../domain/policy.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { AccountCharges, ChargesReader } from '../account-charges.ts';
import type { GatheredUsage } from '../charge-gathering.ts';
import type { InvoiceHeadView, InvoiceList, InvoiceView } from '../invoice.types.ts';
import { readInvoice } from '../kept/invoice-content.ts';
import { isDueWithoutUsage, type Pricing, pricingOf, rulingsIn } from '../pricing.ts';
import { correctionsOf } from './corrections.ts';
import { amountsOf, type InvoiceMaterial, invoiceView, linesOf } from './invoice-view.ts';
import { project } from './projection.ts';
import { carriedBy, openOf, type Standing, standingOf, unissuedOf } from './standing.ts';

export interface InvoicesParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  readings: Readings;
  now: () => Date;
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

/** What an invoice is computed from, and as of when: these belong together. What is absent is read now. */
export interface Reading {
  pricing: Pricing;
  /** Every event received up to here is in the usage. */
  meteredThrough: Micros;
  usage?: GatheredUsage;
  /** All that the account has of credits. */
  grants?: readonly PayingGrant[];
  /** It is known that no event of an invoiced period came late, and nothing of one was amended. */
  nothingLate?: boolean;
}

/** Invoices of accounts: computed while a period may change, stored for good afterwards. */
export interface Invoices {
  /**
   * The open period's invoice, or what a period that has ended comes to now.
   * @throws RangeError when the account has no such period
   */
  computed: (account: Account, periodKey: string | null, byDay?: boolean) => Promise<ComputedInvoice>;
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
}

/** An invoice before credits. */
interface Charged {
  pricing: Pricing;
  period: AccountPeriodRow;
  charges: AccountCharges;
  through: Micros;
  material: Omit<InvoiceMaterial, 'grants'>;
}

/** All that is older than a period, and that period. */
interface UpTo {
  period: AccountPeriodRow;
  byDay: boolean;
}

export function createInvoices(parts: InvoicesParts): Invoices {
  const { database, now } = parts;
  const { queries } = database;

  /** What the period comes to, before credits. */
  async function charged(
    read: Reading,
    standing: Standing | null,
    period: AccountPeriodRow,
    byDay: boolean,
  ): Promise<Charged> {
    const { pricing, meteredThrough, usage, nothingLate = false } = read;
    const { account } = pricing;
    const through = Math.min(period.to, meteredThrough);
    const isOpen = period.state === 'open';
    // The forecast looks at days.
    const question = { pricing, period, through, byDay, readByDay: byDay || isOpen };
    const charges = await parts.charges({ ...question, ...(usage === undefined ? {} : { usage }) });
    const lines = linesOf(charges.rating.charges, { pricing, period }, parts.registry, true);
    const unpriced = [...charges.unpriced];
    if (!nothingLate) {
      const where = standing ?? (await standingOf(queries, account, now()));
      const corrections = await correctionsOf(parts, pricing, where.finals, carriedBy(where, period), period.key);
      lines.push(...corrections.lines);
      unpriced.push(...corrections.unpriced);
    }
    return {
      ...{ pricing, period, charges, through },
      material: {
        ...{ account, minorUnit: pricing.minorUnit, period, meteredThrough, lines, unpriced },
        state: isOpen ? 'projected' : 'draft',
        taxPercent: rulingsIn(pricing, period).at(-1)?.taxPercent ?? account.taxPercent,
      },
    };
  }

  /** With what it may draw from credits; when it becomes final is told where it is shown. */
  async function finished(
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

  /** Unissued periods before an instant with anything to tell: usage, something due without any, or corrections that may stand on them. */
  async function candidates(pricing: Pricing, standing: Standing, before: Micros): Promise<AccountPeriodRow[]> {
    const { account } = pricing;
    const unissued = unissuedOf(standing).filter(({ from }) => from < before);
    const [first, last] = [unissued[0], unissued.at(-1)];
    if (first === undefined || last === undefined) return [];
    const within = standing.periods.filter(({ from, to }) => from >= first.from && to <= last.to);
    const used = new Set(
      (await spansWithUsage(parts.store.read, account.id, [first.from, ...within.map(({ to }) => to)])).map(
        (span) => within[span]?.key,
      ),
    );
    return unissued.filter(
      (period) => used.has(period.key) || isDueWithoutUsage(pricing, period) || carriedBy(standing, period).length > 0,
    );
  }

  /** Everything of the account that is not issued, with credits given to the oldest first. */
  function unissued(account: Account, upTo?: UpTo): Promise<ComputedInvoice[]> {
    return parts.readings.read((meteredThrough) => readUnissued(account, meteredThrough, upTo));
  }

  async function readUnissued(
    account: Account,
    meteredThrough: Micros,
    upTo: UpTo | undefined,
  ): Promise<ComputedInvoice[]> {
    const pricing = await pricingOf(queries, account);
    if (pricing.rulings.length === 0) return [];
    const read = { pricing, meteredThrough };
    const standing = await standingOf(queries, account, now());
    const open = openOf(standing);
    const grants = await payingGrants(queries, account.id);
    const wanted = upTo?.period;
    // Without credits no period bears on another.
    const isAlone = wanted !== undefined && grants.length === 0;
    const all = isAlone ? [] : await candidates(pricing, standing, wanted?.from ?? Number.POSITIVE_INFINITY);
    if (wanted !== undefined) all.push(wanted);
    else if (open !== null) all.push(open);
    const computed: Charged[] = [];
    for (const period of all) {
      const each = await charged(read, standing, period, period.key === wanted?.key && upTo?.byDay === true);
      const tells = each.material.lines.length > 0 || each.material.unpriced.length > 0;
      if (tells || period.state === 'open' || period.key === wanted?.key) computed.push(each);
    }
    const allotted = allotCredits(grants, await reservationsOf(queries, account.id), computed.map(dueOf));
    return Promise.all(computed.map((each) => finished(each, allotted.get(each.period.key) ?? [])));
  }

  async function computed(account: Account, periodKey: string | null, byDay = false): Promise<ComputedInvoice> {
    const { periods } = await standingOf(queries, account, now());
    const period = periodKey === null ? periods.at(-1) : periods.find(({ key }) => key === periodKey);
    if (period === undefined) throw new RangeError(`account ${account.id} has no period ${periodKey}`);
    const invoice = (await unissued(account, { period, byDay })).at(-1);
    if (invoice !== undefined) return invoice;
    // Without a rate card there is nothing to draw for.
    const pricing = await pricingOf(queries, account);
    return parts.readings.read(async (meteredThrough) =>
      finished(await charged({ pricing, meteredThrough, nothingLate: true }, null, period, byDay), []),
    );
  }

  async function draft(read: Reading, period: AccountPeriodRow): Promise<ComputedInvoice> {
    const { account } = read.pricing;
    const grants = read.grants ?? (await payingGrants(queries, account.id));
    if (grants.length === 0) return finished(await charged(read, null, period, false), [], false);
    const standing = await standingOf(queries, account, now());
    const isOlder = ({ from, state, graceFrom }: AccountPeriodRow) =>
      from < period.from && (graceFrom !== null || state === 'void');
    // Older periods without an invoice draw first: then all of them are looked at together.
    if (unissuedOf(standing).some(isOlder)) return computed(account, period.key);
    const each = await charged(read, standing, period, false);
    const allotted = allotCredits(grants, await reservationsOf(queries, account.id), [dueOf(each)]);
    return finished(each, allotted.get(period.key) ?? [], false);
  }

  return {
    computed,
    draft,
    unissued,
    find: async (accountId, invoiceId) => {
      const account = await getAccount(queries, accountId);
      if (account === null) return null;
      if (invoiceId !== 'current' && !isPeriodKey(invoiceId)) {
        const stored = await getInvoice(queries, accountId, invoiceId);
        return stored && storedView(stored);
      }
      const standing = await standingOf(queries, account, now());
      const issued = standing.finals.find(({ period }) => period.key === invoiceId);
      if (issued !== undefined) {
        const stored = await getInvoice(queries, accountId, issued.id);
        return stored && storedView(stored);
      }
      const period = invoiceId === 'current' ? openOf(standing) : standing.periods.find(({ key }) => key === invoiceId);
      return period == null ? null : viewOf(await computed(account, period.key));
    },
    list: async (accountId, { cursor, limit }) => {
      const account = await getAccount(queries, accountId);
      if (account === null) return null;
      const before = cursor === null ? null : Number.parseInt(cursor, 10);
      const heads = await listInvoices(queries, accountId, { before, limit: limit + 1 });
      const page = heads.slice(0, limit);
      const waiting = cursor === null ? (await unissued(account)).map(({ view }) => headOf(view)) : [];
      // What is still running comes first, then what waits longest.
      const isOpen = ({ state }: InvoiceHeadView) => state === 'projected';
      return {
        data: [...waiting.filter(isOpen), ...waiting.filter((head) => !isOpen(head)), ...page.map(storedHead)],
        nextCursor: heads.length > limit ? String(page.at(-1)?.sequence) : null,
      };
    },
  };
}

/** Where the period is not kept yet it will be, as soon as what came for it is noticed. */
function endOfGrace({ createdAt }: Account, { to, graceFrom }: AccountPeriodRow, now: Date): string {
  const from = graceFrom === null ? Math.max(to / 1000, createdAt?.getTime() ?? 0, now.getTime()) : graceFrom / 1000;
  return new Date(from + GRACE_MS).toISOString();
}

function dueOf({ period: { key, from }, material }: Charged): DueInvoice {
  return { key, from, amounts: amountsOf(material), minorUnit: material.minorUnit };
}

function viewOf({ pricing, view }: ComputedInvoice): InvoiceView | null {
  return pricing.rulings.length === 0 ? null : view;
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
  const { key, from, to, timeZone } = head.period;
  return {
    id: head.id,
    number: head.number,
    state: head.state,
    period: { key, from: toRfc3339(from), to: toRfc3339(to), timeZone },
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

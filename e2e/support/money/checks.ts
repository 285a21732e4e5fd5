import { eq } from 'drizzle-orm';
import { chargeIdOf } from '../../../server/billing/charge-id.ts';
import { coverageOf } from '../../../server/billing/coverage/coverage.ts';
import type { InvoiceLine, UnpricedUsage } from '../../../server/billing/invoice.types.ts';
import { readInvoice } from '../../../server/billing/kept/invoice-content.ts';
import { getAccount } from '../../../server/database/accounts/accounts.ts';
import { periodsOfAccount } from '../../../server/database/accounts/billing-periods.ts';
import { listGrants } from '../../../server/database/invoices/credits.ts';
import { getInvoice, listInvoices } from '../../../server/database/invoices/invoices.ts';
import { billingPeriods } from '../../../server/database/schema/billing-periods.ts';
import { exact } from '../../../server/domain/testing/exact.ts';
import { naivePeriod } from './naive-charges.ts';
import type { Payer, World } from './world.ts';

/** In 10⁻³⁰, as `exact` reads. */
const ONE = 10n ** 30n;

/** What an invoice, or what is to be one, says. */
interface Said {
  name: string;
  lines: readonly InvoiceLine[];
  unpriced: readonly Pick<UnpricedUsage, 'meter' | 'quantity'>[];
  subtotal: string;
  credits: string;
  taxPercent: string;
  tax: string;
  total: string;
  creditDraws: readonly { grantId: string; amount: string; pays?: 'total' }[];
}

/** Holds what must always hold, and remembers what must stay as it is. */
export class Checks {
  private readonly bounds = new Map<string, string>();
  private readonly contents = new Map<string, string>();

  /** What was looked at, so that nobody takes for checked what never came about. */
  readonly seen: Record<string, number> = {};

  constructor(private readonly world: World) {}

  private see(what: string, times: number): void {
    this.seen[what] = (this.seen[what] ?? 0) + times;
  }

  /** @throws with everything that does not hold */
  async hold(payers: readonly Payer[]): Promise<void> {
    const faults: string[] = [];
    for (const payer of payers) {
      for (const fault of await this.faultsOf(payer)) faults.push(`${payer.id}: ${fault}`);
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }

  private async faultsOf(payer: Payer): Promise<string[]> {
    const faults: string[] = [];
    const { queries } = this.world.stores.database;
    const account = await getAccount(queries, payer.id);
    if (account === null) return ['is gone'];
    const micros = this.world.now * 1000;
    const first = Math.min(micros, ...payer.events.map(({ at }) => at));
    const periods = await periodsOfAccount(queries, account, micros, first);
    for (const [i, { key, from, to }] of periods.entries()) {
      const next = periods[i + 1];
      if (from >= to || (next !== undefined && next.from !== to)) faults.push(`${key} does not tile`);
      if (next !== undefined && next.key <= key) faults.push(`${next.key} after ${key}`);
    }
    const open = periods.filter(({ state }) => state === 'open');
    const isOver = payer.endsAt <= this.world.now;
    const isOneOpen = open.length === 1 && (open[0]?.from ?? 0) <= micros && (open[0]?.to ?? 0) > micros;
    if (!isOneOpen && !(isOver && open.length === 0)) faults.push('open period');
    const past = periods.filter(({ from }) => from >= payer.endsAt * 1000);
    if (!isOver && past.length > 0) faults.push('goes on past its end');
    this.see('ended accounts', isOver ? 1 : 0);
    this.see('periods past an end', past.length);
    for (const { key, from, to } of await queries
      .select({ key: billingPeriods.key, from: billingPeriods.from, to: billingPeriods.to })
      .from(billingPeriods)
      .where(eq(billingPeriods.accountId, payer.id))) {
      const text = `${from.toISOString()} ${to.toISOString()}`;
      const name = `${payer.id} ${key}`;
      const before = this.bounds.get(name);
      // An account's end, and nothing else, cuts a period short: the one it lies in.
      const isLast = before?.startsWith(from.toISOString()) && to.getTime() === payer.endsAt;
      if (before !== undefined && before !== text && !isLast) faults.push(`${key} was ${before}, is ${text}`);
      this.bounds.set(name, text);
    }

    const said: Said[] = [];
    const drawn = new Map<string, bigint>();
    const heads = await listInvoices(queries, payer.id, { before: null, limit: 1_000 });
    for (const head of heads) {
      const invoice = await getInvoice(queries, payer.id, head.id);
      if (invoice === null) continue;
      const before = this.contents.get(head.id);
      if (before !== undefined && before !== invoice.content) faults.push(`${head.number} is not what was issued`);
      if (before === undefined) this.see('invoices issued', 1);
      this.contents.set(head.id, invoice.content);
      if (head.state === 'final') said.push({ name: head.number, ...readInvoice(invoice) });
    }
    const finals = new Set(said.map(({ name }) => name));
    const parts = await this.world.parts();
    const unissued = await parts.invoices.unissued(account);
    for (const { view } of unissued) said.push({ name: view.id, ...view });
    this.see('invoices and drafts', said.length);
    this.see('void invoices', heads.filter(({ state }) => state === 'void').length);
    const corrections = said.flatMap(({ lines }) => lines).filter(({ corrects }) => corrects !== undefined);
    this.see('corrections', corrections.length);
    this.see('amended', corrections.filter(({ amended }) => amended !== undefined).length);
    this.see('bridging periods', periods.filter(({ bridging }) => bridging).length);
    this.see('draws', said.flatMap(({ creditDraws }) => creditDraws).length);
    this.see('unpriced', said.flatMap((each) => each.unpriced).length);

    for (const { name, lines, subtotal, credits, taxPercent, tax, total, creditDraws } of said) {
      const sum = lines.reduce((all, { amount }) => all + exact(amount), 0n);
      if (sum !== exact(subtotal)) faults.push(`${name}: lines are not the subtotal`);
      if (exact(total) !== exact(subtotal) - exact(credits) + exact(tax)) faults.push(`${name}: total`);
      const draws = creditDraws.reduce((all, { amount }) => all + exact(amount), 0n);
      if (draws !== exact(credits) || (draws > 0n && exact(total) < 0n)) faults.push(`${name}: credits`);
      const beforeTax = creditDraws
        .filter(({ pays }) => pays === undefined)
        .reduce((all, { amount }) => all + exact(amount), 0n);
      if (beforeTax > 0n && beforeTax > exact(subtotal)) faults.push(`${name}: credits before tax`);
      const due = naiveTax(lines, taxPercent, beforeTax);
      if (due !== exact(tax)) faults.push(`${name}: tax of ${tax}, right ${shown(due)}`);
      for (const { grantId, amount } of creditDraws) drawn.set(grantId, (drawn.get(grantId) ?? 0n) + exact(amount));
    }
    const givenBack = said
      .filter(({ name, total }) => finals.has(name) && exact(total) < 0n)
      .reduce((all, { total }) => all - exact(total), 0n);
    this.see('below nothing', said.filter(({ total }) => exact(total) < 0n).length);
    const grants = await listGrants(queries, payer.id, { before: null, limit: 1_000 });
    const kept = grants
      .filter(({ id }) => !payer.granted.has(id))
      .reduce((all, { amount, lapsed }) => all + exact(amount) - exact(lapsed), 0n);
    if (kept !== givenBack) faults.push(`${shown(kept)} are credits of invoices that gave back ${shown(givenBack)}`);
    for (const grant of grants) {
      if (exact(grant.balance) < 0n) faults.push(`grant ${grant.id} below nothing: ${grant.balance}`);
      if ((drawn.get(grant.id) ?? 0n) > exact(grant.amount))
        faults.push(`grant ${grant.id} of ${grant.amount} is promised twice`);
      const byFinals = said
        .filter(({ name }) => finals.has(name))
        .flatMap(({ creditDraws }) => creditDraws)
        .filter(({ grantId }) => grantId === grant.id)
        .reduce((all, { amount }) => all + exact(amount), 0n);
      if (byFinals !== exact(grant.drawn))
        faults.push(`grant ${grant.id}: ${grant.drawn} drawn, invoices say otherwise`);
      const given = payer.granted.get(grant.id);
      if (given !== undefined && given * (ONE / 100n) !== exact(grant.amount)) faults.push(`grant ${grant.id} changed`);
    }
    faults.push(...this.uncovered(payer, periods, said));
    const coverage = await coverageOf(parts, payer.id);
    if (coverage.contributions < payer.events.length)
      faults.push(`${coverage.contributions} contributions are covered`);
    for (const fault of coverage.faults) faults.push(JSON.stringify(fault));
    return faults;
  }

  private uncovered(
    payer: Payer,
    periods: readonly { key: string; from: number; to: number }[],
    said: readonly Said[],
  ): string[] {
    const faults: string[] = [];
    const got = new Map<string, { quantity: bigint; amount: bigint }>();
    const add = (id: string, line: InvoiceLine) => {
      const before = got.get(id) ?? { quantity: 0n, amount: 0n };
      got.set(id, { quantity: before.quantity + exact(line.quantity), amount: before.amount + exact(line.amount) });
    };
    for (const line of said.flatMap(({ lines }) => lines)) add(line.corrects?.chargeId ?? line.chargeId, line);
    const terms = this.world.termsOf(payer);
    const unpriced = { units: 0, calls: 0 };
    for (const period of periods) {
      const own = payer.events.filter(({ at }) => at >= period.from && at < period.to);
      const before = terms.findLastIndex(({ from }) => from <= period.from);
      const ruling = terms.slice(Math.max(before, 0)).filter(({ from }) => from < period.to);
      const isThere = period.to > payer.createdAt * 1000 && period.from < payer.endsAt * 1000;
      const naive = naivePeriod(own, ruling, isThere);
      unpriced.units += naive.unpriced.units;
      unpriced.calls += naive.unpriced.calls;
      for (const { priceKey, lineValues, thousandths, hundredths } of naive.charges) {
        const id = chargeIdOf(period.key, { priceKey, lineValues });
        const { quantity, amount } = got.get(id) ?? { quantity: 0n, amount: 0n };
        got.delete(id);
        const name = `${period.key} ${priceKey} ${JSON.stringify(lineValues)}`;
        if (quantity !== (BigInt(thousandths) * ONE) / 1_000n) {
          faults.push(`${name}: quantity ${shown(quantity)}, used ${thousandths / 1_000}`);
        }
        if (amount !== (hundredths * ONE) / 100n)
          faults.push(`${name}: amount ${shown(amount)}, right ${hundredths} / 100`);
      }
    }
    for (const [id, { quantity, amount }] of got) {
      if (quantity !== 0n || amount !== 0n)
        faults.push(`${id}: ${shown(quantity)} for ${shown(amount)}, nothing was used`);
    }
    for (const meter of ['units', 'calls'] as const) {
      const told = said
        .flatMap((each) => each.unpriced)
        .filter((each) => each.meter === meter)
        .reduce((sum, { quantity }) => sum + exact(quantity), 0n);
      if (told !== (BigInt(unpriced[meter]) * ONE) / 1_000n) {
        faults.push(`${meter}: ${shown(told)} told as unpriced, ${unpriced[meter] / 1_000} without a price`);
      }
    }
    return faults;
  }
}

/** Each rate once on what is taxed at it, less what credits pay before tax: of the rate that comes first, first. */
function naiveTax(lines: readonly InvoiceLine[], taxPercent: string, beforeTax: bigint): bigint {
  const bases = new Map<bigint, bigint>();
  for (const { amount, taxed } of lines) {
    for (const part of taxed ?? [{ taxPercent, amount }]) {
      const rate = exact(part.taxPercent);
      bases.set(rate, (bases.get(rate) ?? 0n) + exact(part.amount));
    }
  }
  let [left, tax] = [beforeTax, 0n];
  const cent = ONE / 100n;
  for (const [rate, base] of bases) {
    const pays = base <= 0n ? 0n : base < left ? base : left;
    left -= pays;
    // Half a cent counts as one, and what is given back is rounded as what is charged.
    const size = (base < 0n ? -base : base - pays) * rate;
    const cents = (2n * size + 100n * ONE * cent) / (2n * 100n * ONE * cent);
    tax += (base < 0n ? -cents : cents) * cent;
  }
  return tax;
}

function shown(value: bigint): string {
  const size = value < 0n ? -value : value;
  const decimals = String(size % ONE)
    .padStart(30, '0')
    .replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / ONE}${decimals === '' ? '' : `.${decimals}`}`;
}

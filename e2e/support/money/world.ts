import { sql } from 'drizzle-orm';
import { firstUseOfAccount, lastEventOfAccount, prepareStaging } from '../../../clickhouse/index.ts';
import { endAt } from '../../../server/api/accounts/account-end.ts';
import { requestedChange, requireNotEnded } from '../../../server/api/accounts/change-in-time.ts';
import { Problem } from '../../../server/api/endpoint/problem.ts';
import { finalize } from '../../../server/billing/invoices/finalize-invoice.ts';
import { standingOf, unissuedOf } from '../../../server/billing/invoices/standing.ts';
import { accountsOnRateCard } from '../../../server/database/accounts/account-settings.ts';
import { getAccount, putAccount } from '../../../server/database/accounts/accounts.ts';
import { periodsOfAccount } from '../../../server/database/accounts/billing-periods.ts';
import { grantCredit } from '../../../server/database/invoices/credits.ts';
import { CorrectedInvoiceError, voidInvoice } from '../../../server/database/invoices/issued-invoices.ts';
import { promoteMeter, putMeter } from '../../../server/database/prices/meters.ts';
import { addRateCardVersion, putAccountRateCard } from '../../../server/database/prices/rate-cards.ts';
import type { Price } from '../../../server/domain/pricing/price.ts';
import { exact } from '../../../server/domain/testing/exact.ts';
import type { StoredEvent } from '../../../server/events/stored-event.ts';
import { type ClosingDeps, closePeriods } from '../../../server/jobs/close-periods.ts';
import { noticeLateEvents } from '../../../server/jobs/period-watch.ts';
import { createMeasuring, type Measuring } from '../../../server/measuring.ts';
import { placed } from '../../../server/metering/contributions.ts';
import { roll } from '../../../server/metering/roll.ts';
import type { Stores } from '../../../server/stores.ts';
import { closingParts } from '../closing/closing.ts';
import type { Act, Card, PriceChoice, Story, Use, VersionChoice, When, Who } from './acts.ts';
import type { NaiveEvent, NaiveTerms } from './naive-charges.ts';

const HOUR_MS = 3_600_000;
const LONG_AGO = Date.parse('2020-01-01T00:00:00Z');
const METERS = ['units', 'calls', 'seats'] as const;

/** A setting as it was written: the later writing counts where two are for one instant. */
interface Written<Value> {
  at: number;
  value: Value;
}

/** What the test knows of an account: what it did, and nothing that the engine told. */
export interface Payer {
  id: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Infinite until it is ended. */
  endsAt: number;
  events: NaiveEvent[];
  card: Written<Card>[];
  discount: Written<string>[];
  granted: Map<string, bigint>;
}

/** A running engine of two accounts with a clock that is moved, and beside it what was done to it. */
export class World {
  /** Milliseconds since 1970. */
  now: number;
  readonly payers: Payer[] = [];
  readonly cards: Record<Card, Written<VersionChoice>[]> = { one: [], two: [] };
  private readonly sent: object[][] = [];
  private events = 0;

  private constructor(
    readonly stores: Stores,
    began: string,
    private readonly measuring: Measuring,
    /** Events that are durable and not rolled yet. */
    private readonly stored: StoredEvent[],
  ) {
    this.now = Date.parse(began);
  }

  /** Meters are there for good; everything else is made for each story. */
  static async prepare(stores: Stores): Promise<void> {
    const { queries } = stores.database;
    for (const key of METERS) {
      const definition = {
        description: key,
        eventType: `model.${key}`,
        ...(key === 'calls'
          ? { aggregation: 'count' as const }
          : { aggregation: 'sum' as const, valuePath: '$.value' }),
        dimensions: { app: '$.app' },
        unit: key,
      };
      await putMeter(queries, key, definition, new Date(LONG_AGO));
      await promoteMeter(queries, key, 1);
    }
  }

  /** A story's beginning, in empty stores. */
  static async begin(stores: Stores, story: Story): Promise<World> {
    await empty(stores);
    const stored: StoredEvent[] = [];
    const measuring: Measuring = await createMeasuring({
      ...{ stores, now: () => new Date(world.now), onRolled: () => {} },
      onStored: (events) => stored.push(...events),
      onError: (error) => {
        throw error;
      },
    });
    const world: World = new World(stores, story.began, measuring, stored);
    await prepareStaging(stores.measurements.roll);
    const { database } = stores;
    await world.addVersion('one', story.version, LONG_AGO, { hours: null, amends: false });
    await world.addVersion('two', story.other, LONG_AGO, { hours: null, amends: false });
    for (const id of ['payer-0', 'payer-1']) {
      const account = {
        ...{ id, name: id, kind: 'team' as const, currency: 'USD', taxPercent: '0' },
        ...{ timeZone: story.timeZone, anchorDay: story.anchorDay },
      };
      const at = new Date(world.now);
      await database.serializable(async (tx) => {
        await putAccount(tx, account, at);
        await putAccountRateCard(tx, { accountId: id, key: 'one', discountPercent: '0' }, at);
      });
      world.payers.push({
        ...{ id, createdAt: world.now, endsAt: Number.POSITIVE_INFINITY, events: [], granted: new Map() },
        card: [{ at: Number.NEGATIVE_INFINITY, value: 'one' }],
        discount: [{ at: Number.NEGATIVE_INFINITY, value: '0' }],
      });
      world.now += 1_000;
    }
    return world;
  }

  /** Nothing rolls by itself, so that a story is told in one order. */
  end(): Promise<void> {
    return this.measuring.close();
  }

  parts(): Promise<ClosingDeps> {
    return closingParts(this.stores, new Date(this.now));
  }

  /** What prices an account's usage, from the beginning on: by what was written, in the order it was. */
  termsOf({ card, discount }: Payer): NaiveTerms[] {
    const instants = new Set([Number.NEGATIVE_INFINITY]);
    for (const { at } of [...card, ...discount, ...this.cards.one, ...this.cards.two]) instants.add(at);
    return [...instants]
      .sort((a, b) => a - b)
      .filter((at) => at > Number.NEGATIVE_INFINITY)
      .map((at) => ({
        from: at * 1000,
        version: says(this.cards[says(card, at)], at),
        discountPercent: says(discount, at),
      }));
  }

  /** @returns whose money it may bear on */
  async do(act: Act): Promise<readonly Payer[]> {
    await this.act(act);
    return 'who' in act ? [this.payer(act.who)] : this.payers;
  }

  private async act(act: Act): Promise<void> {
    this.now += 1_000;
    switch (act.act) {
      case 'wait':
        this.now += act.hours * HOUR_MS;
        return;
      case 'use':
        return this.use(this.payer(act.who), act.uses);
      case 'send again':
        if (this.sent.length > 0) await this.receive(this.sent[act.nth % this.sent.length] as object[], true);
        return;
      case 'price':
        return this.addVersion(act.card, act.version, this.instant(act.when), act.when);
      case 'assign':
        return this.assign(this.payer(act.who), act.card, act.discount, act.when);
      case 'tax':
        return this.change(this.payer(act.who), { taxPercent: act.percent }, act.when);
      case 'rule':
        return this.change(
          this.payer(act.who),
          { timeZone: act.timeZone, anchorDay: act.anchorDay },
          { hours: null, amends: false },
        );
      case 'end':
        return this.endOf(this.payer(act.who), this.now + act.hours * HOUR_MS);
      case 'grant':
        return this.grant(this.payer(act.who), act.hundredths, act.days);
      case 'close':
        return this.close();
      case 'finalize':
        return this.finalize(this.payer(act.who), act.nth);
      case 'void':
        return this.void(this.payer(act.who), act.nth);
    }
  }

  /** Closes what is due; then nothing is left that is to be charged and whose grace is over. */
  private async close(): Promise<void> {
    const parts = await this.parts();
    await closePeriods(parts);
    for (const { id } of this.payers) {
      const account = await getAccount(this.stores.database.queries, id);
      for (const { view } of account === null ? [] : await parts.invoices.unissued(account)) {
        const isDue = view.finalAt !== undefined && Date.parse(view.finalAt) <= this.now;
        const charges = view.lines.some((line) => line.corrects === undefined || exact(line.amount) !== 0n);
        if (isDue && charges) throw new Error(`${id}: ${view.id} was to be closed by ${view.finalAt}`);
      }
    }
  }

  private payer(who: Who): Payer {
    return this.payers[who] as Payer;
  }

  private instant({ hours }: When): number {
    return hours === null ? this.now : this.now + hours * HOUR_MS;
  }

  private async use(payer: Payer, uses: readonly Use[]): Promise<void> {
    const account = await getAccount(this.stores.database.queries, payer.id);
    if (account === null) throw new Error('no account');
    const first = this.now - 110 * 86_400_000;
    const periods = await periodsOfAccount(this.stores.database.queries, account, this.now * 1000, first * 1000);
    const events = uses.flatMap(({ meter, app, thousandths, ago, edge }) => {
      const moment = (this.now - ago * 1000) * 1000 + 7;
      const period = periods.find(({ from, to }) => from <= moment && moment < to);
      const at =
        edge === 'none' || period === undefined
          ? moment
          : edge === 'first'
            ? period.from
            : Math.min(period.to - 1, this.now * 1000);
      // Refused at the door.
      if (at >= payer.endsAt * 1000) return [];
      const id = `e${String(++this.events).padStart(5, '0')}`;
      const naive = { at, source: '/model', id, meter, app, thousandths: meter === 'calls' ? 1_000 : thousandths };
      payer.events.push(naive);
      return {
        ...{ specversion: '1.0', id, source: '/model', type: `model.${meter}`, subject: app, account: payer.id },
        time: timeText(at),
        data: { app, value: decimal(naive.thousandths) },
      };
    });
    if (events.length === 0) return;
    this.sent.push(events);
    await this.receive(events, false);
    // The closing does it by turns.
    await noticeLateEvents(await this.parts());
  }

  private async endOf(payer: Payer, at: number): Promise<void> {
    const { database, measurements } = this.stores;
    const use = {
      firstUse: await firstUseOfAccount(measurements.read, payer.id),
      lastUse: await lastEventOfAccount(measurements.read, payer.id),
    };
    const done = await refusable(() =>
      database.serializable(async (tx) => {
        const account = await getAccount(tx, payer.id);
        if (account === null) throw new Error('no account');
        await endAt(tx, account, new Date(at), use, new Date(this.now));
        return true;
      }),
    );
    if (done !== true) return;
    await this.measuring.accountChanged(payer.id);
    payer.endsAt = at;
  }

  private async receive(events: object[], isKnown: boolean): Promise<void> {
    const { ingest, registry } = this.measuring;
    const body = { events, toText: (event: unknown) => JSON.stringify(event) };
    const { faults, receipts } = await ingest.ingest({ accountId: null }, body, false);
    const contributions = this.stored.splice(0).flatMap((event) => placed(event, event.extracted));
    await roll(this.stores.measurements, [{ contributions, doubtful: false }], {
      levelsOf: (meter, version) => registry.levelsOf(meter, version),
      latestOf: (meter, version) => registry.latestOf(meter, version),
      ...{ rolledAt: this.now * 1000, publish: (move) => move(), letGo: (empty) => empty() },
    });
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    const wanted = isKnown ? 'duplicate' : 'accepted';
    if (receipts.some(({ status }) => status !== wanted))
      throw new Error(`not all ${wanted}: ${JSON.stringify(receipts)}`);
    this.now += 1_000;
  }

  private async addVersion(card: Card, version: VersionChoice, at: number, { amends }: When): Promise<void> {
    const { database, measurements } = this.stores;
    const effectiveFrom = new Date(at);
    const now = new Date(this.now);
    const written = await refusable(() =>
      database.serializable(async (tx) => {
        if (at < this.now) {
          for (const id of await accountsOnRateCard(tx, card, effectiveFrom)) {
            const account = await getAccount(tx, id);
            const firstUse = await firstUseOfAccount(measurements.read, id);
            if (account !== null) await requireNotEnded(tx, account, effectiveFrom, amends, { now, firstUse });
          }
        }
        const reason = amends ? 'The model says so' : null;
        const prices = pricesOf(version);
        const result = await addRateCardVersion(tx, { key: card, currency: 'USD', effectiveFrom, prices }, now, {
          reason,
        });
        return 'refused' in result ? null : result;
      }),
    );
    if (written) this.cards[card].push({ at, value: version });
  }

  private async assign(payer: Payer, card: Card, discount: string | null, when: When): Promise<void> {
    const asked = discount === null ? {} : { discountPercent: discount };
    const isWritten = await this.changing(payer, when, async (tx, _, change, now) => {
      await putAccountRateCard(tx, { accountId: payer.id, key: card, ...asked }, now, change);
    });
    if (!isWritten) return;
    const at = this.instant(when);
    write(payer.card, at, card);
    if (discount !== null) write(payer.discount, at, discount);
  }

  private async change(
    payer: Payer,
    fields: { taxPercent?: string; timeZone?: string; anchorDay?: number },
    when: When,
  ): Promise<void> {
    await this.changing(payer, when, async (tx, { endedAt: _, createdAt: __, ...before }, change, now) => {
      await putAccount(tx, { ...before, ...fields }, now, change);
    });
  }

  /** Writes a setting as the API does. @returns `false` where that was refused, and nothing changed */
  private async changing(
    payer: Payer,
    when: When,
    work: (
      tx: Stores['database']['queries'],
      account: NonNullable<Awaited<ReturnType<typeof getAccount>>>,
      change: Awaited<ReturnType<typeof requestedChange>>,
      now: Date,
    ) => Promise<void>,
  ): Promise<boolean> {
    const { database, measurements } = this.stores;
    const now = new Date(this.now);
    const firstUse = await firstUseOfAccount(measurements.read, payer.id);
    const asked = {
      ...(when.hours === null ? {} : { effectiveFrom: new Date(this.instant(when)) }),
      ...(when.amends ? { amend: { reason: 'The model says so' } } : {}),
    };
    const scope = {
      principal: { kind: 'key' as const, keyId: 'model', label: 'model', role: 'operator' as const, accountId: null },
      now,
      firstUse,
    };
    const done = await refusable(() =>
      database.serializable(async (tx) => {
        const account = await getAccount(tx, payer.id);
        if (account === null) throw new Error('no account');
        await work(tx, account, await requestedChange(tx, account, asked, scope), now);
        return true;
      }),
    );
    return done === true;
  }

  private async grant(payer: Payer, hundredths: number, days: number | null): Promise<void> {
    const amount = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
    const expiresAt = days === null ? null : new Date(this.now + days * 24 * HOUR_MS);
    const granted = { amount, currency: 'USD', reason: 'model', expiresAt };
    const { id } = await this.stores.database.serializable((tx) =>
      grantCredit(tx, payer.id, granted, new Date(this.now)),
    );
    payer.granted.set(id, BigInt(hundredths));
  }

  private async finalize(payer: Payer, nth: number): Promise<void> {
    const parts = await this.parts();
    const account = await getAccount(parts.database.queries, payer.id);
    if (account === null) throw new Error('no account');
    const ended = unissuedOf(await standingOf(parts.database.queries, account, parts.now()));
    const period = ended[nth % Math.max(ended.length, 1)];
    if (period !== undefined) await finalize(parts, payer.id, (each) => parts.invoices.computed(each, period.key));
  }

  private async void(payer: Payer, nth: number): Promise<void> {
    const { database } = this.stores;
    const account = await getAccount(database.queries, payer.id);
    if (account === null) throw new Error('no account');
    const { finals } = await standingOf(database.queries, account, new Date(this.now));
    const head = finals[nth % Math.max(finals.length, 1)];
    if (head === undefined) return;
    await database
      .serializable((tx) => voidInvoice(tx, payer.id, head.id, 'The model says so', new Date(this.now)))
      .catch((error: unknown) => {
        if (!(error instanceof CorrectedInvoiceError)) throw error;
      });
  }
}

/** `null` where the API refuses: then nothing was written. */
async function refusable<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return null;
    throw error;
  }
}

/** What says the same as what is in force there is not written. */
function write<Value>(written: Written<Value>[], at: number, value: Value): void {
  if (says(written, at) !== value) written.push({ at, value });
}

/** What the writings say at an instant: the latest instant counts, and of two for one instant the later writing. */
function says<Value>(written: readonly Written<Value>[], at: number): Value {
  let best: Written<Value> | undefined;
  for (const each of written) if (each.at <= at && (best === undefined || each.at >= best.at)) best = each;
  if (best === undefined) throw new Error('nothing was written for that time');
  return best.value;
}

function pricesOf({ units, calls, plan }: VersionChoice): Price[] {
  const counted = (key: 'units' | 'calls', choice: PriceChoice): Price => {
    const unitAmount = ten(choice.unit, 4);
    const common = {
      ...{ key, meter: key, description: key },
      ...(key === 'units' ? { lineBy: ['app'] } : {}),
      ...(choice.included === 0 ? {} : { included: String(choice.included) }),
    };
    if (choice.model === 'per_unit') return { ...common, model: 'per_unit', unitAmount, per: String(choice.per) };
    return {
      ...common,
      model: 'graduated',
      tiers: [
        { upTo: String(choice.upTo), unitAmount },
        { upTo: null, unitAmount: ten(choice.unit * 5, 5), flatAmount: ten(choice.flat, 2) },
      ],
    };
  };
  return [
    ...(units === null ? [] : [counted('units', units)]),
    ...(calls === null ? [] : [counted('calls', calls)]),
    ...(plan === null
      ? []
      : [
          {
            ...{ key: 'plan', meter: 'seats', description: 'Plan', model: 'flat' as const },
            ...{ amount: ten(plan, 2), flatAtZero: true },
          },
        ]),
  ];
}

function ten(value: number, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function decimal(thousandths: number): string {
  return `${thousandths < 0 ? '-' : ''}${ten(Math.abs(thousandths), 3)}`;
}

/** RFC 3339 to the microsecond. */
function timeText(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  return `${text.slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

/** Everything but the meters. */
async function empty({ database, measurements }: Stores): Promise<void> {
  await database.queries.execute(
    sql.raw('truncate accounts, rate_card_versions, roller_progress, invoice_counters restart identity cascade'),
  );
  for (const table of [
    'usage_events_raw_v1',
    'contributions_v1',
    'usage_per_minute_v1',
    'usage_per_hour_v1',
    'usage_intervals_v1',
  ]) {
    await measurements.write.command({ name: 'empty', sql: `TRUNCATE TABLE IF EXISTS ${table}` });
  }
}

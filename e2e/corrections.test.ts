import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceView } from '../server/billing/invoice.types.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Correction, CorrectionsSince } from '../server/explanation/corrections/correction.types.ts';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
});
afterAll(() => server?.stop());

const SEED = Number(process.env.PLAINBILL_SEED ?? Date.now() % 1_000_000);
const get = <Answer>(path: string) => operator.request('GET', path) as Promise<Answer>;
const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));

/** Months of an account: the one before the month before last, that, and last month. */
const months = ({ period }: PastMonth) =>
  [-1, 0, 1].map((ahead) => {
    const [year, month] = period.split('-').map(Number) as [number, number];
    return new Date(Date.UTC(year, month - 1 + ahead, 1)).toISOString().slice(0, 7);
  }) as [string, string, string];
const finalize = (month: PastMonth, key: string) =>
  operator.request('POST', `/api/v1/accounts/${month.account.id}/invoices/${key}/finalize`) as Promise<InvoiceView>;
const under = (month: PastMonth, chargeId: string) => `/api/v1/accounts/${month.account.id}/charges/${chargeId}`;
const corrections = ({ lines }: InvoiceView) =>
  lines.filter((line): line is InvoiceLine & Required<Pick<InvoiceLine, 'corrects'>> => line.corrects !== undefined);

const ran = (resource: string, time: string, n: number): CloudEvent =>
  cloudEvent({ type: 'single.ran', subject: resource, time, data: { app: resource, n } });

/** Everything that can be said against a correction: nothing. */
async function faultsOf(month: PastMonth, line: InvoiceLine, late: readonly CloudEvent[]): Promise<string[]> {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${line.chargeId}: ${fault}`);
  };
  const correction = await get<Correction>(`${under(month, line.chargeId)}/correction`);
  const { resources, others, base, before, now, chargedBefore, events, checks, original } = correction;
  const whole = exact(line.amountExact);
  must(correction.charge.amountExact === line.amountExact, `is of ${correction.charge.amountExact}`);
  must(checks.difference === '0', `difference ${checks.difference}`);
  must(amounts(resources) + exact(others.amountExact) + exact(base) === whole, 'resources');
  must(
    resources.every((each) => exact(each.now) - exact(each.before) === exact(each.amountExact)),
    'of a resource',
  );
  must(amounts(before) === exact(chargedBefore), 'charged before');
  must(exact(now) - exact(chargedBefore) === whole, `now ${now}, before ${chargedBefore}`);
  must(original.charged === before.some(({ chargeId }) => chargeId === original.chargeId), 'charged at first');
  must(new Set(events.map(({ id }) => id)).size === correction.eventCount, `${correction.eventCount} events`);
  const sent = new Map(late.map((event) => [event.id, event]));
  must(
    events.every(({ id, eventTime }) => Date.parse(eventTime) === Date.parse(sent.get(id)?.time ?? '')),
    'other events',
  );
  must(
    events.every(
      ({ receiveTime }) => receiveTime > correction.receivedAfter && receiveTime <= correction.meteredThrough,
    ),
    'received outside',
  );
  return faults;
}

const PRICES: [string, string, object][] = [
  ['per unit', 'single-work', { model: 'per_unit', unitAmount: '0.37' }],
  [
    'tiers and a minimum',
    'single-work',
    {
      ...{ model: 'graduated', included: '5.5', minimum: '4' },
      tiers: [
        { upTo: '20', unitAmount: '0.31', flatAmount: '0.5' },
        { upTo: null, unitAmount: '0.07' },
      ],
    },
  ],
  ['packages by app', 'single-work', { model: 'package', amount: '1.99', size: '7', lineBy: ['app'] }],
  [
    'time with a cap by app',
    'single-ran',
    { model: 'per_time', amount: '3', perSeconds: '360000', maximum: { amount: '3', scope: 'slot' }, lineBy: ['app'] },
  ],
  ['time with an allowance', 'single-ran', { model: 'per_time', amount: '1', perSeconds: '3600', included: '72000' }],
];

describe('corrections', () => {
  it.each(PRICES.map((price, i) => [...price, i] as const))(
    `of %s add up, one after another (seed ${SEED})`,
    async (_, meter, terms, round) => {
      const random = seededRandom(SEED + round);
      const below = (limit: number) => Math.floor(random() * limit);
      const price = { key: 'work', meter, description: 'Work', ...terms };
      const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [price] }]);
      const [first, second, third] = months(month);
      const isCounted = meter === 'single-work';
      const names = ['web', 'worker', 'clock', 'größe 3'];
      // All in the first of the months.
      const some = (count: number, of: number) =>
        Array.from({ length: count }, () => {
          const [resource, time] = [names[below(of)] as string, month.at(-1 - random() * 600)];
          return isCounted ? work(resource, time, below(60) / 4) : ran(resource, time, below(3));
        });
      await month.send([...some(20, 3), ran('web', month.at(-650), 1), work('web', month.at(-650), 1)]);
      const issued = await finalize(month, first);
      const one = some(6, 4);
      await month.send([...one, ...(isCounted ? [work('web', month.at(5), 1)] : [])]);

      // On the draft that is made next, then on it for good.
      const draft = await get<InvoiceView>(`/api/v1/accounts/${month.account.id}/invoices/${second}`);
      for (const line of corrections(draft)) expect(await faultsOf(month, line, one)).toEqual([]);
      const carrying = await finalize(month, second);
      expect(corrections(carrying).map(({ amountExact }) => amountExact)).toEqual(
        corrections(draft).map(({ amountExact }) => amountExact),
      );
      const two = some(5, 4);
      await month.send([...two, ...(isCounted ? [work('web', month.at(800), 1)] : [])]);
      for (const line of corrections(carrying)) expect(await faultsOf(month, line, one)).toEqual([]);
      const last = await finalize(month, third);
      for (const line of corrections(last).filter(({ corrects }) => corrects.invoiceId === issued.id)) {
        expect(await faultsOf(month, line, two)).toEqual([]);
      }

      for (const { chargeId, amountExact } of issued.lines) {
        const explained = await new OpenedCharge(get, month.account.id, chargeId).explained(200);
        expect([explained.charge.amountExact, explained.checks.difference]).toEqual([amountExact, '0']);
        const since = await get<CorrectionsSince>(`${under(month, chargeId)}/corrections`);
        const own = [...corrections(carrying), ...corrections(last)].filter(
          ({ corrects }) => corrects.chargeId === chargeId,
        );
        expect(since.corrections.map((each) => [each.chargeId, each.amountExact])).toEqual(
          own.map((line) => [line.chargeId, line.amountExact]),
        );
        expect(since.pending).toBeNull();
      }
    },
  );

  it('tell what is on no invoice yet, what was not charged at first, and where late events happened', async () => {
    const price = {
      key: 'work',
      meter: 'single-work',
      description: 'Work',
      model: 'per_unit',
      unitAmount: '2',
      lineBy: ['app'],
    };
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [price] }]);
    const [, second, third] = months(month);
    await month.send([work('web', month.at(3), 5), work('web', month.at(800), 5)]);
    const issued = await finalize(month, second);
    const chargeId = issued.lines[0]?.chargeId ?? '';
    expect(await get<CorrectionsSince>(`${under(month, chargeId)}/corrections`)).toEqual({
      ...{ corrections: [], pending: null, marks: [] },
    });
    const late = Array.from({ length: 23 }, (_, i) => work('web', month.at(10 + i), 1));
    await month.send([...late, work('clock', month.at(20), 4)]);
    const on = await finalize(month, third);
    const byApp = (app: string) => corrections(on).find(({ lineValues }) => lineValues.app === app);
    const unknown = await get<Correction>(`${under(month, byApp('clock')?.chargeId ?? '')}/correction`);
    expect(unknown).toMatchObject({ original: { charged: false }, before: [], now: '8' });
    expect(unknown.events.map(({ resource, amountExact }) => [resource, amountExact])).toEqual([['clock', '8']]);

    await month.send([work('web', month.at(50), 2.5)]);
    const since = await get<CorrectionsSince>(`${under(month, chargeId)}/corrections`);
    // What came since stands on the open invoice already.
    expect(since.corrections).toMatchObject([
      { chargeId: byApp('web')?.chargeId, amountExact: '46' },
      { amountExact: '5', invoice: { id: 'current', state: 'projected' } },
    ]);
    expect(since.pending).toBeNull();
    expect(since.marks).toHaveLength(21);
    expect(since.marks[0]).toEqual({
      ...{ kind: 'correction', at: month.at(10).replace('Z', '000Z'), resource: 'web' },
      text: 'An event of web came after the invoice was final',
    });
    expect(since.marks.at(-1)?.text).toBe('4 more came after the invoice was final');
    const other = await operator.createAccount();
    for (const path of ['correction', 'corrections']) {
      await expect(get(`/api/v1/accounts/${other.id}/charges/${byApp('web')?.chargeId}/${path}`)).rejects.toThrow(
        '404',
      );
    }
  });

  it('are of an amended tax alone, and name no amendment that is of something else', async () => {
    const price = { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '2' };
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [price] }]);
    const [, second, third] = months(month);
    const under = `/api/v1/accounts/${month.account.id}`;
    await month.send([work('web', month.at(3), 50)]);
    const issued = await finalize(month, second);
    expect([issued.subtotal, issued.tax]).toEqual(['100.00', '0.00']);
    const draft = () => get<InvoiceView>(`${under}/invoices/${third}`);
    const said = ({ lines, tax }: InvoiceView) => [
      lines.map(({ amount, taxed, amended }) => [
        amount,
        taxed?.map((each) => [each.taxPercent, each.amount]),
        amended,
      ]),
      tax,
    ];
    const amend = (taxPercent: string, hours: number) =>
      operator.request('PATCH', under, {
        ...{ taxPercent, effectiveFrom: month.at(hours), amend: { reason: `Tax is ${taxPercent}` } },
      });
    const other = {
      description: 'Other',
      eventType: 'single.other',
      aggregation: 'count',
      dimensions: {},
      unit: 'uses',
    };
    await operator.defineMeter('single-other', other);
    await operator.request('PUT', '/api/v1/meters/single-other', {
      ...{ ...other, eventType: 'single.others', effectiveFrom: month.at(0), amend: { reason: 'Of somebody else' } },
    });

    await amend('20', 0);
    const taxed = (...rates: [string, string][]) => rates;
    expect(said(await draft())).toEqual([[['0.00', taxed(['20', '100.00'], ['0', '-100.00']), 'Tax is 20']], '20.00']);
    // All of it is taxed so, also what came late.
    await month.send([work('web', month.at(4), 0.5)]);
    expect(said(await draft())).toEqual([[['1.00', taxed(['20', '101.00'], ['0', '-100.00']), 'Tax is 20']], '20.20']);
    const carrying = await finalize(month, third);
    expect([carrying.total, corrections(carrying)[0]?.amount]).toEqual(['21.20', '1.00']);
    const correction = await get<Correction>(`${under}/charges/${carrying.lines[0]?.chargeId}/correction`);
    expect([correction.charge.amountExact, correction.checks.difference]).toEqual(['1', '0']);
    expect((await get<InvoiceView>(`${under}/invoices/current`)).lines).toEqual([]);

    // An event alone, after somebody else's meter was amended, is no amendment.
    const plain = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [price] }]);
    await plain.send([work('web', plain.at(3), 50)]);
    await finalize(plain, second);
    await operator.request('PUT', '/api/v1/meters/single-other', {
      ...{ ...other, eventType: 'single.more', effectiveFrom: plain.at(1), amend: { reason: 'Of somebody else' } },
    });
    await plain.send([work('web', plain.at(5), 1)]);
    const view = await get<InvoiceView>(`/api/v1/accounts/${plain.account.id}/invoices/${third}`);
    expect(view.lines.map(({ amount, amended }) => [amount, amended])).toEqual([['2.00', undefined]]);
  });

  it('below nothing are given back to the last cent of their tax, whatever later charges are taxed at', async () => {
    const price = { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' };
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices: [price] }]);
    const [first, second, third] = months(month);
    const under = `/api/v1/accounts/${month.account.id}`;
    // In the second month tax goes from 20 % to nothing.
    await operator.request('PATCH', under, {
      ...{ taxPercent: '20', effectiveFrom: month.at(-2_000), amend: { reason: 'As registered' } },
    });
    await operator.request('PATCH', under, {
      ...{ taxPercent: '0', effectiveFrom: month.at(0), amend: { reason: 'Exempt since' } },
    });
    await month.send([work('web', month.at(-100), 31), work('web', month.at(5), 5), work('web', month.at(800), 40)]);
    expect((await finalize(month, first)).total).toBe('37.20');
    await month.send([work('web', month.at(-90), -30)]);
    const negative = await finalize(month, second);
    expect([negative.subtotal, negative.credits, negative.tax, negative.total]).toEqual([
      ...['-25.00', '0.00', '-6.00', '-31.00'],
    ]);
    const grants = await get<{ data: { amount: string; pays: string; balance: string }[] }>(`${under}/credits`);
    expect(grants.data).toMatchObject([{ amount: '31.00', pays: 'total', balance: '31.00' }]);
    // Of 36.00 in all, tax of 0.20 included, 37.20 were paid and 31.00 given back: 40 + 1.20 + 5 − 37.20 is left.
    const next = await finalize(month, third);
    expect([next.subtotal, next.credits, next.tax, next.total]).toEqual(['40.00', '31.00', '0.00', '9.00']);
    expect(next.creditDraws).toMatchObject([{ amount: '31', pays: 'total' }]);
  });
});

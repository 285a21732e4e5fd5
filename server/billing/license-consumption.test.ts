import { describe, expect, it } from 'vitest';
import { quantityText } from '../domain/money.ts';
import type { License, Price } from '../domain/pricing/price.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import { rateAccount } from '../domain/rating/rate-account.ts';
import { HOUR, MARCH, MARCH_DAYS } from '../domain/rating/testing/rating-cases.ts';
import { LicenseConsumption } from './license-consumption.ts';

const at = (hours: number) => MARCH.from + hours * HOUR;
const rfc = (hours: number) => new Date(at(hours) / 1000).toISOString();
/** 1.00 an hour. */
const PRICE: Price = { key: 'run', meter: 'm', description: 'Run', model: 'per_time', amount: '1', perSeconds: '3600' };

const runs = (app: string, from: number, to: number): Contribution => ({
  ...{ kind: 'interval', from: at(from), to: at(to), quantity: 10n ** 12n * BigInt((to - from) * HOUR) },
  ...{ slot: app, events: 1, source: 's', id: app, subject: app, dimensions: { app, team: `of ${app}` } },
});
const event = (app: string, when: number, quantity: number): Contribution => ({
  ...{ kind: 'event', from: at(when), to: at(when), quantity: BigInt(quantity) * 10n ** 18n },
  ...{ slot: '', events: 1, source: 's', id: `${app} ${when}`, subject: app, dimensions: { app, team: `of ${app}` } },
});

/** A license in money from an hour of the month on, to its end; it has its share of the quantity. */
const money = (id: string, hours: number, quantity: string): License => ({
  ...{ id, version: 1, product: id, quantity, unit: 'USD', measure: 'sum', weights: { run: '1' } },
  ...{ from: rfc(hours), to: rfc(744) },
});

function consumed(contributions: Contribution[], licenses: License[], price: Price = PRICE) {
  const consumption = new LicenseConsumption(licenses, 'UTC', MARCH);
  const cuts: [number, number, string[]][] = [];
  const rating = rateAccount({
    ...{ period: MARCH, days: MARCH_DAYS, currency: 'USD', minorUnit: 2, licenses, byDay: true },
    versions: [{ from: MARCH.from, version: 1, prices: new Map([['run', price]]), discountPercent: '0' }],
    charges: [{ priceKey: 'run', lineValues: {}, contributions }],
    onPart: ({ priceKey }, part) => {
      consumption.add(priceKey, part);
      const { from, to } = part.contribution;
      cuts.push([
        (from - MARCH.from) / HOUR,
        (to - MARCH.from) / HOUR,
        part.coveredAmounts.map((each) => each.licenseId),
      ]);
    },
  });
  const by = (id: string, what: 'app' | 'team' | 'day') =>
    Object.fromEntries(
      consumption
        .by(licenses.find((each) => each.id === id) as License, what)
        .map(({ value, drawn }) => [value, quantityText(drawn)]),
    );
  return { rating, by, cuts };
}

describe('two licenses in money', () => {
  const two = [money('first', 0, '6'), money('second', 372, '8')];

  it('are each cut at the instant they ran out', () => {
    const { rating, cuts } = consumed([runs('a', 362, 380)], two);
    expect(rating.licenses.map(({ drawn, exhaustedAt }) => [drawn, ((exhaustedAt ?? 0) - MARCH.from) / HOUR])).toEqual([
      ['6', 368],
      ['4', 376],
    ]);
    expect(cuts).toEqual([
      [362, 368, ['first']],
      [368, 372, []],
      [372, 376, ['second']],
      [376, 380, []],
    ]);
    expect(rating.charges[0]).toMatchObject({ amountExact: '8', amount: '8.00' });
  });

  it('show each its own apps, teams and days', () => {
    const { by, rating } = consumed([runs('a', 2, 7), event('b', 8, 3600), event('c', 400, 7200)], two);
    expect(by('first', 'app')).toEqual({ a: '5', b: '1' });
    expect(by('first', 'team')).toEqual({ 'of a': '5', 'of b': '1' });
    expect(by('first', 'day')).toEqual({ '2026-03-01': '6' });
    expect(by('second', 'app')).toEqual({ c: '2' });
    expect(by('second', 'day')).toEqual({ '2026-03-17': '2' });
    expect(rating.licenses.map(({ drawn }) => drawn)).toEqual(['6', '2']);
  });
});

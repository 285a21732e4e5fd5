import { describe, expect, it } from 'vitest';
import { apiForTests, plenty } from '../testing/api-under-test.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const COMMON = { key: 'p', meter: 'm', description: 'P' };
const STANDARD_1X = {
  ...COMMON,
  ...{ model: 'per_time', amount: '25.00', perSeconds: '2592000', maximum: { amount: '25.00', scope: 'slot' } },
};
const PER_UNIT = { ...COMMON, model: 'per_unit', unitAmount: '0.005' };
const PERCENTAGE = { ...COMMON, model: 'percentage', percent: '2.99', perEventMin: '1.75', perEventMax: '12' };

const api = apiForTests(() => NOW, { shares: plenty(), keyOf: 'read' });

const ask = (body: object, as = api.key) => api.call('POST', '/v1/price-preview', { key: as, body });

describe('what a quantity costs at a price', () => {
  it.each<[string, object, object]>([
    [
      'Standard-1X all of March, with its steps',
      { price: STANDARD_1X, quantity: '2678400' },
      {
        amount: '25',
        rounded: '25.00',
        unitAmount: '0.000009333931',
        steps: [
          { name: 'usage', quantity: '2678400' },
          { name: 'charge model', amount: '25.833333333333' },
          { name: 'cap or minimum', amount: '-0.833333333333' },
        ],
      },
    ],
    ['a number of slots', { price: STANDARD_1X, quantity: '5356800', slots: 2 }, { amount: '50', rounded: '50.00' }],
    [
      'each slot',
      { price: STANDARD_1X, quantity: '2678401', slots: ['2678400', '1'] },
      { amount: '25.000009645062', rounded: '25.00' },
    ],
    [
      'each event',
      { price: PERCENTAGE, quantity: '10090', slots: ['10', '80', '10000.00'] },
      { amount: '16.142', rounded: '16.14' },
    ],
    [
      'microseconds of a small level',
      { price: STANDARD_1X, quantity: '0.000000000000000001' },
      { amount: '0', rounded: '0.00' },
    ],
    [
      'half a cent is a cent',
      { price: PER_UNIT, quantity: '1' },
      { amount: '0.005', rounded: '0.01', unitAmount: '0.005' },
    ],
    ['in yen', { price: PER_UNIT, quantity: '100', currency: 'JPY' }, { amount: '0.5', rounded: '1' }],
    ['nothing', { price: PER_UNIT, quantity: '0' }, { amount: '0', rounded: '0.00', unitAmount: null }],
    [
      'a great deal',
      { price: PER_UNIT, quantity: '99999999999999999999.999999999999' },
      { amount: '500000000000000000' },
    ],
  ])('%s', async (_, asked, answer) => {
    expect(await ask(asked)).toMatchObject({ status: 200, body: answer });
  });

  it.each<[string, object, string, string]>([
    ['no price', { quantity: '1' }, '#/price', ''],
    ['a quantity that is a number', { price: PER_UNIT, quantity: 1 }, '#/quantity', ''],
    ['a quantity below zero', { price: PER_UNIT, quantity: '-1' }, '#/quantity', 'not negative'],
    ['a quantity of 21 digits', { price: PER_UNIT, quantity: '100000000000000000000' }, '#/quantity', '20 digits'],
    [
      '13 decimals where time is not counted',
      { price: PER_UNIT, quantity: '0.0000000000001' },
      '#/quantity',
      '12 decimals',
    ],
    ['19 decimals', { price: STANDARD_1X, quantity: '0.0000000000000000001' }, '#/quantity', 'decimal'],
    [
      'slots that do not add up',
      { price: STANDARD_1X, quantity: '3', slots: ['1', '1'] },
      '#/slots',
      'add up to 2, not to the quantity, 3',
    ],
    ['slots that do not divide', { price: STANDARD_1X, quantity: '1', slots: 3 }, '#/slots', '3 equal parts'],
    ['no slot', { price: STANDARD_1X, quantity: '1', slots: 0 }, '#/slots', 'at least 1'],
    [
      'a slot that is no quantity',
      { price: STANDARD_1X, quantity: '1', slots: ['one'] },
      '#/slots/0',
      'decimal in quotes',
    ],
    ['slots that are neither', { price: STANDARD_1X, quantity: '1', slots: 'two' }, '#/slots', 'list of quantities'],
    ['a currency that is none', { price: PER_UNIT, quantity: '1', currency: 'usd' }, '#/currency', 'ISO 4217'],
    [
      'a price that contradicts itself',
      { price: { ...PER_UNIT, minimum: '2', maximum: { amount: '1', scope: 'line' } }, quantity: '1' },
      '#/price/maximum/amount',
      'below the minimum',
    ],
    ['a misspelt field', { price: PER_UNIT, quantity: '1', slot: 1 }, '#/slot', 'not known'],
  ])('refuses %s', async (_, asked, pointer, detail) => {
    const answer = await ask(asked);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([{ pointer, detail: expect.stringContaining(detail) }]) },
    });
  });

  it('takes the role read, of one account or of all', async () => {
    const body = { price: PER_UNIT, quantity: '1' };
    expect(await ask(body, await api.keyOf('operator'))).toMatchObject({ status: 200 });
    expect(await ask(body, await api.keyOf('ingest'))).toMatchObject({ status: 403 });
    expect(await api.call('POST', '/v1/price-preview', { body })).toMatchObject({ status: 401 });
    expect(await api.call('GET', '/v1/price-preview', { key: api.key })).toMatchObject({ status: 405 });
  });
});

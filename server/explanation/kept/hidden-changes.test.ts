import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptFormError } from '../../billing/kept/forms.ts';
import { namingAgain, namingNothing, namingWith } from '../charge/names.ts';
import type { ToldDriver } from '../why/changes/changes.types.ts';
import { changeTitle } from './change-title.ts';
import { changeAsShared, hashOfChange } from './freeze-change.ts';
import { type ChangeTold, changeToKeep, readChange } from './frozen-change.ts';

const MARK = 'zqxwvkj';
const strict = namingWith('a secret');
const again = namingAgain(strict);
const WITHOUT_NAMES = { hidePayloads: false, hideNames: true };

/** Names as customers give them; none that is hidden already. */
const name = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `${MARK}${text}`);
const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(String);
const inside = fc.record({
  chargeId: name,
  description: fc.constantFrom('Private-M dynos', 'Work'),
  lineValues: fc.dictionary(fc.constantFrom('app', 'process', 'team'), name),
  resource: fc.option(name),
  amountExact: amount,
});
const driver: fc.Arbitrary<ToldDriver> = fc.record(
  {
    kind: fc.constantFrom('new', 'usage', 'license', 'correction', 'credit'),
    description: name,
    arithmetic: fc.constant('183 h × 450.00 ÷ 720 h'),
    at: fc.constant('2026-11-23T04:41:16.302000Z'),
    actor: name,
    chargeId: name,
    resource: name,
    eventRefs: fc.array(
      fc.record({ source: name, id: name, at: fc.constant('2026-11-23T04:41:16.302000Z'), actor: name }),
      { maxLength: 3 },
    ),
    amountExact: amount,
    groupBy: fc.dictionary(fc.constant('app'), name),
    inside: fc.array(inside, { maxLength: 4 }),
  },
  { requiredKeys: ['kind', 'description', 'amountExact', 'inside'] },
);
const told = (drivers: ToldDriver[], more: Partial<ChangeTold> = {}): ChangeTold => ({
  account: { id: `${MARK}id`, name: `${MARK}name`, timeZone: 'UTC', kind: 'enterprise' },
  asked: { chargeId: `${MARK}-charge` },
  charge: { description: 'Private-M dynos', lineValues: { app: `${MARK}app`, size: 'private-m' } },
  periodKey: '2026-11',
  estimated: true,
  changes: {
    ...{ from: '2026-11-01T00:00:00.000000Z', to: '2026-12-01T00:00:00.000000Z' },
    ...{ compareFrom: '2026-10-01T00:00:00.000000Z', compareTo: '2026-10-29T04:48:00.000000Z' },
    ...{ currency: 'USD', minorUnit: 2, timeZone: 'UTC', meteredThrough: '2026-11-29T04:48:00.000000Z' },
    ...{ amountExact: '3', compareAmountExact: '1', differenceExact: '2', drivers },
  },
  ...more,
});

describe('a difference without names', () => {
  it('has none of them in what is kept, and is the same when it is read again', () => {
    fc.assert(
      fc.property(fc.array(driver, { maxLength: 5 }), (drivers) => {
        const first = changeAsShared(told(drivers), WITHOUT_NAMES, strict);
        const kept = changeToKeep(first);
        expect(kept).not.toContain(MARK);
        expect(first.told.changes.drivers.map(({ amountExact }) => amountExact)).toEqual(
          drivers.map(({ amountExact }) => amountExact),
        );
        const reread = changeAsShared(readChange(kept).told, WITHOUT_NAMES, again);
        expect(changeToKeep(reread)).toBe(kept);
        expect(hashOfChange(reread)).toBe(hashOfChange(first));
      }),
    );
  });

  it('tells charges and resources apart, by other names in every other difference', () => {
    const row = (resource: string) => ({
      ...{ chargeId: resource, description: 'Work', lineValues: { size: 'l' }, resource, amountExact: '1' },
    });
    const drivers = [
      { kind: 'new', description: '', amountExact: '2', inside: [row('a'), row('b'), row('a')] } as const,
    ];
    const [one, other] = [strict, namingWith('another secret')].map(
      (naming) =>
        changeAsShared(told(drivers as unknown as ToldDriver[]), WITHOUT_NAMES, naming).told.changes.drivers[0],
    );
    const names = one?.inside.map(({ resource }) => resource) ?? [];
    expect(names[0]).toBe(names[2]);
    expect(names[0]).not.toBe(names[1]);
    expect(other?.inside.map(({ resource }) => resource)).not.toEqual(names);
    expect(one?.inside[0]).toMatchObject({ lineValues: { size: 'l' } });
  });

  it('has nothing in it that no rule names', () => {
    const more = { secretField: MARK, inside: [], kind: 'new', description: '', amountExact: '1' };
    const whole = { ...told([more as unknown as ToldDriver]), memo: MARK };
    expect(changeToKeep(changeAsShared(whole, WITHOUT_NAMES, namingNothing))).not.toContain(MARK);
  });

  it('has the words it was told with where those have none, and general ones where they may', () => {
    const words = (given: Partial<ToldDriver>) => {
      const driver = {
        kind: 'usage',
        description: 'Work of app 0123456789 ran 2 h less',
        amountExact: '-1',
        inside: [],
      };
      const whole = told([{ ...driver, ...given } as ToldDriver]);
      return changeAsShared(whole, WITHOUT_NAMES, again).told.changes.drivers[0]?.description;
    };
    expect(words({ resource: 'resource 0123456789' })).toBe('Work of app 0123456789 ran 2 h less');
    expect(words({ resource: 'web' })).toBe('Less was used');
    expect(words({ kind: 'credit', description: 'Credit 2 pays 3.00' })).toBe('Credit 2 pays 3.00');
    expect(words({ kind: 'credit', description: 'For Acme pays 3.00' })).toBe('Credits paid more');
  });

  it('without payloads does not tell who did it', () => {
    const drivers = [{ kind: 'new', description: '', amountExact: '1', inside: [], actor: MARK } as const];
    const shown = changeAsShared(
      told(drivers as unknown as ToldDriver[]),
      { hidePayloads: true, hideNames: false },
      strict,
    );
    expect(shown.told.changes.drivers[0]).not.toHaveProperty('actor');
    expect(shown.told.account.name).toBe(`${MARK}name`);
  });
});

describe('what is kept of a difference', () => {
  const kept = changeToKeep({ told: told([]), redaction: WITHOUT_NAMES });

  it('says its form, and is read word for word', () => {
    expect(JSON.parse(kept)).toMatchObject({ form: 1 });
    expect(readChange(kept)).toEqual({ told: told([]), redaction: WITHOUT_NAMES });
  });

  it('is an error where something is missing, or of a later version', () => {
    const but = (change: object) => JSON.stringify({ ...JSON.parse(kept), ...change });
    expect(() => readChange(but({ told: { ...told([]), changes: undefined } }))).toThrow('at told.changes');
    expect(() => readChange(but({ form: 2 }))).toThrow(KeptFormError);
  });
});

describe('what a difference is called', () => {
  const charge = null;
  it.each<[string, Partial<ChangeTold>]>([
    ['Why October → November 2026 differs', { asked: { period: '2026-11' }, charge }],
    [`Why October → November 2026 differs: Private-M dynos of ${MARK}app, private-m`, {}],
    ['Why 1 November 2026 differs from its usual', { asked: { day: '2026-11-01', against: 'usual' }, charge }],
    ['Why 1 November 2026 differs from 1 October 2026', { asked: { day: '2026-11-01', against: 'previous' }, charge }],
  ])('%s', (title, more) => expect(changeTitle(told([], more))).toBe(title));

  it.each([
    ['2026-11-01', '2026-11-15', 'Why 1 November 2026 – 14 November 2026 differs from October 2026'],
    ['2026-11-03', '2026-11-04', 'Why 3 November 2026 differs from October 2026'],
    ['2026-11-01', '2026-12-01', 'Why November 2026 differs from October 2026'],
    [
      '2026-11-01T06:30',
      '2026-12-01',
      'Why 1 November 2026 at 06:30 UTC – 1 December 2026 at 00:00 UTC differs from October 2026',
    ],
  ])('of two spans, from %s to %s', (begin, end, title) => {
    const instant = (text: string) => (text.includes('T') ? `${text}:00.000000Z` : `${text}T00:00:00.000000Z`);
    const [from, to] = [instant(begin), instant(end)];
    const spans = { from, to, compareFrom: instant('2026-10-01'), compareTo: instant('2026-11-01') };
    const given = { asked: spans, charge, changes: { ...told([]).changes, ...spans } };
    expect(changeTitle(told([], given))).toBe(title);
  });

  it('over a turn of the year', () => {
    const { changes } = told([]);
    const spans = { from: '2027-01-01T00:00:00Z', compareFrom: '2026-12-01T00:00:00Z' };
    const given = { asked: { period: '2027-01' }, charge, changes: { ...changes, ...spans } };
    expect(changeTitle(told([], given))).toBe('Why December 2026 → January 2027 differs');
  });
});

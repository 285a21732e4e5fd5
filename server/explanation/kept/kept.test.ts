import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeptFormError } from '../../billing/kept/forms.ts';
import { basisToKeep, readBasis } from './basis.ts';
import { contentToKeep, readContent } from './frozen-content.ts';

/** As the version before wrote it. */
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
/** With something else in one place. */
const but = (text: string, path: string[], value: unknown): string => {
  const whole = JSON.parse(text) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, whole);
  holder[last] = value;
  return JSON.stringify(whole);
};

describe('the content of a frozen explanation', () => {
  const first = fixture('frozen-content.1');

  it('of form 1 is read word for word', () => expect(readContent(first)).toEqual(JSON.parse(first)));

  it('is kept in form 2, and read without the number', () => {
    const kept = contentToKeep(readContent(first));
    expect(kept).toContain('"form":2');
    expect(readContent(kept)).toEqual(JSON.parse(first));
  });

  it('is an error where something is missing', () => {
    expect(() => readContent(but(first, ['explanation', 'resources'], undefined))).toThrow('at explanation.resources');
    expect(() => readContent(but(first, ['redaction'], undefined))).toThrow('at redaction');
  });
});

describe('the basis of a frozen explanation', () => {
  const first = fixture('basis-of-final.1');
  const final = {
    accountId: 'acme',
    chargeId: '2026-09-d62e67e01b60a1313b77',
    line: { priceKey: 'dyno', lineValues: { app: 'blog' } },
    period: {
      key: '2026-09',
      from: '2026-09-01T04:00:00.000Z',
      to: '2026-10-01T04:00:00.000Z',
      timeZone: 'America/New_York',
    },
    invoice: { number: 'ACME-0003', state: 'final' },
    prices: [
      { from: '2026-09-01T04:00:00.000000Z', rateCard: 'list', version: 1, discountPercent: '10' },
      { from: '2026-09-12T00:00:00.000000Z', rateCard: 'list', version: 2, discountPercent: '10' },
    ],
    licenses: [
      { id: 'dyno-units', version: 1, from: '2026-08-01T04:00:00.000Z', to: '2027-08-01T04:00:00.000Z' },
      { id: 'token-money', version: 2, from: '2026-08-01T04:00:00.000Z', to: '2027-08-01T04:00:00.000Z' },
    ],
    ...{ currency: 'USD', minorUnit: 2, taxPercent: '8.25', through: '2026-10-01T04:00:00.000000Z' },
  };

  it('of form 1 becomes names', () => {
    const basis = readBasis(first);
    expect(basis).toMatchObject(final);
    expect(basis.meters).toContainEqual({ key: 'tokens', version: 2 });
    expect(basis.secret).toBe((JSON.parse(first) as { secret: string }).secret);
    expect(JSON.stringify(basis)).not.toContain('Großhandel');
  });

  it('of form 1 may be of a charge that moved', () => {
    const basis = readBasis(fixture('basis-of-open.1'));
    expect(basis).toMatchObject({
      invoice: { id: 'current', number: null, state: 'projected' },
      prices: [{ from: '2026-10-01T04:00:00.000000Z', rateCard: 'list', version: 2, discountPercent: '10' }],
      meters: [{ key: 'disk', version: 1 }],
      through: '2026-10-20T12:00:11.561000Z',
      meteredThrough: '2026-10-20T12:00:11.561000Z',
    });
  });

  it('is kept in form 2', () => {
    const basis = readBasis(first);
    const kept = basisToKeep(basis);
    expect(JSON.parse(kept)).toMatchObject({ form: 2 });
    expect(readBasis(kept)).toEqual(basis);
  });

  it('is an error where something is missing', () => {
    expect(() => readBasis('{}')).toThrow('the basis of a frozen explanation does not have what its form says');
    expect(() => readBasis(but(first, ['found', 'meters'], null))).toThrow(KeptFormError);
    expect(() => readBasis(but(basisToKeep(readBasis(first)), ['secret'], undefined))).toThrow('at secret');
  });
});

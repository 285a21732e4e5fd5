import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KeptFormError, type Kind, readKept, readKeptText } from './forms.ts';
import { INVOICE_FORM, readInvoice } from './invoice-content.ts';
import { readVersions, versionsToKeep } from './invoice-versions.ts';

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

describe('forms', () => {
  const kind: Kind<{ name: string; size: number }> = {
    name: 'a box',
    steps: [
      ({ title, ...rest }) => ({ ...rest, name: title }),
      ({ width, ...rest }) => ({ ...rest, size: Number(width) * 2 }),
    ],
    schema: z.looseObject({ name: z.string(), size: z.number() }),
  };

  it.each([
    ['before there were numbers', { title: 'a', width: '3' }],
    ['one', { form: 1, title: 'a', width: '3' }],
    ['two', { form: 2, name: 'a', width: '3' }],
    ['three, the newest', { form: 3, name: 'a', size: 6 }],
  ])('%s', (_, kept) => expect(readKept(kind, kept)).toEqual({ name: 'a', size: 6 }));

  it.each([
    [{ form: 4, name: 'a', size: 6 }, 'a box is kept in form 4, but this version reads forms 1 to 3'],
    [{ form: 0 }, 'in form 0'],
    [{ form: '2' }, 'in form "2"'],
    [{ form: 3, name: 'a' }, 'a box has a fault at size'],
    [[], 'a box is no JSON object'],
    [null, 'a box is no JSON object'],
  ])('refuse %j in words', (kept, words) => {
    expect(() => readKept(kind, kept)).toThrow(KeptFormError);
    expect(() => readKept(kind, kept)).toThrow(words);
  });

  it('refuse what is no JSON', () => expect(() => readKeptText(kind, '{')).toThrow('a box is no JSON'));
});

describe('the content of an invoice', () => {
  const first = fixture('invoice-content.1');

  const read = (content: string, contentForm = 1) => readInvoice({ content, contentForm });

  it('of form 1 is read word for word', () => expect(read(first)).toEqual(JSON.parse(first)));

  it('is still written in form 1, and of none to come', () => {
    expect(INVOICE_FORM).toBe(1);
    expect(() => read(first, 2)).toThrow('the content of an invoice is kept in form 2, but this version reads form');
  });

  it('is an error where something is missing', () => {
    expect(() => read(but(first, ['lines', '0', 'amount'], undefined))).toThrow('at lines.0.amount');
    expect(() => read(but(first, ['minorUnit'], undefined))).toThrow('at minorUnit');
  });
});

describe('what an invoice was computed with', () => {
  const first = JSON.parse(fixture('invoice-versions.1')) as unknown;
  const second = {
    prices: [
      { from: null, rateCard: 'list', version: 1, discountPercent: '10' },
      { from: null, rateCard: 'list', version: 2, discountPercent: '10' },
    ],
    licenses: [
      { id: 'dyno-units', version: 1, from: null, to: null },
      { id: 'token-money', version: 2, from: null, to: null },
    ],
    meters: ['disk', 'dyno', 'people', 'requests', 'rows', 'seats', 'tokens'].map((key) => ({
      key,
      version: key === 'tokens' ? 2 : 1,
    })),
  };

  it('of form 1 is a list of what ruled', () => expect(readVersions(first)).toEqual(second));

  it('of form 1 may have been no rate card', () => {
    expect(readVersions({ rateCard: null, licenses: [], meters: [] }).prices).toEqual([]);
  });

  it('is kept in form 2', () => {
    const kept = versionsToKeep(second);
    expect(kept.form).toBe(2);
    expect(readVersions(kept)).toEqual(second);
  });

  it.each([[{}], [{ form: 2, prices: [] }], [{ rateCard: { key: 'list', version: 1 } }]])('is not %j', (kept) => {
    expect(() => readVersions(kept)).toThrow('what an invoice was computed with');
  });
});

import { describe, expect, it } from 'vitest';
import { allotCredits } from './credit-allotment.ts';
import type { Pays } from './credits.ts';

describe('what periods without an invoice may draw', () => {
  const at = (text: string) => Date.parse(text) * 1000;
  const due = (key: string, amount: string) => ({
    key,
    from: at(`${key}-01T00:00:00Z`),
    amounts: [{ taxPercent: '20', amount }],
    minorUnit: 2,
  });
  const grant = (id: string, balance: string, expires: string | null = null, pays: Pays = 'charges') => ({
    ...{ id, reason: id, pays, balance },
    expiresAt: expires === null ? null : at(expires),
  });
  const left = (allotted: ReturnType<typeof allotCredits>) =>
    Object.fromEntries(
      [...allotted].map(([key, grants]) => [key, grants.map(({ id, balance }) => `${id} ${balance}`)]),
    );

  it('is given to the oldest first, and nothing twice', () => {
    const invoices = [due('2026-09', '8'), due('2026-10', '8'), due('2026-11', '8')];
    expect(left(allotCredits([grant('g', '10')], [], invoices))).toEqual({
      '2026-09': ['g 10'],
      '2026-10': ['g 2'],
      '2026-11': [],
    });
  });

  it('is of grants in force at an instant of the period', () => {
    const grants = [grant('half', '5', '2026-10-15T00:00:00Z'), grant('end', '5', '2026-11-01T00:00:00Z')];
    expect(left(allotCredits(grants, [], [due('2026-10', '7'), due('2026-11', '7')]))).toEqual({
      '2026-10': ['half 5', 'end 5'],
      '2026-11': [],
    });
  });

  it('keeps what a void invoice gave back for its own period', () => {
    const reserved = [{ periodKey: '2026-10', grantId: 'g', amount: '8' }];
    const invoices = [due('2026-09', '8'), due('2026-10', '6'), due('2026-11', '8')];
    expect(left(allotCredits([grant('g', '10')], reserved, invoices))).toEqual({
      '2026-09': ['g 2'],
      '2026-10': ['g 8'],
      '2026-11': ['g 2'],
    });
  });

  it('is drawn after tax from what was given back with its tax', () => {
    const invoices = [due('2026-09', '10'), due('2026-10', '10')];
    const grants = [grant('back', '15', null, 'total'), grant('sorry', '4')];
    // Of 10 the goodwill pays 4; the rest is 7.20 with its tax, and 7.80 are left.
    expect(left(allotCredits(grants, [], invoices))).toEqual({
      '2026-09': ['back 15', 'sorry 4'],
      '2026-10': ['back 7.8'],
    });
  });
});

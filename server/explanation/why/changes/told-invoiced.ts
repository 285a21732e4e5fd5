import { exactText } from '../../../domain/decimal.ts';
import { type Amount, amountText } from '../../../domain/money.ts';
import type { ToldDriver } from './changes.types.ts';
import type { Invoiced } from './invoiced.ts';

/** What corrections, credits and tax make of a difference: the last to be replaced, in this order. */
export function invoicedDrivers(before: Invoiced, now: Invoiced, minorUnit: number): ToldDriver[] {
  const money = (amount: Amount) => exactText(amountText(amount), minorUnit);
  return [...correctionDrivers(before, now), ...creditDrivers(before, now, money), ...taxDriver(before, now, money)];
}

function correctionDrivers(before: Invoiced, now: Invoiced): ToldDriver[] {
  const told = ({ corrections }: Invoiced, sign: bigint, words: (description: string) => string) =>
    corrections.map(({ chargeId, description, lineValues, amount }): ToldDriver => {
      const amountExact = amountText(sign * amount);
      const inside = [{ chargeId, description, lineValues, resource: null, amountExact }];
      return { kind: 'correction', description: words(description), chargeId, amountExact, inside };
    });
  return [
    ...told(now, 1n, (description) => `${description} stands on this invoice`),
    ...told(before, -1n, (description) => `${description} stood on the invoice before`),
  ];
}

function creditDrivers(before: Invoiced, now: Invoiced, money: (amount: Amount) => string): ToldDriver[] {
  const paid = ({ credits }: Invoiced, reason: string) =>
    credits.reduce((sum, each) => sum + (each.reason === reason ? each.amount : 0n), 0n);
  const reasons = new Set([...before.credits, ...now.credits].map(({ reason }) => reason));
  return [...reasons].flatMap((reason): ToldDriver[] => {
    const [was, is] = [paid(before, reason), paid(now, reason)];
    if (was === is) return [];
    const description =
      is === 0n
        ? `${reason} paid ${money(was)} before, and nothing now`
        : was === 0n
          ? `${reason} pays ${money(is)}`
          : `${reason} pays ${money(is)} instead of ${money(was)}`;
    return [
      {
        ...{ kind: 'credit', description, arithmetic: `${money(was)} − ${money(is)}` },
        ...{ amountExact: amountText(was - is), inside: [] },
      },
    ];
  });
}

function taxDriver(before: Invoiced, now: Invoiced, money: (amount: Amount) => string): ToldDriver[] {
  if (before.tax === now.tax) return [];
  const arithmetic = `${money(now.tax)} − ${money(before.tax)}`;
  const description = `Tax comes to ${money(now.tax)} instead of ${money(before.tax)}`;
  return [{ kind: 'tax', description, arithmetic, amountExact: amountText(now.tax - before.tax), inside: [] }];
}

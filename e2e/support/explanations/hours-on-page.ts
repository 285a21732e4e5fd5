import { exact } from '../../../server/domain/testing/exact.ts';

/** A day's hours as its page tells them: each column's rows, and what stands below them. */
export interface HoursOnPage {
  /** What each row is of: hours, and what is of none. */
  names: string[];
  columns: { rows: bigint[]; together: bigint }[];
}

/** Reads the table of hours in a day's page; `null` where it has none. */
export function hoursOnPage(html: string): HoursOnPage | null {
  const table = /<table id="hours-table".*?<\/table>/s.exec(html)?.[0];
  if (table === undefined) return null;
  const rowsOf = (part: string) =>
    [...(new RegExp(`<${part}>(.*?)</${part}>`, 's').exec(table)?.[1] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)].map(
      ([, row = '']) => ({
        name: textOf(/<th.*?<\/th>/s.exec(row)?.[0] ?? ''),
        amounts: [...row.matchAll(/<td.*?<\/td>/gs)].map(([cell]) => amountOf(cell)),
      }),
    );
  const rows = rowsOf('tbody');
  const together = rowsOf('tfoot')[0]?.amounts ?? [];
  return {
    names: rows.map(({ name }) => name),
    columns: together.map((sum, i) => ({ together: sum, rows: rows.map(({ amounts }) => amounts[i] as bigint) })),
  };
}

const textOf = (html: string) => html.replace(/<[^>]*>/g, '');

/** To the last digit, also where it is shown rounded. */
function amountOf(cell: string): bigint {
  const said = /data-exact="([^"]*)"/.exec(cell)?.[1] ?? textOf(cell);
  const [, sign = '', digits = ''] = /(−?)\$?(\d[\d,]*(?:\.\d+)?)/.exec(said) ?? [];
  return exact(`${sign === '' ? '' : '-'}${digits.replaceAll(',', '')}`);
}

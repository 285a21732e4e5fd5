import { stringify } from 'csv-stringify/sync';
import { drawsFor, type Pays } from '../../domain/invoice/credits.ts';
import { moneyText, parseAmount } from '../../domain/money.ts';
import type { InvoiceView } from '../invoice.types.ts';
import { chargeUrl, invoiceUrl } from './invoice-links.ts';

/** The columns, between which each dimension has one of its own. A cell of no column does not compile. */
const FIRST = ['invoice', 'account', 'period', 'state', 'metered_through', 'row', 'charge_id', 'description'] as const;
const LAST = [
  ...(['quantity', 'unit', 'amount_exact', 'amount', 'currency'] as const),
  ...(['corrects_invoice', 'corrects_charge', 'url'] as const),
];

type Column = (typeof FIRST)[number] | (typeof LAST)[number];
type DimensionCells = Partial<Record<`dimension.${string}`, string>>;
type Cells = Partial<Record<Column, string>> & DimensionCells;
/** A charge has a cell in every column, if an empty one: a column that is forgotten there does not compile. */
type ChargeCells = Record<Exclude<Column, keyof ReturnType<typeof headOf>>, string> & DimensionCells;

/**
 * What a spreadsheet takes for a formula, and quotes that were put before one: at the beginning, and behind what ends a cell where
 * commas are decimal signs, for there the quotes around a cell that is not the first are part of its text.
 */
const LOOKS_LIKE_FORMULA = /(?<=^|;)(?='*[=+\-@＝＋－＠\t\r\n])/gu;

/**
 * An invoice as RFC 4180: a row for each charge, for usage without a price, then subtotal, credits, tax, credits that pay with tax, and total.
 * Numbers are as the invoice has them; every row says of which invoice it is, in which state and metered through when.
 */
export function invoiceCsv(view: InvoiceView, publicUrl: string): string {
  const dimensions = dimensionsOf(view);
  const columns = [...FIRST, ...dimensions.map(columnOf), ...LAST];
  const head = headOf(view);
  return stringify(
    rowsOf(view, publicUrl).map((row) => ({ ...head, ...row })),
    // A lone CR or LF must be quoted too, whatever ends a record, and what separates cells elsewhere.
    { header: true, columns, record_delimiter: '\r\n', quoted_match: /[\r\n;\t]/ },
  );
}

/** What every row says. */
function headOf(view: InvoiceView) {
  return {
    invoice: view.number ?? view.id,
    account: view.accountId,
    period: view.period.bridging ? `${view.period.key} (bridging)` : view.period.key,
    state: view.state,
    metered_through: view.meteredThrough,
    currency: view.currency,
  } satisfies Cells;
}

function rowsOf(view: InvoiceView, publicUrl: string): Cells[] {
  const url = invoiceUrl(publicUrl, view);
  const creditRows = (what: Pays) =>
    drawsFor(view.creditDraws, what).map(({ reason, amount }) => ({
      row: 'credit',
      description: plain(reason),
      amount: moneyText(-parseAmount(amount), view.minorUnit),
      url,
    }));
  return [
    ...view.lines.map(
      (line): ChargeCells => ({
        row: 'charge',
        charge_id: line.chargeId,
        description: plain(line.description),
        ...dimensionCells(line.lineValues),
        quantity: line.quantity,
        unit: plain(line.unit),
        amount_exact: line.amountExact,
        amount: line.amount,
        corrects_invoice: line.corrects?.number ?? '',
        corrects_charge: line.corrects?.chargeId ?? '',
        url: chargeUrl(publicUrl, view, line.chargeId),
      }),
    ),
    // Without a price there is no amount: the cell is empty, not 0.
    ...view.unpriced.map((usage) => ({
      row: 'unpriced',
      description: plain(usage.description),
      ...dimensionCells(usage.dimensions),
      quantity: usage.quantity,
      unit: plain(usage.unit),
      ...(usage.corrects === undefined ? {} : { corrects_invoice: usage.corrects.number }),
      url,
    })),
    { row: 'subtotal', amount: view.subtotal, url },
    ...creditRows('charges'),
    ...(view.taxes ?? [view]).map(({ taxPercent, tax }) => ({
      row: 'tax',
      description: `${taxPercent} %`,
      amount: tax,
      url,
    })),
    ...creditRows('total'),
    { row: 'total', amount: view.total, url },
  ];
}

/** Every dimension some row has, each a column of its own. */
function dimensionsOf({ lines, unpriced }: InvoiceView): string[] {
  const names = new Set<string>();
  for (const { lineValues } of lines) for (const name of Object.keys(lineValues)) names.add(name);
  for (const usage of unpriced) for (const name of Object.keys(usage.dimensions)) names.add(name);
  return [...names].sort();
}

function dimensionCells(values: Record<string, string>): DimensionCells {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [columnOf(name), plain(value)]));
}

function columnOf(dimension: string): `dimension.${string}` {
  return `dimension.${dimension}`;
}

/** Text that a spreadsheet does not run: a quote before what would be a formula. It is the only change to any cell. */
function plain(text: string): string {
  return text.replace(LOOKS_LIKE_FORMULA, "'");
}

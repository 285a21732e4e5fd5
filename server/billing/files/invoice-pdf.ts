import { setImmediate as othersFirst } from 'node:timers/promises';
import { drawsFor, type Pays } from '../../domain/invoice/credits.ts';
import { STATE_WORDS } from '../../domain/invoice/invoice-state.ts';
import { moneyText, parseAmount } from '../../domain/money.ts';
import type { InvoiceLine, InvoiceView } from '../invoice.types.ts';
import { chargeUrl, invoiceUrl } from './invoice-links.ts';
import { CONTENT, Sheet } from './pdf/sheet.ts';
import { clockWords, decimalText, monthWords, quantityWords } from './pdf/words.ts';

const INK_2 = '#565c66';
const ACCENT = '#5a3fe0';
/** Columns: the charge to here, the quantity ending here, the amount ending at the margin. */
const CHARGE_WIDTH = 250;
const QUANTITY_RIGHT = CONTENT.right - 90;
const QUANTITY_WIDTH = QUANTITY_RIGHT - CONTENT.left - CHARGE_WIDTH - 16;
const LINE = 12.6;

/**
 * An invoice to print and to file: every charge, and every amount a link to what is behind it. The same invoice gives the
 * same bytes.
 */
export async function invoicePdf(view: InvoiceView, publicUrl: string): Promise<Buffer> {
  const title = view.number === null ? `Invoice of ${monthWords(view.period.key)}` : `Invoice ${view.number}`;
  const sheet = new Sheet({
    title: `${title}, ${view.accountName}`,
    author: 'Plainbill',
    createdAt: new Date(view.finalizedAt ?? view.meteredThrough),
  });
  writeHead(sheet, view, title);
  await writeLines(sheet, view, publicUrl);
  writeTotals(sheet, view, invoiceUrl(publicUrl, view));
  writeUnpriced(sheet, view);
  if (view.contentSha256 !== undefined) {
    sheet.down(12);
    sheet.paragraph(
      `SHA-256 of what was issued: ${view.contentSha256}`,
      CONTENT.left,
      CONTENT.right - CONTENT.left,
      FINE,
    );
  }
  return sheet.end((page, pages) => {
    sheet.text(`${title} · ${STATE_WORDS[view.state]}`, CONTENT.left, FINE);
    sheet.text(`Page ${page} of ${pages}`, CONTENT.right, { ...FINE, align: 'right' });
  });
}

const FINE = { size: 8, colour: INK_2 } as const;

function writeHead(sheet: Sheet, view: InvoiceView, title: string) {
  sheet.text('Plainbill', CONTENT.left, { weight: 'bold', colour: ACCENT });
  sheet.text(STATE_WORDS[view.state], CONTENT.right, { align: 'right', colour: INK_2 });
  sheet.down(20);
  sheet.paragraph(title, CONTENT.left, CONTENT.right - CONTENT.left, { size: 18, weight: 'bold' });
  sheet.down(4);
  for (const [name, value] of factsOf(view)) {
    const top = sheet.y;
    sheet.text(name, CONTENT.left, { colour: INK_2 });
    sheet.paragraph(value, CONTENT.left + 110, CONTENT.right - CONTENT.left - 110);
    if (sheet.y === top) sheet.down(LINE);
  }
  sheet.down(16);
}

const BRIDGING_WORDS = 'Bridges the old rhythm of periods and the new one; it counts as one period.';

function factsOf(view: InvoiceView): [string, string][] {
  const { timeZone, from, to, bridging } = view.period;
  const at = (instant: string) => clockWords(instant, timeZone);
  const money = (amount: string) => `${decimalText(moneyText(parseAmount(amount), view.minorUnit))} ${view.currency}`;
  const facts: [string, string | undefined][] = [
    ['Account', view.accountName === view.accountId ? view.accountId : `${view.accountName} (${view.accountId})`],
    ['Period', `${at(from)} until ${at(to)}, ${timeZone}`],
    ['', bridging ? BRIDGING_WORDS : undefined],
    ['Total', money(view.total)],
    [
      'Heading for',
      view.projection &&
        `${money(view.projection.expected)}, between ${money(view.projection.low)} and ${money(view.projection.high)}. ${view.projection.method}`,
    ],
    ['Becomes final', view.finalAt && at(view.finalAt)],
    ['Final since', view.finalizedAt && at(view.finalizedAt)],
    ['Void since', view.voided && `${at(view.voided.at)}: ${view.voided.reason}`],
    ['Metered through', at(view.meteredThrough)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

async function writeLines(sheet: Sheet, view: InvoiceView, publicUrl: string) {
  const heading = () => {
    sheet.text('Charge', CONTENT.left, FINE);
    sheet.text('Quantity', QUANTITY_RIGHT, { ...FINE, align: 'right' });
    sheet.text(view.currency, CONTENT.right, { ...FINE, align: 'right' });
    sheet.down(LINE);
    sheet.rule({ colour: INK_2 });
    sheet.down(4);
  };
  sheet.repeat(heading);
  if (view.lines.length === 0) sheet.paragraph('There is no charge on this invoice.', CONTENT.left, CHARGE_WIDTH);
  for (const [i, line] of view.lines.entries()) {
    // A page takes about ten milliseconds; requests that wait are answered in between.
    if (i % 30 === 29) await othersFirst();
    writeLine(sheet, line, view, publicUrl);
  }
  sheet.repeat(null);
}

function writeLine(sheet: Sheet, line: InvoiceLine, view: InvoiceView, publicUrl: string) {
  const { description, lineValues, quantity, unit, amount, corrects, amended } = line;
  const name = [description, ...Object.values(lineValues).map((value) => value || 'without a name')].join(' · ');
  const names = sheet.wrapped(name, CHARGE_WIDTH);
  const quantities = sheet.wrapped(quantityWords(quantity, unit), QUANTITY_WIDTH);
  const rows = Math.max(names.length, quantities.length);
  const why = amended === undefined ? '' : `, amended: ${amended}`;
  const about =
    corrects === undefined ? [] : sheet.wrapped(`corrects a charge of ${corrects.number}${why}`, CHARGE_WIDTH);
  const height = (rows + about.length) * LINE + 4;
  // A charge stays on one page, unless no page could hold it.
  sheet.reserve(height <= sheet.room ? height : LINE);
  for (let i = 0; i < rows; i++) {
    sheet.reserve(LINE);
    sheet.text(names[i] ?? '', CONTENT.left);
    sheet.text(quantities[i] ?? '', QUANTITY_RIGHT, { align: 'right', colour: INK_2 });
    if (i === 0)
      sheet.text(decimalText(amount), CONTENT.right, {
        align: 'right',
        link: chargeUrl(publicUrl, view, line.chargeId),
      });
    sheet.down(LINE);
  }
  if (corrects !== undefined) {
    const original = chargeUrl(publicUrl, { accountId: view.accountId, id: corrects.invoiceId }, corrects.chargeId);
    for (const text of about) {
      sheet.reserve(LINE);
      sheet.text(text, CONTENT.left, { ...FINE, link: original });
      sheet.down(LINE);
    }
  }
  sheet.down(1);
  sheet.rule({ dashed: line.estimated });
  sheet.down(3);
}

/** Tax at each rate; mostly there is one. */
function taxesOf({ taxes, taxPercent, tax }: InvoiceView) {
  return taxes ?? [{ taxPercent, base: '', tax }];
}

function writeTotals(sheet: Sheet, view: InvoiceView, url: string) {
  const creditRows = (what: Pays) =>
    drawsFor(view.creditDraws, what).map(({ reason, amount }): [string, string] => [
      `Credit: ${reason}`,
      moneyText(-parseAmount(amount), view.minorUnit),
    ]);
  const rows: [string, string][] = [
    ['Subtotal', view.subtotal],
    ...creditRows('charges'),
    ...taxesOf(view).map(({ taxPercent, base, tax }): [string, string] => [
      `Tax, ${taxPercent} %${view.taxes === undefined ? '' : ` of ${decimalText(base)}`}`,
      tax,
    ]),
    ...creditRows('total'),
  ];
  sheet.down(4);
  for (const [name, amount] of rows) writeTotal(sheet, name, amount, url);
  sheet.reserve(LINE * 3);
  sheet.down(2);
  sheet.rule({ colour: INK_2, dashed: view.state !== 'final' });
  sheet.down(4);
  sheet.text(`Total, ${view.currency}`, CONTENT.left, { weight: 'bold' });
  sheet.text(decimalText(view.total), CONTENT.right, { weight: 'bold', align: 'right', link: url });
  sheet.down(LINE);
  if (!view.total.startsWith('-') || view.state === 'void') return;
  sheet.down(4);
  const becomes = view.state === 'final' ? 'Nothing is to be paid: this became' : 'Once it is final, this becomes';
  sheet.paragraph(`${becomes} a credit, which pays later invoices.`, CONTENT.left, CONTENT.right - CONTENT.left, FINE);
}

function writeTotal(sheet: Sheet, name: string, amount: string, url: string) {
  const names = sheet.wrapped(name, CONTENT.right - CONTENT.left - 100);
  // Together with the total, where that is not asking for too much.
  sheet.reserve(names.length * LINE + LINE * 3);
  names.forEach((text, i) => {
    sheet.text(text, CONTENT.left);
    if (i === 0) sheet.text(decimalText(amount), CONTENT.right, { align: 'right', link: url });
    sheet.down(LINE);
  });
}

function writeUnpriced(sheet: Sheet, { unpriced }: InvoiceView) {
  if (unpriced.length === 0) return;
  sheet.down(16);
  sheet.reserve(LINE * 5);
  sheet.text('Unpriced usage', CONTENT.left, { weight: 'bold' });
  sheet.down(LINE);
  sheet.paragraph(
    'The rate card has no price for this usage. It is not charged, which is not the same as a price of zero.',
    CONTENT.left,
    CONTENT.right - CONTENT.left,
    FINE,
  );
  for (const { description, dimensions, quantity, unit } of unpriced) {
    const name = [description, ...Object.values(dimensions)].join(' · ');
    const names = sheet.wrapped(name, CHARGE_WIDTH);
    const quantities = sheet.wrapped(quantityWords(quantity, unit), CONTENT.right - CONTENT.left - CHARGE_WIDTH - 16);
    for (let i = 0; i < Math.max(names.length, quantities.length); i++) {
      sheet.reserve(LINE);
      sheet.text(names[i] ?? '', CONTENT.left);
      sheet.text(quantities[i] ?? '', CONTENT.right, { align: 'right' });
      sheet.down(LINE);
    }
  }
}

import { parse } from 'csv-parse/sync';
import { Window } from 'happy-dom';
import { extractText } from 'unpdf';
import type { InvoiceView, Projection } from '../../../server/billing/invoice.types.ts';
import type { LiveSnapshot } from '../../../server/realtime/contract.ts';

/** What a surface says of a charge; what it does not say is absent. Decimals without thousands and needless zeros. */
interface SaidOfCharge {
  amount: string;
  amountExact?: string;
  quantity?: string;
}

/** What a surface says of an invoice, as plain decimals. */
export interface Said {
  /** As the surface writes it, which may be less fine than microseconds. */
  meteredThrough: string;
  /** By charge id. */
  charges: Record<string, SaidOfCharge>;
  total: string;
  subtotal?: string;
  credits?: string;
  tax?: string;
  /** Low, expected, high. */
  projection?: string[];
  /** Quantities of usage without a price. */
  unpriced?: string[];
}

/** The invoice itself, as the API answers it. */
export function saidByJson(text: string): Said {
  const view = JSON.parse(text) as InvoiceView;
  return {
    meteredThrough: view.meteredThrough,
    charges: byId(view.lines, ({ chargeId, amount, amountExact, quantity }) => [
      chargeId,
      { amount: plain(amount), amountExact: plain(amountExact), quantity: plain(quantity) },
    ]),
    subtotal: plain(view.subtotal),
    credits: plain(view.credits),
    tax: plain(view.tax),
    total: plain(view.total),
    projection: projectionOf(view.projection),
    unpriced: view.unpriced.map(({ quantity }) => plain(quantity)),
  };
}

export function saidByCsv(text: string): Said {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const of = (kind: string) => rows.filter(({ row }) => row === kind);
  const amount = (kind: string) => plain(of(kind)[0]?.amount ?? '');
  const cell = (row: Record<string, string>, name: string) => row[name] ?? '';
  return {
    meteredThrough: rows[0]?.metered_through ?? '',
    charges: byId(of('charge'), (row) => [
      cell(row, 'charge_id'),
      {
        amount: plain(cell(row, 'amount')),
        amountExact: plain(cell(row, 'amount_exact')),
        quantity: plain(cell(row, 'quantity')),
      },
    ]),
    subtotal: amount('subtotal'),
    credits: amount('credit').replace('-', ''),
    tax: amount('tax'),
    total: amount('total'),
    unpriced: of('unpriced').map((row) => plain(cell(row, 'quantity'))),
  };
}

/** The page of the current invoice, as the server renders it. */
export function saidByInvoicePage(html: string): Said {
  const page = documentOf(html);
  const row = (name: RegExp) => {
    const found = [...page.querySelectorAll('tr')].find((tr) => name.test(textOf(tr.querySelector('th'))));
    return plain(textOf(found?.querySelector(':scope > td')));
  };
  return {
    meteredThrough: page.querySelector('time')?.getAttribute('datetime') ?? '',
    charges: byId([...page.querySelectorAll('tr.line-row')], (tr) => {
      const [, exact, amount] = [...tr.querySelectorAll(':scope > td')];
      return [tr.id, { amount: plain(shownIn(amount)), amountExact: plain(textOf(exact)) }];
    }),
    subtotal: row(/^Subtotal/),
    credits: row(/^Credit: /).replace('-', ''),
    tax: row(/^Tax/),
    total: row(/^Total/),
  };
}

/** The overview, as the server renders it: the total, where it is heading, and the largest charges. */
export function saidByOverview(html: string): Said {
  const page = documentOf(html);
  const projection = textOf(page.querySelector('[aria-labelledby="forecast"] p'));
  const [expected, low, high] = projection.match(/[\d,]+\.\d+/g)?.map(plain) ?? [];
  return {
    meteredThrough: page.querySelector('time')?.getAttribute('datetime') ?? '',
    charges: byId([...page.querySelectorAll('[aria-labelledby="top"] td a')], (link) => {
      const exact = link.querySelector('[data-exact]')?.getAttribute('data-exact')?.replace(' USD', '');
      const amount = plain(shownIn(link));
      return [
        link.getAttribute('href')?.split('/charges/')[1] ?? '',
        { amount, amountExact: exact === undefined ? amount : plain(exact) },
      ];
    }),
    total: plain(textOf(page.querySelector('.figure'))),
    projection: [low, expected, high].map((amount) => amount ?? ''),
  };
}

/** The text layer of the PDF. It names charges in words, so it is asked for the lines of an invoice. */
export async function saidByPdf(bytes: Uint8Array, lines: InvoiceView['lines']): Promise<Said> {
  const { text } = await extractText(bytes, { mergePages: true });
  const after = (words: string, pattern = String.raw`(−?[\d,]+\.\d+)`) =>
    plain(new RegExp(`${words.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\\s+${pattern}`).exec(text)?.[1] ?? '');
  return {
    meteredThrough: /Metered through\s+(\S+ \S+)/.exec(text)?.[1] ?? '',
    charges: byId(lines, ({ chargeId, description, lineValues, unit }) => {
      const name = [description, ...Object.values(lineValues)].join(' · ');
      const isTime = unit.endsWith('-seconds');
      const clock = new RegExp(`${name}\\s+([\\d,]+) h (\\d+) min ([\\d.]+) s\\s+([\\d,.]+)`).exec(text);
      const counted = new RegExp(`${name}\\s+([\\d,.]+) ${unit}\\s+([\\d,.]+)`).exec(text);
      const quantity = isTime ? seconds(clock) : plain(counted?.[1] ?? '');
      return [chargeId, { amount: plain((isTime ? clock?.[4] : counted?.[2]) ?? ''), quantity }];
    }),
    subtotal: after('Subtotal'),
    credits: after('Credit: Welcome').replace('-', ''),
    tax: after('%'),
    total: after('Total, USD'),
    projection: [after('between'), after('Heading for'), after('and')],
  };
}

/** What a socket was told of money; `null` while that is not known. */
export function saidBySocket({ charges, spend }: LiveSnapshot): Said | null {
  if (charges === null || spend === null) return null;
  return {
    meteredThrough: spend.meteredThrough,
    charges: byId(charges, ({ chargeId, amount, amountExact, quantity }) => [
      chargeId,
      { amount: plain(amount), amountExact: plain(amountExact), quantity: plain(quantity) },
    ]),
    subtotal: plain(spend.subtotal),
    credits: plain(spend.credits),
    tax: plain(spend.tax),
    total: plain(spend.total),
    projection: projectionOf(spend.projection),
  };
}

/** What of `whole` a surface says if it says what it says: the same charges, and of each the same facts. */
export function partOf(whole: Said, said: Said): Said {
  const keys = Object.keys(said) as (keyof Said)[];
  const charges = Object.entries(said.charges).map(([chargeId, facts]) => {
    const all = whole.charges[chargeId];
    const names = Object.keys(facts) as (keyof SaidOfCharge)[];
    return [chargeId, all && Object.fromEntries(names.map((name) => [name, all[name]]))];
  });
  return {
    ...(Object.fromEntries(keys.map((key) => [key, whole[key]])) as unknown as Said),
    charges: Object.fromEntries(charges),
  };
}

function projectionOf(projection: Projection | null | undefined): string[] {
  return projection ? [projection.low, projection.expected, projection.high].map(plain) : [];
}

function byId<Row>(rows: Row[], entry: (row: Row) => [string, SaidOfCharge]): Record<string, SaidOfCharge> {
  return Object.fromEntries(rows.map(entry));
}

/** `−$1,234.50` → `-1234.5`. */
function plain(shown: string): string {
  const decimal = shown.trim().replace('−', '-').replaceAll(/[$,]/g, '');
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** `1,234 h 56 min 07.5 s` in seconds. */
function seconds(clock: RegExpExecArray | null): string {
  const [whole = '', fraction] = (clock?.[3] ?? '').split('.');
  const sum = Number(plain(clock?.[1] ?? '')) * 3600 + Number(clock?.[2]) * 60 + Number(whole);
  return plain(fraction === undefined ? String(sum) : `${sum}.${fraction}`);
}

function documentOf(html: string) {
  const { document } = new Window();
  // What runs in a browser does not run here: it is the page without scripts.
  document.body.innerHTML = html.replace(/<script[\s\S]*?<\/script>/g, '');
  return document;
}

interface TextElement {
  textContent: string | null;
}

function textOf(element: TextElement | null | undefined): string {
  return element?.textContent ?? '';
}

/** The amount as it is shown, without the exact one that is only read out. */
function shownIn(element: TextElement | null | undefined): string {
  return textOf(element).replace(/, exactly .*/, '');
}

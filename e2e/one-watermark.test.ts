import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { paths } from '../app/paths.ts';
import { type ClientToServer, LIVE_NAMESPACE, type ServerToClient } from '../server/realtime/contract.ts';
import type { InvoiceView } from '../server/services/invoice.types.ts';
import {
  partOf,
  type Said,
  saidByCsv,
  saidByInvoicePage,
  saidByJson,
  saidByOverview,
  saidByPdf,
  saidBySocket,
} from './support/invoice-readings.ts';
import { Operator, type TestAccount } from './support/operator.ts';
import { pricedMonth } from './support/priced-month.ts';
import { type RunningServer, startServer } from './support/server.ts';
import { cookieOf } from './support/session.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** What each surface answered at one watermark, as it came. */
interface Answers {
  json: string;
  csv: string;
  invoicePage: string;
  overview: string;
  pdf: Uint8Array;
  socket: Said;
}

let server: RunningServer;
let account: TestAccount;
let cookie: string;
let socket: Socket<ServerToClient, ClientToServer>;
let answers: Answers;
/** How fast each charge grows, as the socket said last. */
const rates = new Map<string, string | undefined>();

beforeAll(async () => {
  server = await startServer();
  const operator = new Operator(server);
  const priced = await pricedMonth(operator, server.url, new Date());
  account = priced.account;
  cookie = await cookieOf(server.url, await operator.createUser([account]));
  const told = await watch();
  answers = await atOneWatermark(told, priced.receivedAt);
});
afterAll(async () => {
  socket?.disconnect();
  await server?.stop();
});

/** Everything the socket says of money, by its watermark. */
async function watch(): Promise<Map<string, Said>> {
  const told = new Map<string, Said>();
  let known: Said | null = null;
  socket = io(`${server.url}${LIVE_NAMESPACE}`, {
    transports: ['websocket'],
    extraHeaders: { cookie, origin: server.url },
  });
  socket.on('usage', (update) => {
    const news = saidBySocket(update);
    if (news === null) return;
    for (const { chargeId, rate } of update.charges ?? []) rates.set(chargeId, rate?.perSecond);
    // An update names what changed; together with what was known it is the whole.
    const charges = { ...known?.charges, ...news.charges };
    for (const chargeId of update.removedCharges) delete charges[chargeId];
    known = { ...news, charges };
    told.set(news.meteredThrough, known);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const answer = await socket.emitWithAck('watch', { accountId: account.id });
  if ('error' in answer) throw new Error(`The account cannot be watched: ${answer.error}`);
  return told;
}

/** Asks again until all have answered at the same watermark, and the last event is in it. */
async function atOneWatermark(told: ReadonlyMap<string, Said>, since: string): Promise<Answers> {
  const api = `/api/v1/accounts/${account.id}/invoices/current`;
  const text = async (path: string) => (await get(path)).text();
  for (;;) {
    const json = await text(api);
    const [csv, pdf, invoicePage, overview] = await Promise.all([
      text(`${api}.csv`),
      get(`${api}.pdf`).then(async (answer) => new Uint8Array(await answer.arrayBuffer())),
      text(paths.invoice(account.id, 'current')),
      text(paths.account(account.id)),
    ]);
    // The watermark never goes back: if it is the same before and after, all between was computed at it.
    const after = await text(api);
    const { meteredThrough } = saidByJson(json);
    const stated = [saidByJson(after), saidByCsv(csv), saidByInvoicePage(invoicePage), saidByOverview(overview)];
    const agree = stated.every((said) => said.meteredThrough === meteredThrough);
    if (!agree || meteredThrough < since) continue;
    // Money reaches the socket a moment later, if it was computed at just this watermark.
    while (![...told.keys()].some((through) => through >= meteredThrough)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const said = told.get(meteredThrough);
    if (said !== undefined) return { json, csv, invoicePage, overview, pdf, socket: said };
  }
}

async function get(path: string): Promise<Response> {
  const response = await fetch(`${server.url}${path}`, { headers: { cookie } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

const linesOf = (json: string) => (JSON.parse(json) as InvoiceView).lines;

describe('at one watermark', () => {
  it('the account has every kind of charge, so that there is something to compare', () => {
    const { lines, unpriced, credits, tax } = JSON.parse(answers.json) as InvoiceView;
    const steps = new Set(lines.flatMap((line) => line.steps.map(({ name }) => name)));
    expect([...steps].sort()).toEqual([
      'allowance',
      'cap or minimum',
      'charge model',
      'discount',
      'license',
      'rounding',
      'usage',
    ]);
    expect(lines.map(({ priceKey }) => priceKey).sort()).toEqual([
      ...[
        'dyno.short',
        'dyno.short',
        'dyno.standard',
        'dyno.standard',
        'mails',
        'mails',
        'plan',
        'requests',
        'requests',
      ],
      ...['tokens.large', 'tokens.small'],
    ]);
    expect(unpriced.map(({ quantity }) => quantity)).toEqual(['3']);
    expect([credits, Number(tax) > 0]).toEqual(['7.77', true]);
  });

  it('CSV, invoice page, PDF and socket say of every charge and total what the API says, to the last digit', async () => {
    const whole = saidByJson(answers.json);
    const ids = Object.keys(whole.charges).sort();
    const pdf = await saidByPdf(answers.pdf.slice(), linesOf(answers.json));
    const clock = whole.meteredThrough.slice(0, 19).replace('T', ' ');
    for (const said of [saidByCsv(answers.csv), saidByInvoicePage(answers.invoicePage), answers.socket, pdf]) {
      expect(Object.keys(said.charges).sort()).toEqual(ids);
      const expected = partOf(whole, said);
      expect(said).toEqual(said === pdf ? { ...expected, meteredThrough: clock } : expected);
    }
  });

  it('the overview says it of the total, of where it is heading and of the largest charges', () => {
    const whole = saidByJson(answers.json);
    const said = saidByOverview(answers.overview);
    expect(said).toEqual(partOf(whole, said));
    const largest = linesOf(answers.json)
      .map(({ chargeId, amountExact }) => ({ chargeId, amount: Number(amountExact) }))
      .sort((a, b) => b.amount - a.amount)
      .slice(0, 10);
    expect(Object.keys(said.charges)).toEqual(largest.map(({ chargeId }) => chargeId));
  });
});

it('the socket says how fast what runs grows: three dynos less the discount, none for those at their cap or stopped', () => {
  const said = linesOf(answers.json).flatMap(({ chargeId, priceKey, lineValues }) => {
    const rate = rates.get(chargeId);
    return rate === undefined ? [] : [[priceKey, lineValues.app, rate]];
  });
  expect(said.filter(([priceKey]) => priceKey === 'dyno.standard')).toEqual([
    // 3 × 25.00 / 2,592,000 s × 87.5 %, rounded down.
    ['dyno.standard', 'shop', '0.000025318287'],
  ]);
  expect(said.map(([, app]) => app)).not.toContain('jobs');
});

describe('one digit that differs', () => {
  const differs = (said: Said) => {
    const whole = saidByJson(answers.json);
    try {
      expect({ ...said, meteredThrough: '' }).toEqual({ ...partOf(whole, said), meteredThrough: '' });
    } catch {
      return true;
    }
    return false;
  };
  /** The text with the last digit of what the pattern finds changed. */
  const changed = (text: string, pattern: RegExp) => {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw new Error(`nothing matches ${pattern}`);
    return text.replace(
      found,
      found.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
  };

  it.each<[string, () => Said]>([
    ['an exact amount in CSV', () => saidByCsv(changed(answers.csv, /\d+\.\d{6,},/))],
    ['the total in CSV', () => saidByCsv(changed(answers.csv, /total,.*?\d+\.\d\d,/))],
    [
      'an exact amount on the invoice page',
      () => saidByInvoicePage(changed(answers.invoicePage, /ink-2">\d+\.\d{6,}/)),
    ],
    ['the tax on the invoice page', () => saidByInvoicePage(changed(answers.invoicePage, /Tax, [\s\S]*?\$\d+\.\d\d/))],
    ['the total on the overview', () => saidByOverview(changed(answers.overview, /class="figure"[\s\S]*?\$\d+\.\d\d/))],
    [
      'a charge on the overview',
      () => saidByOverview(changed(answers.overview, /charges\/\d[\s\S]*?data-exact="\d+\.\d{6,}/)),
    ],
    ['a quantity on the socket', () => ({ ...answers.socket, charges: changedQuantity(answers.socket) })],
  ])('is noticed: %s', (_, said) => {
    expect(differs(said())).toBe(true);
  });

  it('is noticed: an amount in the PDF', async () => {
    const lines = linesOf(answers.json);
    const said = await saidByPdf(answers.pdf.slice(), lines);
    expect(differs(said)).toBe(false);
    const [first = ''] = Object.keys(said.charges);
    expect(differs({ ...said, charges: { ...said.charges, [first]: { amount: '0.01' } } })).toBe(true);
  });

  function changedQuantity({ charges }: Said): Said['charges'] {
    const [[chargeId, facts] = ['', { amount: '' }]] = Object.entries(charges);
    return { ...charges, [chargeId]: { ...facts, quantity: `${facts.quantity}1` } };
  }
});

import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { paths } from '../app/paths.ts';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { LIVE_NAMESPACE } from '../server/domain/live-namespace.ts';
import type { ClientToServer, ServerToClient } from '../server/realtime/contract.ts';
import {
  partOf,
  type Said,
  saidByCsv,
  saidByInvoicePage,
  saidByJson,
  saidByOverview,
  saidByPdf,
  saidBySocket,
} from './support/invoices/invoice-readings.ts';
import { pricedMonth } from './support/invoices/priced-month.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** What a surface answered, as it came, and what the API answered at the same watermark. */
interface Beside<Answer> {
  json: string;
  answer: Answer;
}

interface Answers {
  csv: Beside<string>;
  invoicePage: Beside<string>;
  overview: Beside<string>;
  pdf: Beside<Uint8Array>;
  socket: Beside<Said>;
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
  const beside = <Answer>(ask: (json: string) => Promise<Answer | undefined>) => atOneWatermark(ask, priced.receivedAt);
  const text = async (path: string) => (await get(path)).text();
  const current = `/api/v1/accounts/${account.id}/invoices/current`;
  answers = {
    csv: await beside(() => text(`${current}.csv`)),
    invoicePage: await beside(() => text(paths.invoice(account.id, 'current'))),
    overview: await beside(() => text(paths.account(account.id))),
    pdf: await beside(async () => new Uint8Array(await (await get(`${current}.pdf`)).arrayBuffer())),
    socket: await beside(async (json) => {
      const { meteredThrough } = saidByJson(json);
      // Money reaches the socket a moment later, if it was computed at just this watermark.
      while (![...told.keys()].some((through) => through >= meteredThrough)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return told.get(meteredThrough);
    }),
  };
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

/** Asks again until the API says before and after an answer that the watermark is the same, and the last event is in it. */
async function atOneWatermark<Answer>(
  ask: (json: string) => Promise<Answer | undefined>,
  since: string,
): Promise<Beside<Answer>> {
  const ofApi = async () => (await get(`/api/v1/accounts/${account.id}/invoices/current`)).text();
  for (;;) {
    const json = await ofApi();
    const { meteredThrough } = saidByJson(json);
    if (meteredThrough < since) continue;
    const answer = await ask(json);
    // The watermark never goes back: if it is the same before and after, all between was computed at it.
    if (answer !== undefined && saidByJson(await ofApi()).meteredThrough === meteredThrough) return { json, answer };
  }
}

async function get(path: string): Promise<Response> {
  const response = await fetch(`${server.url}${path}`, { headers: { cookie } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** What each surface says, and what the API says beside it. */
function readings() {
  const { csv, invoicePage, pdf, socket } = answers;
  return {
    CSV: { json: csv.json, said: saidByCsv(csv.answer) },
    'invoice page': { json: invoicePage.json, said: saidByInvoicePage(invoicePage.answer) },
    PDF: saidByPdf(pdf.answer.slice(), linesOf(pdf.json)).then((said) => ({ json: pdf.json, said })),
    socket: { json: socket.json, said: socket.answer },
  };
}

const linesOf = (json: string) => (JSON.parse(json) as InvoiceView).lines;

describe('at one watermark', () => {
  it('the account has every kind of charge, so that there is something to compare', () => {
    const { lines, unpriced, credits, tax } = JSON.parse(answers.csv.json) as InvoiceView;
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

  it.each(['CSV', 'invoice page', 'PDF', 'socket'] as const)(
    '%s says of every charge and total what the API says, to the last digit',
    async (surface) => {
      const { json, said } = await readings()[surface];
      const whole = saidByJson(json);
      expect(Object.keys(said.charges).sort()).toEqual(Object.keys(whole.charges).sort());
      const expected = partOf(whole, said);
      // On paper it is told to the second.
      const clock = whole.meteredThrough.slice(0, 19).replace('T', ' ');
      expect(said).toEqual(surface === 'PDF' ? { ...expected, meteredThrough: clock } : expected);
    },
  );

  it('the overview says it of the total, of where it is heading and of the largest charges', () => {
    const { json, answer } = answers.overview;
    const said = saidByOverview(answer);
    expect(said).toEqual(partOf(saidByJson(json), said));
    const largest = linesOf(json)
      .map(({ chargeId, amountExact }) => ({ chargeId, amount: Number(amountExact) }))
      .sort((a, b) => b.amount - a.amount)
      .slice(0, 10);
    expect(Object.keys(said.charges)).toEqual(largest.map(({ chargeId }) => chargeId));
  });
});

it('the socket says how fast what runs grows: three dynos less the discount, none for those at their cap or stopped', () => {
  const said = linesOf(answers.socket.json).flatMap(({ chargeId, priceKey, lineValues }) => {
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
  const differs = (json: string, said: Said) => {
    const whole = saidByJson(json);
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

  it.each<[string, keyof Answers, () => Said]>([
    ['an exact amount in CSV', 'csv', () => saidByCsv(changed(answers.csv.answer, /\d+\.\d{6,},/))],
    ['the total in CSV', 'csv', () => saidByCsv(changed(answers.csv.answer, /total,.*?\d+\.\d\d,/))],
    [
      'an exact amount on the invoice page',
      'invoicePage',
      () => saidByInvoicePage(changed(answers.invoicePage.answer, /ink-2">\d+\.\d{6,}/)),
    ],
    [
      'the tax on the invoice page',
      'invoicePage',
      () => saidByInvoicePage(changed(answers.invoicePage.answer, /Tax, [\s\S]*?\$\d+\.\d\d/)),
    ],
    [
      'the total on the overview',
      'overview',
      () => saidByOverview(changed(answers.overview.answer, /class="figure"[\s\S]*?\$\d+\.\d\d/)),
    ],
    [
      'a charge on the overview',
      'overview',
      () => saidByOverview(changed(answers.overview.answer, /charges\/\d[\s\S]*?data-exact="\d+\.\d{6,}/)),
    ],
    [
      'a quantity on the socket',
      'socket',
      () => ({ ...answers.socket.answer, charges: changedQuantity(answers.socket.answer) }),
    ],
  ])('is noticed: %s', (_, surface, said) => {
    expect(differs(answers[surface].json, said())).toBe(true);
  });

  it('is noticed: an amount in the PDF', async () => {
    const { json, said } = await readings().PDF;
    expect(differs(json, said)).toBe(false);
    const [first = ''] = Object.keys(said.charges);
    expect(differs(json, { ...said, charges: { ...said.charges, [first]: { amount: '0.01' } } })).toBe(true);
  });

  function changedQuantity({ charges }: Said): Said['charges'] {
    const [[chargeId, facts] = ['', { amount: '' }]] = Object.entries(charges);
    return { ...charges, [chargeId]: { ...facts, quantity: `${facts.quantity}1` } };
  }
});

import { createHash } from 'node:crypto';
import { sharedPages } from '../support/explanations/shared-pages.ts';

/** Which things of a data folder are asked about, and the links' addresses below the server's. */
export interface Kept {
  /** When the folder was written last; the clock goes on from here. */
  writtenAt: string;
  accounts: string[];
  links: string[];
}

/** What files of invoices link to: the same whatever port a server has. */
export const PUBLIC_URL = 'http://billing.example';

/** Of many resources the pages of so many, and of the last, are read. */
const SOME = 3;

/** What one data folder answers, by path: texts, or the SHA-256 of files. */
export type Answers = Record<string, unknown>;

/** Asks for everything that was issued, shared or asked: what must stay as it is for good. */
export async function answersOf(url: string, operatorKey: string, { accounts, links }: Kept): Promise<Answers> {
  const answers: Answers = {};
  const get = async (path: string) => {
    const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${operatorKey}` } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  const json = async (path: string) => {
    const answer = await (await get(path)).json();
    answers[path] = answer;
    return answer;
  };
  const file = async (path: string) => {
    const bytes = Buffer.from(await (await get(path)).arrayBuffer());
    answers[path] = createHash('sha256').update(bytes).digest('hex');
  };

  for (const account of accounts) {
    const under = `/accounts/${account}`;
    const { data: heads } = (await (await get(`${under}/invoices?limit=200`)).json()) as {
      data: { id: string; state: string }[];
    };
    const issued = heads.filter(({ state }) => state === 'final' || state === 'void');
    answers[`${under}/invoices`] = issued;
    for (const { id, state } of issued) {
      const { lines } = (await json(`${under}/invoices/${id}`)) as { lines: { chargeId: string; corrects?: object }[] };
      await file(`${under}/invoices/${id}.csv`);
      await file(`${under}/invoices/${id}.pdf`);
      for (const { chargeId, corrects } of state === 'final' ? lines : []) {
        const charge = `${under}/charges/${chargeId}`;
        if (corrects !== undefined) await json(`${charge}/correction`);
        else answers[`${charge}/explanation`] = ofMoney(await (await get(`${charge}/explanation`)).json());
      }
    }
    const { data: questions } = (await json(`${under}/questions?limit=200`)) as { data: { id: string }[] };
    for (const { id } of questions) await json(`${under}/questions/${id}`);
    await json(`${under}/explanation-links?limit=200`);
    await json(`${under}/credits/entries?limit=200`);
  }
  for (const link of links) answers[link] = await everyPage(url, link);
  return answers;
}

/** Of an explanation that is computed again what is money: words about it may become better. */
function ofMoney(explanation: Record<string, unknown>): Record<string, unknown> {
  const { charge, steps, base, resources, resourceCount, prices, discountPercent, licenses, versions } = explanation;
  return { charge, steps, base, resources, resourceCount, prices, discountPercent, licenses, versions };
}

/** What a link's page and the pages below it tell in their tables; the status of one that shows nothing. */
async function everyPage(url: string, link: string): Promise<unknown> {
  const first = `${url}${link}`;
  const { status } = await fetch(first);
  if (status !== 200) return status;
  const pages: unknown[] = [];
  const take = async (address: string, choice = '') => {
    const found = await sharedPages(`${address}${choice}`);
    const told = found.map(({ rows, pageTotal }) => ({
      rows: rows.map(({ name, amountExact }) => ({ name, amountExact })),
      pageTotal,
    }));
    pages.push({ of: address.replace(url, ''), told });
    return found.flatMap(({ rows }) => rows);
  };
  const resources = await take(first);
  for (const { href } of resources.filter((_, i) => i < SOME || i === resources.length - 1)) {
    if (href !== null) await take(href, '?order=time');
  }
  await take(`${first}/events`);
  return pages;
}

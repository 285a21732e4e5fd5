import { Window } from 'happy-dom';
import type { Caller, World } from './world.ts';

/** A form as a page has it. */
export interface KnownForm {
  /** Address it is sent to, with its query. */
  action: string;
  caller: Caller;
  fields: { name: string; values: string[]; isTyped: boolean }[];
  /** Names and values of its buttons. */
  buttons: { name: string; value: string }[];
}

export interface Harvest {
  /** Addresses with their query, by who was shown them. */
  links: { caller: Caller; address: string }[];
  forms: KnownForm[];
}

/** Pages of one kind are alike after a few. */
const OF_A_KIND = 4;
const MOST_PAGES = 150;

/**
 * Follows every link of every page, as a customer, as support and as nobody, and keeps what was linked and the forms that were there.
 * @param kindOf the route an address belongs to
 */
export async function harvest(url: string, world: World, kindOf: (pathname: string) => string): Promise<Harvest> {
  const { customer, support } = world.callers.people;
  const nobody: Caller = { name: 'nobody', headers: { origin: url } };
  const accounts = [world.kept, world.played].map(({ account }) => `/accounts/${account.id}`);
  const found: Harvest = { links: [], forms: [] };
  const crawls: [Caller, string[]][] = [
    [customer, ['/', ...accounts]],
    [support, ['/inbox', ...accounts]],
    [nobody, ['/sign-in', ...world.tokens.map((token) => `/s/${token}`)]],
  ];
  for (const [caller, starts] of crawls) await crawl(url, caller, starts, kindOf, found);
  // Links that are looked at stay; only those of the account that is written to are taken back.
  found.forms = found.forms.filter(
    ({ action, fields }) => action.includes(world.played.account.id) || !fields.some(({ name }) => name === 'link'),
  );
  return found;
}

async function crawl(
  url: string,
  caller: Caller,
  starts: readonly string[],
  kindOf: (pathname: string) => string,
  found: Harvest,
): Promise<void> {
  const queue = [...starts];
  const seen = new Set(queue);
  const ofKind = new Map<string, number>();
  for (let pages = 0; queue.length > 0 && pages < MOST_PAGES; pages++) {
    const address = queue.shift() as string;
    found.links.push({ caller, address });
    const response = await fetch(`${url}${address}`, { headers: caller.headers, redirect: 'manual' });
    const text = await response.text();
    const here = new URL(address, url);
    if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) continue;
    const { links, forms } = read(text, here, caller);
    for (const form of forms) if (isNew(form, found.forms, kindOf)) found.forms.push(form);
    for (const link of links) {
      const { pathname, searchParams } = new URL(link, url);
      const kind = `${kindOf(pathname)} ${[...searchParams.keys()].sort()}`;
      const known = ofKind.get(kind) ?? 0;
      if (seen.has(link) || known >= OF_A_KIND) continue;
      seen.add(link);
      ofKind.set(kind, known + 1);
      queue.push(link);
    }
  }
}

function read(text: string, here: URL, caller: Caller): { links: string[]; forms: KnownForm[] } {
  const window = new Window({ url: here.href });
  const document = new window.DOMParser().parseFromString(text, 'text/html');
  const local = (href: string | null) => {
    const target = new URL(href ?? '', here);
    return target.origin === here.origin ? `${target.pathname}${target.search}` : null;
  };
  const links = [...document.querySelectorAll('a[href]')].map((link) => local(link.getAttribute('href')));
  const forms = [...document.querySelectorAll('form')]
    .filter((form) => form.getAttribute('method')?.toLowerCase() === 'post')
    .map(
      (form): KnownForm => ({
        caller,
        action: local(form.getAttribute('action')) ?? '/',
        fields: [...form.querySelectorAll('input[name], select[name], textarea[name]')].map((field) => ({
          name: field.getAttribute('name') ?? '',
          isTyped: isTyped(field.tagName, field.getAttribute('type')),
          values:
            field.tagName === 'SELECT'
              ? [...field.querySelectorAll('option')].map((option) => option.getAttribute('value') ?? '')
              : [field.getAttribute('value') ?? ''],
        })),
        buttons: [...form.querySelectorAll('button[name]')].map((button) => ({
          name: button.getAttribute('name') ?? '',
          value: button.getAttribute('value') ?? '',
        })),
      }),
    );
  void window.happyDOM.close();
  return { links: links.filter((link) => link !== null), forms };
}

function isTyped(tag: string, type: string | null): boolean {
  return tag === 'TEXTAREA' || (tag === 'INPUT' && [null, '', 'text', 'email', 'password'].includes(type));
}

/** The same form stands on each page, sign-out for one, and forms of one kind are alike. */
function isNew(form: KnownForm, known: readonly KnownForm[], kindOf: (pathname: string) => string): boolean {
  const kind = ({ action, caller, fields, buttons }: KnownForm) =>
    JSON.stringify([kindOf(action.split('?')[0] ?? ''), caller.name, fields.map(({ name }) => name), buttons]);
  const alike = known.filter((each) => kind(each) === kind(form));
  return alike.length < OF_A_KIND && !alike.some(({ action }) => action === form.action);
}

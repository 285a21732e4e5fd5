import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import { encoded, hostileSegment, mutatedQuery, queryOf } from './address.ts';
import type { Case, Intent } from './case.ts';
import type { Harvest } from './harvest.ts';
import type { HttpRequest } from './http.ts';
import { hostileHeader } from './values/hostile-headers.ts';
import type { Random } from './values/random.ts';
import { type Caller, NAMES, type Place, type World } from './world.ts';

const BUILT = fileURLToPath(new URL('../../build/server/index.js', import.meta.url));

/** A page of the built app. */
export interface Page {
  /** `routes/…`, as the build names it. */
  id: string;
  /** With its parameters: `/accounts/:accountId/days/:day`. */
  pattern: string;
}

/** Every page of the build the server serves. @throws when it is not built */
export async function pagesOfBuild(): Promise<Page[]> {
  if (!existsSync(BUILT)) throw new Error('The pages are not built: run "npm run build" first.');
  const { routes } = (await import(pathToFileURL(BUILT).href)) as ServerBuild;
  const pathOf = (id: string | undefined): string => {
    const route = id === undefined ? undefined : routes[id];
    return route === undefined ? '' : `${pathOf(route.parentId)}${route.path ? `/${route.path}` : ''}`;
  };
  return Object.keys(routes)
    .filter((id) => id !== 'root')
    .map((id) => ({ id, pattern: pathOf(id) || '/' }));
}

/** Which page an address is of. */
export function kindOf(pages: readonly Page[]): (pathname: string) => string {
  const patterns = pages.map(({ pattern }) => {
    const source = pattern.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace('/*', '/.*');
    return { pattern, expression: new RegExp(`^${source}$`) };
  });
  return (pathname) => patterns.find(({ expression }) => expression.test(pathname))?.pattern ?? pathname;
}

/** One request of a page: as a browser asks for it, or for its data, or as none does. */
export function pageCase(
  page: Page,
  intent: Intent,
  { world, harvest, random, kind }: { world: World; harvest: Harvest; random: Random; kind: (path: string) => string },
): Case {
  const known = harvest.links.filter(({ address }) => kind(address.split('?')[0] ?? '') === page.pattern);
  const linked = known.length > 0 && random.chance(0.6) ? random.pick(known) : null;
  const { kept, played, callers } = world;
  const place = random.pick([kept, kept, played]);
  const caller = linked?.caller ?? random.pick([callers.people.customer, callers.people.support]);
  const [path = '/', search = ''] = (linked?.address ?? pathOf(page, place, world, random)).split('?');
  const pairs = [...new URLSearchParams(search).entries()];
  const made = { path, query: queryOf(pairs), headers: { ...caller.headers }, method: 'GET' };
  delete made.headers.origin;
  const faults = intent === 'valid' ? 0 : intent === 'nearly' ? 1 : 1 + random.below(3);
  for (let fault = 0; fault < faults; fault++) spoil(made, pairs, { world, harvest, random });
  const variant = dataVariant(made, page, random);
  return { kind: 'http', about: `page ${page.pattern} (${page.id})`, intent, request: variant };
}

interface Made {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
}

function pathOf({ pattern }: Page, place: Place, world: World, random: Random): string {
  const charge = random.pick(place.charges);
  const named: Record<string, () => string> = {
    accountId: () => place.account.id,
    chargeId: () => charge.id,
    resource: () => (charge.resources.length > 0 ? random.pick(charge.resources) : NAMES.app),
    day: () => `${charge.id.slice(0, 7)}-${random.pick(['02', '03', '04', '21'])}`,
    invoiceId: () => random.pick(place.invoices),
    questionId: () => random.pick(place.questions),
    token: () => random.pick(world.tokens),
  };
  const { source, id } = random.pick(place.events);
  const needed: Record<string, string> = {
    '/accounts/:accountId/events': queryOf([
      ['source', source],
      ['id', id],
    ]),
    '/accounts/:accountId/questions/new': queryOf([['charge', charge.id]]),
    '/accounts/:accountId/changes': queryOf(
      ['from', 'to', 'compareFrom', 'compareTo'].map((bound) => [bound, `${charge.id.slice(0, 7)}-03`] as const),
    ),
  };
  return `${pattern.replace(/:(\w+)/g, (_, name: string) => encoded(named[name]?.() ?? ''))}${needed[pattern] ?? ''}`;
}

function spoil(
  made: Made,
  pairs: readonly (readonly [string, string])[],
  { world, harvest, random }: { world: World; harvest: Harvest; random: Random },
): void {
  switch (random.weighed({ segment: 4, search: 4, borrowed: 3, caller: 2, header: 1, method: 0.5, more: 0.5 })) {
    case 'header':
      Object.assign(made.headers, hostileHeader(random));
      break;
    case 'segment': {
      const segments = made.path.split('/').slice(1);
      const at = random.below(segments.length);
      made.path = `/${segments.map((segment, i) => (i === at ? hostileSegment(random) : segment)).join('/')}`;
      break;
    }
    case 'search':
      made.query = mutatedQuery(random, pairs);
      break;
    case 'borrowed': {
      // A parameter that some other page knows.
      const others = harvest.links.flatMap(({ address }) => [
        ...new URLSearchParams(address.split('?')[1] ?? '').entries(),
      ]);
      const borrowed = [...pairs, others.length > 0 ? random.pick(others) : (['cursor', 'x'] as const)];
      made.query = random.chance(0.3) ? queryOf(borrowed) : mutatedQuery(random, borrowed.slice(-1));
      break;
    }
    case 'caller': {
      const others: Caller[] = [...Object.values(world.callers.people), { name: 'nobody', headers: {} }];
      made.headers = { ...random.pick(others).headers };
      break;
    }
    case 'method':
      made.method = random.pick(['HEAD', 'TRACE', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
      break;
    default:
      made.path = `${made.path}/${hostileSegment(random)}`;
  }
}

/** Remix answers for a page's data under other addresses. */
function dataVariant({ method, path, query, headers }: Made, page: Page, random: Random): HttpRequest {
  const and = query === '' ? '?' : '&';
  switch (random.weighed({ page: 6, data: 3, routes: 1, old: 0.5, manifest: 0.5 })) {
    case 'data':
      return { method, headers, path: `${path === '/' ? '/_root' : path}.data${query}` };
    case 'routes':
      return {
        ...{ method, headers },
        path: `${path === '/' ? '/_root' : path}.data${query}${and}_routes=${encoded(random.pick([page.id, 'root', 'routes/none', '__proto__', '']))}`,
      };
    case 'old':
      return {
        method,
        headers,
        path: `${path}${query}${and}_data=${encoded(random.pick([page.id, 'root', 'constructor']))}`,
      };
    case 'manifest':
      return { method, headers, path: `/__manifest?p=${encoded(path)}&version=${random.pick(['', 'x', '0'])}` };
    default:
      return { method, headers, path: `${path}${query}` };
  }
}

import { type Change, changeIdOf, type TwoSpans } from '#server/domain/change-id.ts';
import type { Grouping } from '#server/domain/grouping.ts';
import { nameInPath, nameOfSegment } from '#server/domain/text/name-in-path.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import { type EventRef, eventParam } from './event-param.ts';

/** What the usage page can be asked for; each is a search parameter of its address. */
export interface UsageChoice {
  /** Billing period as `YYYY-MM`; absent for the open one. */
  period?: string;
  /** Meter key. */
  meter?: string;
  /** A dimension of the meter, or `subject`. */
  groupBy?: string;
  view?: 'chart' | 'table';
}

/** What a day is told of: of which charges, by what, and of which hour alone: when that begins. */
type DayChoice = ChargeChoice & { by?: Grouping | undefined; hour?: string | undefined };

/** Where in a list of intervals, and whether that begins with what cost most or with what began first. */
export interface ListPlace {
  order?: 'time' | undefined;
  cursor?: string | undefined;
}

/** Which events of a charge, and where in their list: from a day on, or after a page. */
export interface EventsPlace {
  resource?: string;
  from?: string;
  to?: string;
  /** `YYYY-MM-DD`. */
  day?: string;
  cursor?: string;
}

/** The address of every screen: the only place that spells them. */
export const paths = {
  home: () => '/',
  signIn: (redirectTo?: string) => `/sign-in${query({ redirectTo })}`,
  signOut: () => '/sign-out',
  accounts: () => '/accounts',
  /** The overview: of the open billing period, or of another; told by app unless by something else. */
  account: (accountId: string, { by, period }: { by?: Grouping | undefined; period?: string | undefined } = {}) =>
    `/accounts/${encodeURIComponent(accountId)}${query({ by: by === 'app' ? undefined : by, period })}`,
  usage: (accountId: string, choice: UsageChoice = {}) =>
    `/accounts/${encodeURIComponent(accountId)}/usage${query({ ...choice })}`,
  licenses: (accountId: string, period?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/licenses${query({ period })}`,
  invoices: (accountId: string, cursor?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/invoices${query({ cursor })}`,
  /** `invoiceId` as the invoice list gives it; with a charge the page opens at its line. */
  invoice: (accountId: string, invoiceId: string, chargeId?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(invoiceId)}${chargeId === undefined ? '' : `#${chargeId}`}`,
  /** Some charges of an invoice, with their sum. */
  invoiceCharges: (accountId: string, invoiceId: string, choice: ChargeChoice) =>
    `${paths.invoice(accountId, invoiceId)}${choiceQuery(choice)}`,
  /** What a day cost, `YYYY-MM-DD`; of some charges, or of all; told by app, or by something else. */
  day: (accountId: string, day: string, { hour, ...choice }: DayChoice = {}) =>
    `/accounts/${encodeURIComponent(accountId)}/days/${day}${query({ hour }, choiceSearch(choice))}`,
  /** An invoice as a file; of the API, which takes the session of the browser. */
  invoiceFile: (accountId: string, invoiceId: string, extension: 'pdf' | 'csv') =>
    `/api/v1/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(invoiceId)}.${extension}`,
  /** A charge opened: what it is made of. */
  charge: (accountId: string, chargeId: string, cursor?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/charges/${encodeURIComponent(chargeId)}${query({ cursor })}`,
  /** What a charge cost on a day. */
  chargeDay: (accountId: string, chargeId: string, day: string, cursor?: string) =>
    `${paths.charge(accountId, chargeId)}/days/${day}${query({ cursor })}`,
  /** What one resource adds to a charge: its intervals, or its hours. */
  chargeResource: (accountId: string, chargeId: string, resource: string, at: ListPlace = {}) =>
    `${paths.charge(accountId, chargeId)}/resources/${nameInPath(resource)}${query({ ...at })}`,
  /** The events a charge is made of; of one resource, or of a stretch of time. */
  chargeEvents: (accountId: string, chargeId: string, within: EventsPlace = {}) =>
    `${paths.charge(accountId, chargeId)}/events${query({ ...within })}`,
  /** All links to charges and differences of an account. */
  links: (accountId: string, cursor?: string) => `/accounts/${encodeURIComponent(accountId)}/links${query({ cursor })}`,
  /** What a link shows: a charge, or a difference, as it was; further resources of it with a cursor. */
  shared: (token: string, cursor?: string) => `/s/${encodeURIComponent(token)}${query({ cursor })}`,
  /** What one resource added to a shared charge. */
  sharedResource: (token: string, resource: string, at: ListPlace = {}) =>
    `${paths.shared(token)}/resources/${nameInPath(resource)}${query({ ...at })}`,
  /** The events a shared charge was made of. */
  sharedEvents: (token: string, within: EventsPlace = {}) => `${paths.shared(token)}/events${query({ ...within })}`,
  /**
   * What makes the difference between a period and the one before, a day and another, a charge and the one before, or any two spans:
   * from a day or an instant to another. Of some charges only, or of all.
   */
  changes: (
    accountId: string,
    of:
      | { period?: string | undefined }
      | { day: string; against: 'previous' | 'usual' }
      | { charge: string }
      | TwoSpans = {},
    { all = false, choice = {} }: { all?: boolean; choice?: ChargeChoice } = {},
  ) =>
    `/accounts/${encodeURIComponent(accountId)}/changes${query({ ...of, ...(all ? { all: '1' } : {}) }, choiceSearch(choice))}`,
  /** Where a difference is as it is now. */
  change: (accountId: string, asked: Change, within: { all?: boolean; choice?: ChargeChoice } = {}): string =>
    paths.changes(accountId, 'chargeId' in asked ? { charge: asked.chargeId } : asked, within),
  /** Money granted to the account, and what became of it. */
  credits: (accountId: string, cursor?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/credits${query({ cursor })}`,
  /** What became of an event. */
  event: (accountId: string, event?: EventRef) =>
    `/accounts/${encodeURIComponent(accountId)}/events${query({ source: event?.source, id: event?.id })}`,
  questions: (accountId: string, cursor?: string) =>
    `/accounts/${encodeURIComponent(accountId)}/questions${query({ cursor })}`,
  question: (accountId: string, questionId: string) =>
    `/accounts/${encodeURIComponent(accountId)}/questions/${encodeURIComponent(questionId)}`,
  /** Asks about a charge, or about some of its events. */
  ask: (accountId: string, chargeId: string, events: readonly EventRef[] = []) => {
    const search = new URLSearchParams({ charge: chargeId });
    for (const ref of events) search.append('event', eventParam(ref));
    return `/accounts/${encodeURIComponent(accountId)}/questions/new?${search}`;
  },
  /** Asks about a difference. */
  askChange: (accountId: string, asked: Change) =>
    `/accounts/${encodeURIComponent(accountId)}/questions/new?${new URLSearchParams({ change: changeIdOf(asked) })}`,
  /** The questions of all accounts that wait for support. */
  inbox: () => '/inbox',
};

function query(values: Record<string, string | undefined>, search = new URLSearchParams()): string {
  for (const [name, value] of Object.entries(values)) if (value) search.set(name, value);
  return search.size === 0 ? '' : `?${search}`;
}

/**
 * The resource an address is of, from the address itself: the router's parameter has a slash where a name has an escaped one.
 * @param url of a loader's request
 */
export function resourceOf(url: string): string {
  return nameOfSegment(decodeURIComponent(new URL(url).pathname.replace(/\/+$/, '').split('/').at(-1) ?? ''));
}

/** Names of what chooses charges in an address: what may come once, and what several times. */
export const CHOICE_NAMES = {
  one: ['app', 'team', 'product', 'price'],
  many: ['except', 'exceptTeam', 'exceptProduct', 'exceptPrice'],
} as const;

/** The charges an address chooses: the other way round from `paths.invoiceCharges`. */
export function choiceOf(search: URLSearchParams): ChargeChoice {
  const [license, meter] = [search.get('license'), search.get('meter')];
  return { ...groupsOf(search), ...(license ? { license } : {}), ...(meter ? { meter } : {}) };
}

/** The groups an address chooses, where licenses and meters are none. */
export function groupsOf(search: URLSearchParams): Omit<ChargeChoice, 'license' | 'meter'> {
  const [app, team] = [search.get('app'), search.get('team')];
  const [product, price] = [search.get('product'), search.get('price')];
  const all = (name: string) => (search.has(name) ? search.getAll(name) : null);
  const [exceptApps, exceptTeams, exceptProducts, exceptPrices] = CHOICE_NAMES.many.map(all);
  return {
    ...(app === null ? {} : { app }),
    ...(exceptApps == null ? {} : { exceptApps }),
    ...(team === null ? {} : { team }),
    ...(exceptTeams == null ? {} : { exceptTeams }),
    ...(product ? { product } : {}),
    ...(price ? { price } : {}),
    ...(exceptProducts == null ? {} : { exceptProducts }),
    ...(exceptPrices == null ? {} : { exceptPrices }),
  };
}

/** An app may be called nothing, so what is empty counts too. */
function choiceQuery(choice: ChargeChoice & { by?: string | undefined }): string {
  const search = choiceSearch(choice);
  return search.size === 0 ? '' : `?${search}`;
}

function choiceSearch(choice: ChargeChoice & { by?: string | undefined }): URLSearchParams {
  const search = new URLSearchParams();
  const { by, license, meter, product, price, app, team } = choice;
  for (const [name, value] of Object.entries({ by, license, meter, product, price, app, team })) {
    if (value !== undefined) search.set(name, value);
  }
  for (const except of choice.exceptApps ?? []) search.append('except', except);
  for (const except of choice.exceptTeams ?? []) search.append('exceptTeam', except);
  for (const except of choice.exceptProducts ?? []) search.append('exceptProduct', except);
  for (const except of choice.exceptPrices ?? []) search.append('exceptPrice', except);
  return search;
}

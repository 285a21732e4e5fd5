import type { Database } from '../../../../database/database.types.ts';
import { type CreditGrant, grantsById } from '../../../../database/invoices/credits.ts';
import { exactText } from '../../../../domain/decimal.ts';
import { microsOf, toRfc3339 } from '../../../../domain/instant.ts';
import { type Amount, amountText, parseAmount } from '../../../../domain/money.ts';
import { instantWords } from '../../sentence.ts';
import type { LateCause, LateCauses } from '../causes/late-causes.ts';
import type { ToldDriver } from '../changes.types.ts';
import type { Invoiced } from '../invoiced.ts';
import { toldEvent } from './cause-words.ts';
import { namedUse } from './driver-words.ts';
import { causeShown, correctionShown } from './hidden-drivers.ts';
import type { FullWording } from './wording.ts';

/** What these drivers are told from. */
export interface InvoicedDeps {
  database: Database;
  lateCauses: LateCauses;
}

/** Of so many corrections, the largest, the events that came late are told. */
const TOLD_WITH_EVENTS = 4;

type Worded = Pick<FullWording, 'minorUnit' | 'timeZone' | 'isBetween' | 'hidden'>;

/** What corrections, credits and tax make of a difference: the last to be replaced, in this order. */
export async function invoicedDrivers(
  deps: InvoicedDeps,
  accountId: string,
  { before, now }: { before: Invoiced; now: Invoiced },
  wording: Worded,
): Promise<ToldDriver[]> {
  return [
    ...(await correctionDrivers(deps, accountId, { before, now }, wording)),
    ...(await creditDrivers(deps, accountId, { before, now }, wording)),
    ...taxDriver(before, now, moneyIn(wording)),
  ];
}

const moneyIn =
  ({ minorUnit }: Worded) =>
  (amount: Amount) =>
    exactText(amountText(amount), minorUnit);

const size = (amount: Amount) => (amount < 0n ? -amount : amount);

async function correctionDrivers(
  { lateCauses }: InvoicedDeps,
  accountId: string,
  { before, now }: { before: Invoiced; now: Invoiced },
  { timeZone, hidden }: Worded,
): Promise<ToldDriver[]> {
  const all = [
    ...now.corrections.map((each) => ({ ...each, stands: 'stands on this invoice', added: each.amount })),
    ...before.corrections.map((each) => ({ ...each, stands: 'stood on the invoice before', added: -each.amount })),
  ].sort((a, b) => (size(a.amount) > size(b.amount) ? -1 : 1));
  return Promise.all(
    all.map(async (each, i): Promise<ToldDriver> => {
      const { chargeId, description, lineValues, isFinal, stands, added } = correctionShown(each, hidden);
      const events = i < TOLD_WITH_EVENTS ? await lateCauses(accountId, each.chargeId, isFinal) : [];
      const late = events.map((event) => causeShown(event, hidden));
      const [first] = late;
      const amountExact = amountText(added);
      return {
        kind: 'correction',
        description: `${namedUse(description, lineValues, '')} ${stands}${lateWords(late, timeZone)}`,
        ...(first === undefined ? {} : { at: toRfc3339(first.receivedAt) }),
        ...(first?.actor == null ? {} : { actor: first.actor }),
        ...{ chargeId, amountExact },
        ...(late.length === 0 ? {} : { eventRefs: late.map(toldEvent), eventsAre: 'cause' }),
        inside: [{ chargeId, description, lineValues, resource: null, amountExact }],
      };
    }),
  );
}

/** `: what robin@tern.example did on 27 Sept, 09:00 UTC was told on 25 Oct, 07:30 UTC`. */
function lateWords(late: readonly LateCause[], timeZone: string): string {
  const [first] = late;
  if (first === undefined) return '';
  const [at, told] = [first.at, first.receivedAt].map((instant) => instantWords(toRfc3339(instant), timeZone));
  return `: what ${first.actor === null ? 'happened' : `${first.actor} did`} on ${at} was told on ${told}`;
}

async function creditDrivers(
  { database }: InvoicedDeps,
  accountId: string,
  { before, now }: { before: Invoiced; now: Invoiced },
  wording: Worded,
): Promise<ToldDriver[]> {
  const money = moneyIn(wording);
  const paid = ({ credits }: Invoiced, reason: string) =>
    credits.reduce((sum, each) => sum + (each.reason === reason ? each.amount : 0n), 0n);
  const reasons = [...new Set([...before.credits, ...now.credits].map(({ reason }) => reason))];
  const less = reasons.filter((reason) => paid(before, reason) > paid(now, reason));
  const ids = before.credits.flatMap(({ grantId, reason }) => (less.includes(reason) ? [grantId] : []));
  const lapsed = ids.length === 0 ? [] : (await grantsById(database.queries, accountId, ids)).filter(isLapsed(wording));
  return reasons.flatMap((reason): ToldDriver[] => {
    const [was, is] = [paid(before, reason), paid(now, reason)];
    if (was === is) return [];
    const credit = wording.hidden.naming === null ? reason : `Credit ${reasons.indexOf(reason) + 1}`;
    const description =
      is === 0n
        ? `${credit} paid ${money(was)} before, and nothing now`
        : was === 0n
          ? `${credit} pays ${money(is)}`
          : `${credit} pays ${money(is)} instead of ${money(was)}`;
    const grant = lapsed.findLast((each) => each.reason === reason);
    return [
      {
        kind: 'credit',
        description: `${description}${grant === undefined ? '' : lapseWords(grant, wording)}`,
        arithmetic: `${money(was)} − ${money(is)}`,
        ...(grant === undefined ? {} : { at: expiryOf(grant) }),
        ...{ amountExact: amountText(was - is), inside: [] },
      },
    ];
  });
}

type Expiring = CreditGrant & { expiresAt: Date };

const expiryOf = ({ expiresAt }: Expiring) => toRfc3339(microsOf(expiresAt));

/** Whether a grant's time was over within what is compared, and something of it was left. */
const isLapsed =
  ({ isBetween }: Worded) =>
  (grant: CreditGrant): grant is Expiring =>
    grant.expiresAt !== null && isBetween(microsOf(grant.expiresAt)) && leftOf(grant) > 0n;

/** What no invoice drew: written off already, or as soon as the invoices of its time are final. */
const leftOf = ({ lapsed, balance }: CreditGrant): Amount => (parseAmount(lapsed) + parseAmount(balance)) as Amount;

function lapseWords(grant: Expiring, wording: Worded): string {
  const left = moneyIn(wording)(leftOf(grant));
  return `: it lapsed on ${instantWords(expiryOf(grant), wording.timeZone)}, with ${left} left`;
}

function taxDriver(before: Invoiced, now: Invoiced, money: (amount: Amount) => string): ToldDriver[] {
  if (before.tax === now.tax) return [];
  const arithmetic = `${money(now.tax)} − ${money(before.tax)}`;
  const description = `Tax comes to ${money(now.tax)} instead of ${money(before.tax)}`;
  return [{ kind: 'tax', description, arithmetic, amountExact: amountText(now.tax - before.tax), inside: [] }];
}

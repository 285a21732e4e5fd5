import type { Change } from '../../domain/change-id.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { type Naming, namedValues } from '../charge/names.ts';
import type { Changes, DriverEvent, DriverInside, ToldDriver } from '../why/changes/changes.types.ts';
import type { ChangeTold } from './frozen-change.ts';
import { CREDIT_BY_PLACE, generalWords } from './general-words.ts';
import { ACCOUNT } from './hidden-account.ts';
import { each, ifAny, inside, LEFT_OUT, type Rules, redacted, TOLD } from './redaction-rules.ts';

interface Way {
  naming: Naming;
}

const named =
  (kind: string) =>
  (name: string, { naming }: Way) =>
    naming(kind, name);
const namedIfAny =
  (kind: string) =>
  (name: string | null, { naming }: Way) =>
    name === null ? null : naming(kind, name);
const valued = (values: Readonly<Record<string, string>>, { naming }: Way) => namedValues(values, naming);

const INSIDE: Rules<DriverInside, Way> = {
  // Told apart, since a driver says of how many charges it is.
  chargeId: named('charge'),
  // What a price is for, as on any price list.
  description: TOLD,
  lineValues: valued,
  resource: namedIfAny('resource'),
  arithmetic: TOLD,
  amountExact: TOLD,
};

const EVENT: Rules<DriverEvent, Way> = {
  source: named('source'),
  id: named('event'),
  at: TOLD,
  actor: named('person'),
};

const DRIVER: Rules<ToldDriver, Way> = {
  kind: TOLD,
  // Looked at below.
  description: TOLD,
  arithmetic: TOLD,
  at: TOLD,
  actor: named('person'),
  chargeId: named('charge'),
  resource: named('resource'),
  eventRefs: each(EVENT),
  eventsAre: TOLD,
  amountExact: TOLD,
  groupBy: LEFT_OUT,
  inside: each(INSIDE),
};

const CHANGES: Rules<Changes, Way> = {
  from: TOLD,
  to: TOLD,
  compareFrom: TOLD,
  compareTo: TOLD,
  currency: TOLD,
  minorUnit: TOLD,
  timeZone: TOLD,
  amountExact: TOLD,
  compareAmountExact: TOLD,
  differenceExact: TOLD,
  compareSpans: each({ from: TOLD, to: TOLD, amountExact: TOLD }),
  drivers: driversWithoutNames,
  meteredThrough: TOLD,
};

/**
 * Words of what is frozen without names are made without them (`why/changes/told/hidden-drivers.ts`): they are told where nothing beside
 * them has a name. Else they may have some, too, and what is said is general.
 */
function driversWithoutNames(drivers: ToldDriver[], way: Way): ToldDriver[] {
  const shown = each(DRIVER)(drivers, way);
  const hadNone = canonicalJson(shown) === canonicalJson(drivers);
  return shown.map((driver) => {
    const isTold = hadNone && (driver.kind !== 'credit' || CREDIT_BY_PLACE.test(driver.description));
    return isTold ? driver : { ...driver, description: generalWords(driver) };
  });
}

/** A difference with everything called by something that does not tell whose it is; of one told so it is the same again. */
export function changesWithoutNames(changes: Changes, naming: Naming): Changes {
  return redacted(CHANGES, changes, { naming });
}

/** Without who did something, which is said by an event's payload. */
export function changesWithoutActors(changes: Changes): Changes {
  const eventsOf = ({ eventRefs }: ToldDriver) =>
    eventRefs === undefined ? {} : { eventRefs: eventRefs.map(({ actor: _, ...event }) => event) };
  const drivers = changes.drivers.map(({ actor: _, ...driver }) => ({ ...driver, ...eventsOf(driver) }));
  return { ...changes, drivers };
}

const CHARGE: Rules<NonNullable<ChangeTold['charge']>, Way> = { description: TOLD, lineValues: valued };

const CHANGE_TOLD: Rules<ChangeTold, Way> = {
  account: inside(ACCOUNT),
  asked: askedWithoutNames,
  charge: ifAny(CHARGE),
  periodKey: TOLD,
  estimated: TOLD,
  changes: inside(CHANGES),
};

/** Only charges are asked for by name. */
function askedWithoutNames(asked: Change): Change {
  if ('chargeId' in asked) return { chargeId: 'charge' };
  if ('period' in asked) return { period: asked.period };
  if ('day' in asked) return { day: asked.day, against: asked.against };
  const { from, to, compareFrom, compareTo } = asked;
  return { from, to, compareFrom, compareTo };
}

/** The same with whose it is and what was asked for. */
export function changeWithoutNames(told: ChangeTold, naming: Naming): ChangeTold {
  return redacted(CHANGE_TOLD, told, { naming });
}

import { type Naming, namedValues } from '../../../charge/names.ts';
import type { Cause, Causes } from '../causes/causes.types.ts';
import type { Driver } from '../drivers.ts';
import type { Invoiced } from '../invoiced.ts';
import type { Happening } from './told-drivers.ts';

/** What of a difference is not told. */
export interface Hidden {
  /** How names are told instead; `null` where they are told as they are. */
  naming: Naming | null;
  /** What events contain, and with it who did something. */
  payloads: boolean;
}

/** Everything is told. */
export const NOTHING_HIDDEN: Hidden = { naming: null, payloads: false };

/** A happening under the names that are told, so that whatever words are made of it have no others. */
export function happeningShown(happening: Happening, { naming }: Hidden): Happening {
  if (naming === null) return happening;
  const { app, drivers, group } = happening;
  return {
    ...happening,
    app: app === null ? null : naming('app', app),
    drivers: drivers.map((driver) => driverNamed(driver, naming)),
    group: namedValues(group, naming),
  };
}

function driverNamed(driver: Driver, naming: Naming): Driver {
  const { line, resource } = driver;
  return {
    ...driver,
    line: { ...line, lineValues: namedValues(line.lineValues, naming) },
    resource: naming('resource', resource),
  };
}

/** The events behind a driver as they are told. */
export function causesShown(causes: Causes, hidden: Hidden): Causes {
  const { events, actor } = causes;
  return { ...causes, events: events.map((event) => causeShown(event, hidden)), actor: actorShown(actor, hidden) };
}

/** An event as it is told. */
export function causeShown<Given extends Cause>(cause: Given, hidden: Hidden): Given {
  const { naming, payloads } = hidden;
  const { source, id, actor, data } = cause;
  return {
    ...cause,
    ...(naming === null ? {} : { source: naming('source', source), id: naming('event', id) }),
    ...{ actor: actorShown(actor, hidden), data: payloads ? {} : data },
  };
}

function actorShown(actor: string | null, { naming, payloads }: Hidden): string | null {
  if (actor === null || payloads) return null;
  return naming === null ? actor : naming('person', actor);
}

/** The id of a charge as it is told: it is made of what it is the id of, so that a guessed name could be seen to be right. */
export function chargeIdShown(chargeId: string, { naming }: Hidden): string {
  return naming === null ? chargeId : naming('charge', chargeId);
}

/** A correction as it is told: without the number of the invoice it corrects, which begins with the account's. */
export function correctionShown<Given extends Invoiced['corrections'][number]>(given: Given, hidden: Hidden): Given {
  const { naming } = hidden;
  if (naming === null) return given;
  const description = given.description.replace(/^.*?: /s, 'Correction: ');
  const chargeId = chargeIdShown(given.chargeId, hidden);
  return { ...given, chargeId, description, lineValues: namedValues(given.lineValues, naming) };
}

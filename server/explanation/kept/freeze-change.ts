import { createHash, randomBytes } from 'node:crypto';
import { couldChange, periodHolding, periodsWithin } from '../../billing/account-period.ts';
import { getAccount } from '../../database/accounts/accounts.ts';
import type { Database } from '../../database/database.types.ts';
import type { FrozenExplanation, Redaction } from '../../database/support/frozen-explanations.ts';
import type { Change } from '../../domain/change-id.ts';
import { microsOf, readEventTime } from '../../domain/instant.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { ChargeFinder } from '../charge/find-charge.ts';
import { type Naming, namedValues, namingAgain, namingWith } from '../charge/names.ts';
import type { ChangesReader } from '../why/changes/changes.ts';
import type { Changes } from '../why/changes/changes.types.ts';
import type { Hidden } from '../why/changes/told/hidden-drivers.ts';
import { twoSpans } from '../why/changes/two-spans.ts';
import { changeTitle } from './change-title.ts';
import { type ChangeTold, changeBasisToKeep, changeToKeep, type FrozenChange } from './frozen-change.ts';
import { changesWithoutActors, changeWithoutNames } from './hidden-changes.ts';

/** What differences are frozen from. */
export interface ChangeFreezeDeps {
  database: Database;
  find: ChargeFinder;
  changes: ChangesReader;
  readings: Readings;
  now: () => Date;
}

/** Freezes a difference; `null` where there is none of that. @throws SpanError for spans that cannot be compared */
export type FreezeChange = (
  accountId: string,
  change: Change,
  redaction: Redaction,
) => Promise<FrozenExplanation | null>;

/** Builds the function that freezes differences, with all their drivers: what comes later makes them no other. */
export function createChangeFreeze(deps: ChangeFreezeDeps): FreezeChange {
  return async (accountId, change, redaction) => {
    const secret = randomBytes(32).toString('base64url');
    const naming = redaction.hideNames ? namingWith(secret) : null;
    const told = await deps.readings.together(() => read(deps, accountId, change, hiddenBy(redaction, naming)));
    if (told === null) return null;
    const content = changeAsShared(told, redaction, namingAgain(namingWith(secret)));
    return {
      content: changeToKeep(content),
      sha256: hashOfChange(content),
      basis: changeBasisToKeep({ secret }),
      meteredThroughMicros: readEventTime(told.changes.meteredThrough) as number,
      description: changeTitle(content.told),
    };
  };
}

/** What the engine is not to tell of what a link hides. */
export function hiddenBy({ hidePayloads }: Redaction, naming: Naming | null): Hidden {
  return { naming, payloads: hidePayloads };
}

/** A difference as whoever has the link is to see it: of one kept long ago, by the rules of today. */
export function changeAsShared(told: ChangeTold, redaction: Redaction, naming: Naming): FrozenChange {
  const { hidePayloads, hideNames } = redaction;
  const named = hideNames ? changeWithoutNames(told, naming) : told;
  const shown = hidePayloads ? { ...named, changes: changesWithoutActors(named.changes) } : named;
  return { told: shown, redaction: { hidePayloads, hideNames } };
}

/** SHA-256 of a difference as it would be kept, hex: of what is shown of it. */
export function hashOfChange(content: FrozenChange): string {
  return createHash('sha256').update(changeToKeep(content)).digest('hex');
}

async function read(
  { database: { queries }, find, changes: reader, now }: ChangeFreezeDeps,
  accountId: string,
  asked: Change,
  hidden: Hidden,
): Promise<ChangeTold | null> {
  const changes = await changesAsked(reader, accountId, asked, hidden);
  const found = 'chargeId' in asked ? await find(accountId, asked.chargeId) : null;
  const account = await getAccount(queries, accountId);
  if (changes === null || account === null) return null;
  const periods = await periodsWithin(queries, account, now());
  const period = periodHolding(periods, microsOf(changes.from));
  if (period === null) return null;
  const { id, name, kind } = account;
  const named = (values: Record<string, string>) =>
    hidden.naming === null ? values : namedValues(values, hidden.naming);
  return {
    account: { id, name, kind, timeZone: period.timeZone },
    asked,
    charge: found && { description: found.price.description, lineValues: named({ ...found.line.lineValues }) },
    periodKey: period.key,
    estimated: couldChange(periods, twoSpans(changes)),
    changes,
  };
}

function changesAsked(
  reader: ChangesReader,
  accountId: string,
  asked: Change,
  hidden: Hidden,
): Promise<Changes | null> {
  if ('period' in asked) return reader.ofPeriod(accountId, asked.period, { hidden });
  if ('day' in asked) return reader.ofDay(accountId, asked.day, asked.against, { hidden });
  if ('chargeId' in asked) return reader.ofCharge(accountId, asked.chargeId, { hidden });
  const [now, before] = twoSpans(asked);
  return reader.between(accountId, { now, before: [before], hidden });
}

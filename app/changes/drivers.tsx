import { Link } from '@remix-run/react';
import type { DriverInside, ToldDriver } from '#server/explanation/why/changes/changes.types.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { exactChangeText } from '../format/money.ts';
import { momentText } from '../format/time.ts';
import { paths } from '../paths.ts';
import { lineName } from '../spend/line-name.ts';
import { ChangeValue } from './change-value.tsx';
import { kindText } from './driver-name.ts';

interface DriversProps {
  /** Whose charges, resources and events can be gone to; `null` where none can. */
  accountId: string | null;
  changes: ShownChanges;
}

/** So many charges of a driver are listed; they come largest first. */
const LISTED = 100;

/** Every driver in a sentence, with its arithmetic, what it is made of, and the events that did it. */
export function Drivers({ accountId, changes }: DriversProps) {
  return (
    <ol className="drivers">
      {changes.drivers.map((driver, i) => (
        <li key={`${driver.kind} ${driver.description}`} id={`driver-${i + 1}`} className="driver">
          <span className="driver-number" aria-hidden="true">
            {i + 1}
          </span>
          <div className="min-w-0">
            <p className="break-anywhere">
              <b className="font-semibold">{kindText(driver)}.</b> {driver.description}.
            </p>
            <p className="text-fine text-ink-3">
              {driver.arithmetic !== undefined && <>{driver.arithmetic}, </>}
              exactly <span className="opened-amount">{exactChangeText(driver.amountExact, changes)}</span>
              <Place accountId={accountId} driver={driver} />
            </p>
            <Events accountId={accountId} driver={driver} timeZone={changes.timeZone} />
            <Opens accountId={accountId} driver={driver} changes={changes} />
          </div>
          <p className="driver-amount">
            <ChangeValue of={changes} amount={driver.amountExact} />
          </p>
        </li>
      ))}
    </ol>
  );
}

/** Leads to the charge or the resource a driver is of, where it is of one. */
function Place({ accountId, driver }: { accountId: string | null; driver: ToldDriver }) {
  const to = accountId === null ? null : placeOf(accountId, driver);
  if (to === null) return null;
  const name = driver.kind === 'credit' ? 'credits' : driver.resource === undefined ? 'its charge' : 'its resource';
  return (
    <>
      {' · '}
      <Link className="text-link" to={to}>
        {name}
      </Link>
    </>
  );
}

function placeOf(accountId: string, { kind, chargeId, resource }: ToldDriver): string | null {
  if (kind === 'credit') return paths.credits(accountId);
  if (chargeId === undefined) return null;
  return resource === undefined
    ? paths.charge(accountId, chargeId)
    : paths.chargeResource(accountId, chargeId, resource);
}

/** What a driver is made of, where that is more than one. */
function Opens({ accountId, driver, changes }: DriversProps & { driver: ToldDriver }) {
  const { inside } = driver;
  if (inside.length < 2) return null;
  const charges = new Set(inside.map(({ chargeId }) => chargeId)).size;
  return (
    <details className="mt-1">
      <summary className="w-fit text-fine">{charges > 1 ? `${charges} charges` : `${inside.length} resources`}</summary>
      <div className="driver-inside">
        <InsideTable accountId={accountId} driver={driver} changes={changes} />
      </div>
    </details>
  );
}

/** The events behind a driver: when each happened, and who did it. */
function Events({ accountId, driver, timeZone }: { accountId: string | null; driver: ToldDriver; timeZone: string }) {
  const { eventRefs = [], eventsAre = 'cause' } = driver;
  if (eventRefs.length === 0) return null;
  return (
    <ul className="plain-list text-fine text-ink-3" aria-label={EVENTS_ARE[eventsAre]}>
      {eventRefs.map(({ source, id, at, actor }) => (
        <li key={`${source} ${id}`} className="break-anywhere">
          {accountId === null ? (
            <>Event of {momentText(at, timeZone, null)}</>
          ) : (
            <Link className="text-link" to={paths.event(accountId, { source, id })}>
              Event of {momentText(at, timeZone, null)}
            </Link>
          )}
          {actor !== undefined && <>, by {actor}</>}
        </li>
      ))}
    </ul>
  );
}

const EVENTS_ARE: Record<NonNullable<ToldDriver['eventsAre']>, string> = {
  cause: 'Events that did it',
  largest: 'Events that added most',
  uncovered: 'Events that began what is on demand',
};

function InsideTable({ accountId, driver, changes }: DriversProps & { driver: ToldDriver }) {
  const { inside } = driver;
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">What this driver is made of</caption>
      <tbody>
        {inside.slice(0, LISTED).map((each) => (
          <tr key={`${each.chargeId} ${each.resource}`}>
            <th scope="row" className="break-anywhere">
              {accountId === null ? (
                each.description
              ) : (
                <Link className="text-link" to={placeInside(accountId, each)}>
                  {each.description}
                </Link>
              )}{' '}
              <span className="text-ink-3">{each.resource ?? lineName(each)}</span>
              {each.arithmetic !== undefined && (
                <span className="block text-fine font-normal text-ink-3">{each.arithmetic}</span>
              )}
            </th>
            <td className="n">
              <ChangeValue of={changes} amount={each.amountExact} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            {inside.length > LISTED ? `The ${LISTED} largest of ${inside.length}; all together` : 'Together'}
          </th>
          <td className="n">
            <ChangeValue of={changes} amount={driver.amountExact} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function placeInside(accountId: string, { chargeId, resource }: DriverInside): string {
  return resource === null ? paths.charge(accountId, chargeId) : paths.chargeResource(accountId, chargeId, resource);
}

import type { ReactNode } from 'react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { exactChangeText, exactMoneyText } from '../format/money.ts';
import { Bridge } from './bridge.tsx';
import { Drivers } from './drivers.tsx';
import type { SpanNames } from './span-names.ts';

interface ChangesBodyProps {
  /** Whose charges and events can be gone to; `null` where none can. */
  accountId: string | null;
  changes: ShownChanges;
  names: SpanNames;
  /** Below the drivers. */
  children?: ReactNode;
}

/** A difference from the sum to the proof: step by step, then driver by driver. */
export function ChangesBody({ accountId, changes, names, children }: ChangesBodyProps) {
  return (
    <>
      {changes.drivers.length === 0 ? (
        <p className="card text-ink-2">Nothing made a difference: both come to the same, charge by charge.</p>
      ) : (
        <>
          <section className="card" aria-labelledby="bridge">
            <h2 id="bridge" className="mb-2">
              From {names.before} to {names.now}
            </h2>
            <Bridge changes={changes} names={names} />
          </section>
          <section className="card" aria-labelledby="drivers">
            <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
              <h2 id="drivers">Drivers</h2>
              <p className="text-fine text-ink-3">
                Largest first. One term is replaced after the other, in one order everywhere.
              </p>
            </div>
            <Drivers accountId={accountId} changes={changes} />
            {children}
          </section>
        </>
      )}
      <Sum changes={changes} />
    </>
  );
}

/** The proof: the earlier amount and all drivers are the later amount, to the last digit. */
function Sum({ changes }: { changes: ShownChanges }) {
  const { drivers, others, sumOfDrivers, differenceExact, minorUnit } = changes;
  const count = drivers.length + others.count;
  const off = sumOfDrivers !== differenceExact;
  if (off && !(isZero(sumOfDrivers) && isZero(differenceExact))) {
    return (
      <p className="note-bad">
        <b className="font-semibold">The drivers do not add up to the difference.</b> They come to{' '}
        {exactChangeText(sumOfDrivers, changes)}, the difference is {exactChangeText(differenceExact, changes)}. That is
        our mistake: please ask about it.
      </p>
    );
  }
  return (
    <p className="note-good">
      {exactText(changes.compareAmountExact, minorUnit)}{' '}
      <span className="opened-amount">{exactChangeText(differenceExact, changes)}</span> ={' '}
      {exactMoneyText(changes.amountExact, changes)}: {count} {count === 1 ? 'driver adds' : 'drivers add'} up to the
      difference exactly. Amounts are before each charge is rounded once.
    </p>
  );
}

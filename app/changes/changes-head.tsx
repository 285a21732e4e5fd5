import type { ReactNode } from 'react';
import type { ChangesPage } from '#server/pages/changes-page.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { changeText, moneyText } from '../format/money.ts';
import { momentText } from '../format/time.ts';
import { lineName } from '../spend/line-name.ts';
import { StateTag } from '../spend/state-tag.tsx';
import type { SpanNames } from './span-names.ts';

interface ChangesHeadProps {
  of: Pick<ChangesPage, 'account' | 'charge' | 'estimated'>;
  changes: ShownChanges;
  names: SpanNames;
  /** Where one came from. */
  from: ReactNode;
  loadedAt: string | null;
  children?: ReactNode;
}

/** How much it differs, of what, and what made most of it. */
export function ChangesHead({ of, changes, names, from, loadedAt, children }: ChangesHeadProps) {
  const { account, charge, estimated } = of;
  const [first] = changes.drivers;
  return (
    <div className="mb-4">
      <p className="mb-1 text-fine text-ink-3">{from}</p>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h1>What changed</h1>
        {estimated && changes.to <= changes.meteredThrough ? (
          // All of it is metered, and may be invoiced otherwise still.
          <span className="tag tag-open">estimated</span>
        ) : (
          <StateTag state={estimated ? 'projected' : 'final'} />
        )}
      </div>
      {charge !== null && (
        <p className="break-anywhere text-lead">
          {charge.description} <span className="text-ink-3">{lineName(charge)}</span>
        </p>
      )}
      <p className="figure">{changeText(changes.differenceExact, changes)}</p>
      <p className="text-ink-2">
        <span className="opened-amount">{moneyText(changes.amountExact, changes)}</span> {names.nowWords}, against{' '}
        <span className="opened-amount">{moneyText(changes.compareAmountExact, changes)}</span> {names.beforeWords}.
        Metered through {momentText(changes.meteredThrough, account.timeZone, loadedAt)}.
      </p>
      {first !== undefined && (
        <p className="break-anywhere mt-2 max-w-150 text-lead">
          {changeText(first.amountExact, changes)}: {first.description}.
        </p>
      )}
      {children}
    </div>
  );
}

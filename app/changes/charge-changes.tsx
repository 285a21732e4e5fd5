import type { Explanation } from '#server/explanation/explanation.types.ts';
import type { ChangesBeside as Beside } from '#server/pages/spend-pages.types.ts';
import { dayOf, monthText } from '../format/time.ts';
import { ChangesBeside } from './changes-beside.tsx';

interface ChargeChangesProps {
  changes: Beside | undefined;
  invoice: Explanation['invoice'];
  /** Where all of it is; `null` where nobody can go there. */
  to: string | null;
}

/** What made a charge differ from that of the period before, or of the same part of it while it grows. */
export function ChargeChanges({ changes, invoice, to }: ChargeChangesProps) {
  if (changes === undefined || changes === null) return null;
  const earlier = changes === 'failed' ? '' : monthText(dayOf(changes.compareFrom, changes.timeZone).slice(0, 7));
  return (
    <ChangesBeside
      changes={changes}
      title="Compared with the period before"
      against={invoice.state === 'projected' ? `the same part of ${earlier}` : earlier}
      to={to}
    />
  );
}

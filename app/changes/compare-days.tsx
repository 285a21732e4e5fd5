import { Form, useNavigation } from '@remix-run/react';
import type { TwoSpans } from '#server/domain/change-id.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { dayOf } from '../format/time.ts';
import { paths } from '../paths.ts';

/** The bounds of two spans as a form has them: calendar days, the last of each span is in it. */
export type DaysCompared = Record<keyof TwoSpans, string | undefined>;

interface CompareDaysProps {
  accountId: string;
  /** What the form begins with. */
  days: DaysCompared | null;
  /** Whether it is unfolded. */
  open?: boolean;
}

/** Opens the difference between any two spans of days; folded, since most come for one that is offered. */
export function CompareDays({ accountId, days, open = false }: CompareDaysProps) {
  const busy = useNavigation().state !== 'idle';
  return (
    // Another difference is another form: what was typed for the one before is not about it.
    <details className="mt-2 print:hidden" key={JSON.stringify(days)} open={open}>
      <summary className="w-fit text-fine text-ink-2">Compare other days</summary>
      <Form method="get" action={paths.changes(accountId)} className="mt-2 flex flex-wrap items-end gap-x-6 gap-y-3">
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-1 font-semibold">These days</legend>
          <DayField label="From" name="from" day={days?.from} />
          <DayField label="Until, inclusive" name="to" day={days?.to} />
        </fieldset>
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-1 font-semibold">Compared with</legend>
          <DayField label="From" name="compareFrom" day={days?.compareFrom} />
          <DayField label="Until, inclusive" name="compareTo" day={days?.compareTo} />
        </fieldset>
        <button className="button min-h-9" type="submit" disabled={busy}>
          {busy ? 'Comparing…' : 'Compare'}
        </button>
      </Form>
    </details>
  );
}

function DayField({ label, name, day }: { label: string; name: keyof DaysCompared; day: string | undefined }) {
  return (
    <label className="field">
      {label}
      <input className="input" type="date" name={name} defaultValue={day} required />
    </label>
  );
}

/** The days a difference is of, as far as they are metered. */
export function daysCompared(changes: ShownChanges): DaysCompared {
  const { from, to, compareFrom, compareTo, timeZone, meteredThrough } = changes;
  const last = (begin: string, end: string) => {
    const known = [Date.parse(end) - 1, Date.parse(meteredThrough)].filter((at) => at >= Date.parse(begin));
    return dayOf(new Date(Math.min(...known)).toISOString(), timeZone);
  };
  return {
    ...{ from: dayOf(from, timeZone), to: last(from, to) },
    ...{ compareFrom: dayOf(compareFrom, timeZone), compareTo: last(compareFrom, compareTo) },
  };
}

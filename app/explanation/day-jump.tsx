import { Form } from '@remix-run/react';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { dayOf } from '../format/time.ts';
import type { EventsPlace } from '../paths.ts';

interface DayJumpProps {
  explanation: Pick<Explanation, 'invoice'>;
  /** What the list is of, which stays. */
  scope: Pick<EventsPlace, 'resource' | 'from' | 'to'>;
  day: string | undefined;
}

/** Goes to the events from a day on. */
export function DayJump({ explanation: { invoice }, scope, day }: DayJumpProps) {
  const { from, to, timeZone } = invoice.period;
  const last = new Date(Date.parse(to) - 1).toISOString();
  return (
    <Form method="get" className="mb-3 flex flex-wrap items-end gap-2 print:hidden">
      {Object.entries(scope).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label className="field">
        From day
        <input
          className="input"
          type="date"
          name="day"
          defaultValue={day}
          min={dayOf(from, timeZone)}
          max={dayOf(last, timeZone)}
        />
      </label>
      <button className="button" type="submit">
        Go
      </button>
    </Form>
  );
}

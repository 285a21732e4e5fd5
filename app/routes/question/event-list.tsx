import type { EventRef } from '../../event-param.ts';

/** The events a question names; many are folded. */
export function EventList({ events }: { events: readonly EventRef[] }) {
  return (
    <details className="mb-4" open={events.length <= 5}>
      <summary className="w-fit">{events.length === 1 ? 'One event' : `${events.length} events`}</summary>
      <ul className="mt-1 grid gap-1 text-fine text-ink-2">
        {events.map(({ source, id }) => (
          <li key={`${source} ${id}`} className="break-anywhere">
            <code className="font-mono">{id}</code> of <code className="font-mono">{source}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { paths } from '../paths.ts';
import { Checks } from './checks.tsx';
import { Comparison } from './comparison.tsx';
import { FirstEvents, FirstIntervals, firstEventsTitle } from './first-rows.tsx';
import { Formula } from './formula.tsx';
import { Marks } from './marks.tsx';
import { PriceWords } from './price-words.tsx';
import { WaterfallRows } from './waterfall-rows.tsx';
import { WhenItRan } from './when-it-ran.tsx';

interface ExplanationBodyProps {
  explanation: Explanation;
  loadedAt: string | null;
  /** Whether events can be gone to: not by whoever sees only this explanation. */
  linked?: boolean;
  /** Where all its events are; `null` where they cannot be gone to. */
  allEvents?: string | null;
  /** What made the difference to the period before. */
  children?: ReactNode;
}

/** An explanation from top to bottom, without its resources: what happened, how it was computed, what made the difference. */
export function ExplanationBody({
  explanation,
  loadedAt,
  linked = false,
  allEvents = null,
  children,
}: ExplanationBodyProps) {
  const { account, firstIntervals, firstEvents } = explanation;
  const event = linked ? (of: { source: string; id: string }) => paths.event(account.id, of) : undefined;
  return (
    <>
      <div>
        <p className="max-w-170 text-lead">{explanation.sentence}</p>
        <Formula explanation={explanation} />
      </div>
      <section className="card" aria-labelledby="computed">
        <h2 id="computed" className="mb-2">
          How it was computed
        </h2>
        <WaterfallRows explanation={explanation} />
        <div className="mt-3">
          <Checks explanation={explanation} />
        </div>
      </section>
      {explanation.ran && (
        <section className="card" aria-labelledby="ran">
          <h2 id="ran" className="mb-2">
            When it ran
          </h2>
          <WhenItRan explanation={explanation} ran={explanation.ran} loadedAt={loadedAt} />
          {firstIntervals && firstIntervals.rows.length > 0 && (
            <div className="excerpt">
              <FirstIntervals explanation={explanation} first={firstIntervals} loadedAt={loadedAt} event={event} />
            </div>
          )}
        </section>
      )}
      {firstEvents && firstEvents.rows.length > 0 && (
        <section className="card excerpt" aria-labelledby="first-events">
          <h2 id="first-events" className="mb-2">
            {firstEventsTitle(firstEvents)}
          </h2>
          <FirstEvents explanation={explanation} first={firstEvents} loadedAt={loadedAt} event={event} />
          {allEvents !== null && (
            <p className="mt-3">
              <Link className="text-link" to={allEvents}>
                More events
              </Link>
            </p>
          )}
        </section>
      )}
      <section className="card" aria-labelledby="price">
        <h2 id="price" className="mb-2">
          The price
        </h2>
        <PriceWords explanation={explanation} loadedAt={loadedAt} />
      </section>
      {explanation.marks.length > 0 && (
        <section className="card" aria-labelledby="marks">
          <h2 id="marks" className="mb-2">
            What made the difference
          </h2>
          <Marks explanation={explanation} loadedAt={loadedAt} />
        </section>
      )}
      {children}
      {explanation.comparison && (
        <section className="card" aria-labelledby="comparison">
          <h2 id="comparison" className="mb-2">
            Compared with the period before
          </h2>
          <Comparison comparison={explanation.comparison} invoice={explanation.invoice} />
        </section>
      )}
    </>
  );
}

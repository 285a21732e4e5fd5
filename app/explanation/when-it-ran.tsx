import type { ExplainedRuns, Explanation, RunLane } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';
import { momentText } from '../format/time.ts';
import { barsOf, marksOfLane, placeIn, weeksOf } from './runs.ts';

type Of = Pick<Explanation, 'charge' | 'invoice' | 'marks' | 'meter' | 'meteredThrough'>;

interface WhenItRanProps {
  explanation: Of;
  ran: ExplainedRuns;
  loadedAt: string | null;
}

/** When the slots that cost most ran, on one axis with what changed their price; the same as a table below. */
export function WhenItRan({ explanation, ran: { lanes, others }, loadedAt }: WhenItRanProps) {
  const { period } = explanation.invoice;
  const stretches = lanes.flatMap((lane) => lane.stretches);
  return (
    <>
      <div aria-hidden="true">
        <div className="run-lanes">
          {lanes.map((lane) => (
            <Lane key={`${lane.resource} ${lane.slot}`} explanation={explanation} lane={lane} />
          ))}
          <span />
          <svg className="run-axis" aria-hidden="true">
            {weeksOf(period).map(({ at, text }) => (
              <text key={text} x={`${at}%`} y="12">
                {text}
              </text>
            ))}
          </svg>
        </div>
        <Legend explanation={explanation} isMixed={stretches.some(({ isCharged }) => !isCharged)} />
      </div>
      {others > 0 && (
        <p className="mt-1 text-fine text-ink-3">
          Those {lanes.length} that cost most; {others} more ran.
        </p>
      )}
      <details className="mt-2">
        <summary className="w-fit text-ink-2">The same as a table</summary>
        <RunTable explanation={explanation} lanes={lanes} loadedAt={loadedAt} />
      </details>
    </>
  );
}

/** `acme-web/web, slot 2`. */
function laneName({ resource, slot }: RunLane): string {
  return slot > 0 ? `${resource}, slot ${slot}` : resource;
}

function Lane({ explanation: { invoice, marks, meteredThrough }, lane }: { explanation: Of; lane: RunLane }) {
  const { period } = invoice;
  const metered = placeIn(period, meteredThrough);
  const own = [...new Set(marksOfLane(marks, lane.resource).map(({ at }) => at))];
  return (
    <>
      <span className="run-name">{laneName(lane)}</span>
      <svg className="run-bars" aria-hidden="true">
        <line className="run-ground" x1="0" x2="100%" y1="12" y2="12" />
        {weeksOf(period).map(({ at, text }) => (
          <line key={text} className="run-week" x1={`${at}%`} x2={`${at}%`} y1="0" y2="24" />
        ))}
        {barsOf(period, lane).map(({ left, width, top, height, isCharged }) => (
          <rect
            key={left}
            className={isCharged ? 'run-charged' : 'run-free'}
            x={`${left}%`}
            width={`${width}%`}
            y={top}
            height={height}
            rx="1.5"
          />
        ))}
        {own.map((at) => (
          <line
            key={at}
            className="run-mark"
            x1={`${placeIn(period, at)}%`}
            x2={`${placeIn(period, at)}%`}
            y1="0"
            y2="24"
          />
        ))}
        {metered < 100 && <line className="run-metered" x1={`${metered}%`} x2={`${metered}%`} y1="0" y2="24" />}
      </svg>
    </>
  );
}

/** What the colours and lines mean, only of those that are there. */
function Legend({ explanation: { invoice, marks, meteredThrough }, isMixed }: { explanation: Of; isMixed: boolean }) {
  const isOpen = placeIn(invoice.period, meteredThrough) < 100;
  return (
    <p className="run-legend text-fine text-ink-2">
      <LegendItem className="run-charged" text="charged" />
      {isMixed && <LegendItem className="run-free" text="cost nothing: covered, included or beyond a cap" />}
      {marks.length > 0 && <LegendItem className="run-mark" text="something changed, see below" />}
      {isOpen && <LegendItem className="run-metered" text="metered through" />}
    </p>
  );
}

function LegendItem({ className, text }: { className: string; text: string }) {
  const isLine = className === 'run-mark' || className === 'run-metered';
  return (
    <span className="inline-flex items-center gap-1">
      <svg width="12" height="12" aria-hidden="true">
        {isLine ? (
          <line className={className} x1="6" x2="6" y1="0" y2="12" />
        ) : (
          <rect className={className} x="0" y="2" width="12" height="8" rx="1.5" />
        )}
      </svg>
      {text}
    </span>
  );
}

interface RunTableProps {
  explanation: Of;
  lanes: readonly RunLane[];
  loadedAt: string | null;
}

/** What the picture shows, in words and figures. */
function RunTable({ explanation: { charge, invoice }, lanes, loadedAt }: RunTableProps) {
  const moment = (instant: string) => momentText(instant, invoice.period.timeZone, loadedAt);
  return (
    <table className="numbers numbers-dense">
      <caption className="sr-only">When it ran</caption>
      <thead>
        <tr>
          <th scope="col">From, until</th>
          <th scope="col" className="n">
            Quantity
          </th>
        </tr>
      </thead>
      {lanes.map((lane) => (
        <tbody key={laneName(lane)}>
          <tr>
            <th scope="rowgroup" className="break-anywhere font-semibold">
              {laneName(lane)}
              {!lane.isWhole && <span className="text-ink-3">, short pauses left out</span>}
            </th>
            <td className="n">
              <QuantityValue measure={charge} quantity={lane.quantity} withUnit />
            </td>
          </tr>
          {lane.stretches.map(({ from, to, isCharged }) => (
            <tr key={from}>
              <th scope="row">
                {moment(from)}, until {moment(to)}
              </th>
              <td className="n">{isCharged ? 'charged' : 'cost nothing'}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

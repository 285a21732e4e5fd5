import type { ChargeMark, Explanation } from '#server/services/explanation.types.ts';
import { momentText } from '../format/time.ts';

type Of = Pick<Explanation, 'marks' | 'invoice'>;

/** What changed the price of usage, on the period's line and as a list. */
export function Marks({ explanation, asOf }: { explanation: Of; asOf: string | null }) {
  const { marks, invoice } = explanation;
  const { from, to, timeZone } = invoice.period;
  const span = Date.parse(to) - Date.parse(from);
  const place = ({ at }: ChargeMark) => ((Date.parse(at) - Date.parse(from)) / span) * 100;
  return (
    <>
      <svg className="timeline" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="timeline-period" x="0" y="3" width="100" height="2" />
        {marks.map((mark) => (
          <rect
            key={`${mark.at} ${mark.text}`}
            className="timeline-mark"
            x={Math.min(99.2, place(mark))}
            y="0"
            width="0.8"
            height="8"
          />
        ))}
      </svg>
      <ol className="plain-list">
        {marks.map((mark) => (
          <li key={`${mark.at} ${mark.text}`} className="break-anywhere">
            <time dateTime={mark.at} title={mark.at} className="text-ink-2">
              {momentText(mark.at, timeZone, asOf)}
            </time>{' '}
            {mark.text}
            {mark.resource !== null && !mark.text.includes(mark.resource) && (
              <span className="text-ink-3"> by {mark.resource}</span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

import type { ChargeMark, Explanation } from '#server/explanation/explanation.types.ts';
import { momentText } from '../format/time.ts';

type Of = Pick<Explanation, 'marks' | 'invoice' | 'meteredThrough'>;

const KINDS: Record<ChargeMark['kind'], string> = {
  price: 'Price',
  tier: 'Tier',
  allowance: 'Included',
  license: 'License',
  cap: 'Cap',
  minimum: 'Minimum',
  resize: 'Resize',
  correction: 'Late',
};

/** What changed the price of usage, on the period's line and as a list. */
export function Marks({ explanation, loadedAt }: { explanation: Of; loadedAt: string | null }) {
  const { marks, invoice } = explanation;
  const { timeZone } = invoice.period;
  return (
    <>
      <Timeline explanation={explanation} loadedAt={loadedAt} />
      <ol className="plain-list">
        {marks.map((mark) => (
          <li key={`${mark.at} ${mark.text}`} className="break-anywhere">
            <time dateTime={mark.at} title={mark.at} className="text-ink-2">
              {momentText(mark.at, timeZone, loadedAt)}
            </time>{' '}
            <span className="tag">{KINDS[mark.kind]}</span> {mark.text}
            {mark.resource !== null && !mark.text.includes(mark.resource) && (
              <span className="text-ink-3"> by {mark.resource}</span>
            )}
            {mark.by !== undefined && <span className="text-ink-3"> by {mark.by}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The period as a line: what is metered is filled, each mark is a tick at its instant. The list says the same in words. */
function Timeline({
  explanation: { marks, invoice, meteredThrough },
  loadedAt,
}: {
  explanation: Of;
  loadedAt: string | null;
}) {
  const { from, to, timeZone } = invoice.period;
  const begin = Date.parse(from);
  const xOf = (instant: string) => {
    const share = (Date.parse(instant) - begin) / (Date.parse(to) - begin);
    return Math.min(1, Math.max(0, share)) * 100;
  };
  const ends = [from, to].map((instant) => momentText(instant, timeZone, loadedAt));
  return (
    <div className="mb-3">
      <svg className="timeline" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
        <rect className="timeline-period" x="0" y="5" width="100" height="4" />
        <rect className="timeline-metered" x="0" y="5" width={xOf(meteredThrough)} height="4" />
        {marks.map((mark) => (
          <line
            key={`${mark.at} ${mark.text}`}
            className="timeline-mark"
            x1={xOf(mark.at)}
            x2={xOf(mark.at)}
            y1="0"
            y2="14"
          >
            <title>{`${momentText(mark.at, timeZone, loadedAt)}: ${mark.text}`}</title>
          </line>
        ))}
      </svg>
      <p className="flex justify-between text-fine text-ink-3">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </p>
    </div>
  );
}

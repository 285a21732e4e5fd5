import { Link } from '@remix-run/react';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { monthText } from '../format/time.ts';

interface PeriodNavProps {
  period: { key: string; previous: string | null; next: string | null; open: boolean };
  /** Where a month is; without a key the open one. */
  to: (key?: string) => string;
}

/** The month the page is about, and the way to its neighbours. */
export function PeriodNav({ period, to }: PeriodNavProps) {
  return (
    <nav aria-label="Billing period" className="flex flex-wrap items-center gap-1">
      <span className="mr-1 font-semibold">{monthText(period.key)}</span>
      {period.previous ? (
        <Link to={to(period.previous)} className="step" aria-label={`Previous: ${monthText(period.previous)}`}>
          <ChevronLeft aria-hidden="true" size={16} />
        </Link>
      ) : (
        <span className="step opacity-30" aria-hidden="true">
          <ChevronLeft size={16} />
        </span>
      )}
      {period.next ? (
        <Link to={to(period.next)} className="step" aria-label={`Next: ${monthText(period.next)}`}>
          <ChevronRight aria-hidden="true" size={16} />
        </Link>
      ) : (
        <span className="step opacity-30" aria-hidden="true">
          <ChevronRight size={16} />
        </span>
      )}
      {!period.open && (
        <Link to={to()} className="text-link ml-1 print:hidden">
          Current month
        </Link>
      )}
    </nav>
  );
}

import { Link } from '@remix-run/react';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { dayText } from '../format/time.ts';

interface DayNavProps {
  previous: string | null;
  next: string | null;
  to: (day: string) => string;
}

/** The way to the days beside the one shown. */
export function DayNav({ previous, next, to }: DayNavProps) {
  return (
    <nav aria-label="Days" className="flex items-center gap-1 print:hidden">
      {previous !== null && (
        <Link to={to(previous)} className="step" aria-label={`Previous: ${dayText(previous)}`}>
          <ChevronLeft aria-hidden="true" size={16} />
        </Link>
      )}
      {next !== null && (
        <Link to={to(next)} className="step" aria-label={`Next: ${dayText(next)}`}>
          <ChevronRight aria-hidden="true" size={16} />
        </Link>
      )}
    </nav>
  );
}

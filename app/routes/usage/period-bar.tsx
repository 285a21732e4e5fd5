import { Link } from '@remix-run/react';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { UsagePage } from '#server/usage/usage.types.ts';
import { monthText } from '../../format/time.ts';
import { paths, type UsageChoice } from '../../paths.ts';

interface PeriodBarProps {
  page: UsagePage;
  choice: UsageChoice;
}

/** The billing period, and the ones beside it. */
export function PeriodBar({ page, choice }: PeriodBarProps) {
  const { period, account, chosen } = page;
  const to = (key: string | undefined) => paths.usage(account.id, { ...choice, period: key });
  const day = chosen ? chosen.days.findIndex((d) => d.state === 'running') + 1 : 0;
  return (
    <nav aria-label="Billing period" className="flex flex-wrap items-center gap-1">
      <span className="hidden font-semibold print:inline">{account.name},</span>
      <span className="mr-1 font-semibold">{monthText(period.key)}</span>
      {period.previous ? (
        <Link
          to={to(period.previous)}
          preventScrollReset
          className="step"
          aria-label={`Previous: ${monthText(period.previous)}`}
        >
          <ChevronLeft aria-hidden="true" size={16} />
        </Link>
      ) : (
        <span className="step opacity-30" aria-hidden="true">
          <ChevronLeft size={16} />
        </span>
      )}
      {period.next ? (
        <Link to={to(period.next)} preventScrollReset className="step" aria-label={`Next: ${monthText(period.next)}`}>
          <ChevronRight aria-hidden="true" size={16} />
        </Link>
      ) : (
        <span className="step opacity-30" aria-hidden="true">
          <ChevronRight size={16} />
        </span>
      )}
      {period.open && day > 0 && (
        <span className="ml-1 text-ink-2">
          day {day} of {chosen?.days.length}
        </span>
      )}
      {!period.open && (
        <Link to={to(undefined)} preventScrollReset className="text-link ml-1 print:hidden">
          Current month
        </Link>
      )}
    </nav>
  );
}

import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { Explanation, ExplanationPage } from '#server/explanation/explanation.types.ts';

interface PageFootProps {
  invoice: Explanation['invoice'];
  page: Pick<ExplanationPage<unknown>, 'pageTotal' | 'nextCursor' | 'previousCursor'>;
  isFirst: boolean;
  /** The address of a page of the same list, the first without a cursor. */
  to: (cursor?: string) => string;
  children?: React.ReactNode;
}

/** What a page of a list adds up to, and the ways to its first, previous and next one. */
export function PageFoot({ invoice, page, isFirst, to, children }: PageFootProps) {
  return (
    <p className="mt-3 flex flex-wrap items-center gap-3">
      <span className="text-ink-2">
        This page: {exactText(page.pageTotal, invoice.minorUnit)} {invoice.currency}
      </span>
      {!isFirst && (
        <Link className="text-link" to={to()}>
          From the first
        </Link>
      )}
      {!isFirst && page.previousCursor !== undefined && (
        <Link className="text-link" to={to(page.previousCursor ?? undefined)}>
          Previous page
        </Link>
      )}
      {page.nextCursor !== null && (
        <Link className="text-link" to={to(page.nextCursor)}>
          Next page
        </Link>
      )}
      {children}
    </p>
  );
}

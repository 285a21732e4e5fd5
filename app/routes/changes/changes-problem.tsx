import { isRouteErrorResponse, useParams, useRouteError, useSearchParams } from '@remix-run/react';
import { CompareDays, type DaysCompared } from '../../changes/compare-days.tsx';
import { Problem } from '../../shell/problem.tsx';
import { BOUNDS } from './changes-asked.ts';

/** Why there is no difference; where two spans were asked for that cannot be compared, with the form to ask for others. */
export function ChangesProblem() {
  const error = useRouteError();
  const { accountId } = useParams();
  const [search] = useSearchParams();
  const isOfSpans = BOUNDS.some((name) => search.has(name));
  const offers = isRouteErrorResponse(error) && error.status === 400 && isOfSpans && accountId !== undefined;
  return (
    <>
      <Problem error={error} what="What changed" />
      {offers && <CompareDays accountId={accountId} days={daysIn(search)} open />}
    </>
  );
}

function daysIn(search: URLSearchParams): DaysCompared {
  const [from, to, compareFrom, compareTo] = BOUNDS.map((name) => search.get(name) ?? undefined);
  return { from, to, compareFrom, compareTo };
}

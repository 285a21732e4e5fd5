import { Link } from '@remix-run/react';
import type { ChangesBeside as Beside } from '#server/pages/spend-pages.types.ts';
import { ChangeValue } from './change-value.tsx';

interface ChangesBesideProps {
  changes: Beside;
  title: string;
  /** What it is compared with: `the same part of October`. */
  against: string;
  /** Where all of it is; `null` where nobody can go there. */
  to: string | null;
}

/** The largest drivers of a difference, beside the amount that differs. */
export function ChangesBeside({ changes, title, against, to }: ChangesBesideProps) {
  if (changes === null) return null;
  return (
    <section className="card" aria-labelledby="changes">
      <h2 id="changes" className="mb-1">
        {title}
      </h2>
      {changes === 'failed' ? (
        <p className="text-ink-2">What changed could not be told just now. The amounts on this page are right.</p>
      ) : (
        <>
          <p className="mb-2 text-ink-2">
            <ChangeValue of={changes} amount={changes.differenceExact} /> against {against}
          </p>
          {changes.drivers.length === 0 ? (
            <p className="text-ink-2">Nothing made a difference.</p>
          ) : (
            <table className="numbers">
              <caption className="sr-only">The largest drivers of the difference</caption>
              <tbody>
                {changes.drivers.map((driver, i) => (
                  <tr key={`${driver.kind} ${driver.description}`}>
                    <th scope="row" className="break-anywhere font-normal">
                      {driver.description}
                    </th>
                    <td className="n">
                      {to === null ? (
                        <ChangeValue of={changes} amount={driver.amountExact} />
                      ) : (
                        <Link className="amount-link" to={`${to}#driver-${i + 1}`}>
                          <ChangeValue of={changes} amount={driver.amountExact} insideLink />
                        </Link>
                      )}
                    </td>
                  </tr>
                ))}
                {changes.others.count > 0 && (
                  <tr>
                    <th scope="row" className="text-ink-3">
                      {changes.others.count} smaller
                    </th>
                    <td className="n">
                      <ChangeValue of={changes} amount={changes.others.amountExact} />
                    </td>
                  </tr>
                )}
              </tbody>
            </table>
          )}
          {to !== null && (
            <p className="mt-2 text-fine">
              <Link className="text-link" to={to}>
                All that made the difference
              </Link>
            </p>
          )}
        </>
      )}
    </section>
  );
}

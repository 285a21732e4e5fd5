import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { ExplainedResource, Explanation } from '#server/explanation/explanation.types.ts';
import { QuantityValue } from '../format/quantity-value.tsx';

interface ResourcesProps {
  explanation: Pick<Explanation, 'charge' | 'invoice'>;
  resources: readonly ExplainedResource[];
  /** Where a resource leads; `null` where nothing can be opened further. */
  to: ((resource: string) => string) | null;
}

/** What each resource adds to the charge, those that cost most first. */
export function Resources({ explanation: { charge, invoice }, resources, to }: ResourcesProps) {
  const covers = resources.some(({ covered }) => !isZero(covered));
  const includes = resources.some(({ included }) => !isZero(included));
  return (
    <table className="numbers">
      <caption className="sr-only">What each resource adds to the charge</caption>
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col" className="n on-wide">
            Quantity
          </th>
          {covers && (
            <th scope="col" className="n on-wide">
              By license
            </th>
          )}
          {includes && (
            <th scope="col" className="n on-wide">
              Included
            </th>
          )}
          <th scope="col" className="n">
            {invoice.currency}, exactly
          </th>
        </tr>
      </thead>
      <tbody>
        {resources.map(({ resource, quantity, covered, included, amountExact, events }) => (
          <tr key={resource}>
            <th scope="row" className="break-anywhere">
              {to === null ? (
                resource
              ) : (
                <Link className="text-link" to={to(resource)}>
                  {resource}
                </Link>
              )}{' '}
              <span className="text-fine whitespace-nowrap text-ink-3">
                {events} {events === 1 ? 'event' : 'events'}
              </span>
            </th>
            <td className="n on-wide">
              <QuantityValue measure={charge} quantity={quantity} withUnit />
            </td>
            {covers && (
              <td className="n on-wide">
                <QuantityValue measure={charge} quantity={covered} />
              </td>
            )}
            {includes && (
              <td className="n on-wide">
                <QuantityValue measure={charge} quantity={included} />
              </td>
            )}
            <td className="n">{exactText(amountExact, invoice.minorUnit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

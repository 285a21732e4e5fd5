import { Link } from '@remix-run/react';
import { exactText, isZero } from '#server/domain/decimal.ts';
import type { Correction } from '#server/explanation/corrections/correction.types.ts';
import { paths } from '../../paths.ts';

/** What each resource came to, comes to, and the difference. */
export function CorrectedResources({ correction }: { correction: Correction }) {
  const { account, resources, others, base, invoice, original } = correction;
  const exact = (amount: string) => exactText(amount, invoice.minorUnit);
  const signed = (amount: string) => `${amount.startsWith('-') ? '' : '+'}${exact(amount)}`;
  return (
    <table className="numbers">
      <caption className="sr-only">Differences by resource</caption>
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col" className="n on-wide">
            Charged
          </th>
          <th scope="col" className="n on-wide">
            Comes to
          </th>
          <th scope="col" className="n">
            Difference, {invoice.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {resources.map(({ resource, before, now, amountExact }) => (
          <tr key={resource}>
            <th scope="row" className="break-anywhere">
              {original.charged && resource !== '' && !isZero(before) ? (
                <Link className="text-link" to={paths.chargeResource(account.id, original.chargeId, resource)}>
                  {resource}
                </Link>
              ) : (
                resource
              )}
            </th>
            <td className="n on-wide">{exact(before)}</td>
            <td className="n on-wide">{exact(now)}</td>
            <td className="n">{signed(amountExact)}</td>
          </tr>
        ))}
        {others.count > 0 && (
          <tr>
            <th scope="row">{others.count} others</th>
            <td className="n on-wide" />
            <td className="n on-wide" />
            <td className="n">{signed(others.amountExact)}</td>
          </tr>
        )}
        {!isZero(base) && (
          <tr>
            <th scope="row">Due without usage</th>
            <td className="n on-wide" />
            <td className="n on-wide" />
            <td className="n">{signed(base)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

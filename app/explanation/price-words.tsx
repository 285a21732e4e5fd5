import { exactText } from '#server/domain/decimal.ts';
import { modelOf } from '#server/domain/pricing/models/models.ts';
import type { Explanation, PriceInForce } from '#server/explanation/explanation.types.ts';
import { momentText } from '../format/time.ts';

type Of = Pick<Explanation, 'prices' | 'invoice' | 'meter' | 'discountPercent'>;

/** The price that was in force, or each of them with its time where it changed. */
export function PriceWords({ explanation, loadedAt }: { explanation: Of; loadedAt: string | null }) {
  const { prices, invoice, meter, discountPercent } = explanation;
  const moment = (instant: string) => momentText(instant, invoice.period.timeZone, loadedAt);
  return (
    <>
      {prices.map((inForce) => (
        <div key={inForce.version} className="mb-3">
          {prices.length > 1 && (
            <p className="text-fine text-ink-3">
              Version {inForce.version}, from {moment(inForce.from)} until {moment(inForce.to)}
            </p>
          )}
          <PriceOf inForce={inForce} unit={meter.unit} currency={invoice.currency} minorUnit={invoice.minorUnit} />
        </div>
      ))}
      {discountPercent !== '0' && <p>Less {discountPercent} % that was agreed with this account.</p>}
    </>
  );
}

interface PriceOfProps {
  inForce: PriceInForce;
  unit: string;
  currency: string;
  minorUnit: number;
}

function PriceOf({ inForce: { price }, unit, currency, minorUnit }: PriceOfProps) {
  const money = (amount: string) => `${exactText(amount, minorUnit)} ${currency}`;
  const model = modelOf(price);
  const tiers = model.tiers(price);
  return (
    <ul className="plain-list">
      <li>
        {model.words(price, { money, unit })}
        {tiers.length > 0 && (
          <table className="numbers numbers-dense mt-1">
            <caption className="sr-only">Tiers</caption>
            <thead>
              <tr>
                <th scope="col">Up to, {unit}</th>
                <th scope="col" className="n">
                  {currency} each
                </th>
                <th scope="col" className="n">
                  {currency} at once
                </th>
              </tr>
            </thead>
            <tbody>
              {tiers.map((tier) => (
                <tr key={tier.upTo ?? 'rest'}>
                  <th scope="row">{tier.upTo === null ? 'the rest' : exactText(tier.upTo)}</th>
                  <td className="n">{exactText(tier.unitAmount)}</td>
                  <td className="n">{tier.flatAmount === undefined ? '–' : exactText(tier.flatAmount, minorUnit)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </li>
      {price.included && (
        <li>
          {exactText(price.included)} {unit} included
        </li>
      )}
      {price.maximum && (
        <li>
          At most {money(price.maximum.amount)} a period for{' '}
          {price.maximum.scope === 'slot' ? 'each slot' : 'this charge'}
        </li>
      )}
      {price.minimum && <li>At least {money(price.minimum)} once anything is used</li>}
    </ul>
  );
}

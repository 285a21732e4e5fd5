import type { Explanation, PriceInForce } from '#server/explanation/explanation.types.ts';
import { exactText } from '../format/decimal.ts';
import { momentText } from '../format/time.ts';

type Of = Pick<Explanation, 'prices' | 'invoice' | 'meter' | 'discountPercent'>;

/** The price that was in force, or each of them with its time where it changed. */
export function PriceWords({ explanation, asOf }: { explanation: Of; asOf: string | null }) {
  const { prices, invoice, meter, discountPercent } = explanation;
  const moment = (instant: string) => momentText(instant, invoice.period.timeZone, asOf);
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
  return (
    <ul className="plain-list">
      {price.model === 'per_unit' && (
        <li>
          {money(price.unitAmount)} for {price.per === undefined ? `each ${unit}` : `${price.per} ${unit}`}
        </li>
      )}
      {price.model === 'per_time' && (
        <li>
          {money(price.amount)} for {price.perSeconds} seconds ({hours(price.perSeconds)}), to the second
        </li>
      )}
      {price.model === 'flat' && <li>{money(price.amount)} for the whole period, once anything is used</li>}
      {price.model === 'package' && (
        <li>
          {money(price.amount)} for each {price.size} {unit} begun
        </li>
      )}
      {price.model === 'percentage' && (
        <li>
          {price.percent} % of each event’s value
          {price.fixedAmount && `, plus ${money(price.fixedAmount)}`}
          {price.perEventMin && `, at least ${money(price.perEventMin)}`}
          {price.perEventMax && `, at most ${money(price.perEventMax)}`}
        </li>
      )}
      {(price.model === 'graduated' || price.model === 'volume') && (
        <li>
          {price.model === 'graduated'
            ? 'Each unit at the price of the tier it falls in:'
            : 'All units at the price of the tier the whole falls in:'}
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
              {price.tiers.map((tier) => (
                <tr key={tier.upTo ?? 'rest'}>
                  <th scope="row">{tier.upTo === null ? 'the rest' : exactText(tier.upTo)}</th>
                  <td className="n">{exactText(tier.unitAmount)}</td>
                  <td className="n">{tier.flatAmount === undefined ? '–' : exactText(tier.flatAmount, minorUnit)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </li>
      )}
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

/** Whole hours where they are whole. */
function hours(seconds: string): string {
  const whole = BigInt(seconds.split('.')[0] ?? '0');
  return seconds.includes('.') || whole % 3600n !== 0n ? `${seconds} s` : `${whole / 3600n} h`;
}

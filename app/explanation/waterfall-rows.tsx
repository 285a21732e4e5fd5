import { exactText, isZero } from '#server/domain/decimal.ts';
import { type ChargeProducts, productsOfCharge } from '#server/domain/pricing/models/charge-products.ts';
import type { ExplainedStep, Explanation } from '#server/explanation/explanation.types.ts';
import { exactMoneyText } from '../format/money.ts';
import { quantityText, readsAsDuration } from '../format/quantity.ts';
import { momentText } from '../format/time.ts';
import { stepWords } from '../spend/steps.tsx';
import { ProductWords } from './product-words.tsx';
import { stepNote } from './step-note.ts';
import { type WaterfallBar, waterfallBars } from './waterfall.ts';

type Of = Pick<
  Explanation,
  'charge' | 'discountPercent' | 'invoice' | 'licenses' | 'marks' | 'meter' | 'prices' | 'steps'
>;

/** How the charge was computed: each step with its exact figure, its arithmetic, what stands after it, and a bar; all bars in one scale. */
export function WaterfallRows({ explanation }: { explanation: Of }) {
  const { charge, invoice, licenses, steps } = explanation;
  const told = productsOf(explanation);
  const bars = waterfallBars(
    steps,
    (told?.products ?? []).map(({ total }) => total),
    charge.amount,
  );
  const name = (step: ExplainedStep) => {
    const license = licenses.find(({ id }) => id === step.licenseId);
    return `${stepWords(step.name)}${license ? `: ${license.product}${weightWords(license)}` : ''}`;
  };
  return (
    <table className="numbers">
      <caption className="sr-only">How this charge was computed, step by step</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" className="n">
            Figure
          </th>
          <th scope="col" className="n on-wide">
            After it
          </th>
          <th scope="col" className="on-full w-1/4">
            <span className="sr-only">Drawn</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, i) => (
          <StepRows
            key={`${step.name} ${step.licenseId}`}
            explanation={explanation}
            step={step}
            name={name(step)}
            bar={bars.steps[i] as WaterfallBar}
          >
            {step.name === 'charge model' && told !== null && (
              <ProductRows explanation={explanation} told={told} bars={bars.products} />
            )}
          </StepRows>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Charge</th>
          <td className="n">
            {exactText(charge.amount, invoice.minorUnit)} {invoice.currency}
          </td>
          <td className="on-wide" />
          <td className="on-full">
            <Bar bar={bars.charge} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

/** What the price makes of what was left to be charged, as products; `null` where it is none. */
function productsOf({ prices, steps }: Of): ChargeProducts | null {
  const left = steps.findLast(({ quantityAfter }) => quantityAfter !== undefined)?.quantityAfter;
  const model = steps.find(({ name }) => name === 'charge model')?.amount;
  return left === undefined || model === undefined ? null : productsOfCharge(prices, left, model);
}

interface StepRowsProps {
  explanation: Of;
  step: ExplainedStep;
  name: string;
  bar: WaterfallBar;
  /** Rows that it is made of. */
  children: React.ReactNode;
}

/** A step, what it is made of, and a note on it. */
function StepRows({ explanation, step, name, bar, children }: StepRowsProps) {
  const { charge, invoice } = explanation;
  const note = stepNote(step, explanation);
  const quantity = (text = '0') => <Quantity of={{ unit: charge.unit }} quantity={text} />;
  const isQuantity = step.amount === undefined;
  return (
    <>
      <tr className={note !== null || children ? 'step-opened' : ''}>
        <th scope="row" className="break-words">
          {name}
        </th>
        <td className="n">{isQuantity ? quantity(step.quantity) : exactMoneyText(step.amount ?? '0', invoice)}</td>
        <td className="n on-wide text-ink-2">
          {isQuantity ? quantity(step.quantityAfter) : exactMoneyText(step.amountAfter ?? '0', invoice)}
        </td>
        <td className="on-full">
          <Bar bar={bar} />
        </td>
      </tr>
      {children}
      {note !== null && (
        <tr className="step-note">
          <td colSpan={4} className="text-fine text-ink-3">
            {note}
          </td>
        </tr>
      )}
    </>
  );
}

interface ProductRowsProps {
  explanation: Of;
  told: ChargeProducts;
  bars: WaterfallBar[];
}

/** The price's products, each on a line; where there is one, its amount is the step's. */
function ProductRows({ explanation: { invoice, meter, prices }, told: { products, rest }, bars }: ProductRowsProps) {
  const isOne = products.length === 1 && isZero(rest);
  const since = (price: number) => momentText(prices[price]?.from ?? '', invoice.period.timeZone, null);
  return (
    <>
      {products.map((product, i) => (
        <tr key={`${product.price} ${product.tier}`} className="step-part">
          <th scope="row" colSpan={isOne ? 4 : 1} className="break-words text-ink-2 tabular-nums">
            {product.tier !== null && <span className="text-ink-3">Tier {product.tier}: </span>}
            <ProductWords product={product} unit={meter.unit} currency={invoice} />
            {prices.length > 1 && <span className="block text-fine text-ink-3">from {since(product.price)}</span>}
          </th>
          {!isOne && (
            <>
              <td className="n text-ink-2">{exactMoneyText(product.total, invoice)}</td>
              <td className="on-wide" />
              <td className="on-full">
                <Bar bar={bars[i] as WaterfallBar} />
              </td>
            </>
          )}
        </tr>
      ))}
      {!isOne && !isZero(rest) && (
        <tr className="step-part">
          <th scope="row" className="text-ink-3">
            rounded in their last digits
          </th>
          <td className="n text-ink-2">{exactMoneyText(rest, invoice)}</td>
          <td className="on-wide" />
          <td className="on-full" />
        </tr>
      )}
    </>
  );
}

function Bar({ bar }: { bar: WaterfallBar }) {
  return (
    <svg className="waterfall" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="waterfall-ground" x="0" width="100" y="0" height="8" />
      <rect className={`waterfall-${bar.kind}`} x={bar.left} width={bar.width} y="0" height="8" />
    </svg>
  );
}

/** Every digit, and for running time also hours and minutes. */
function Quantity({ of, quantity }: { of: { unit: string }; quantity: string }) {
  const { short, exact } = quantityText(of, quantity);
  return (
    <span className="whitespace-normal">
      {exact}
      {readsAsDuration(of) && <span className="text-ink-3"> ({short})</span>}
    </span>
  );
}

/** `, 16 units each`: what one takes of a license that counts in units of its own. */
function weightWords({ weight, unit }: Of['licenses'][number]): string {
  // What was kept of a charge before this was told has none.
  return weight === undefined || weight === '1' ? '' : `, ${exactText(weight)} ${unit} each`;
}

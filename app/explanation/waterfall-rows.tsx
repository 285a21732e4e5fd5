import { exactText } from '#server/domain/decimal.ts';
import type { ExplainedStep, Explanation } from '#server/explanation/explanation.types.ts';
import { quantityText, readsAsDuration } from '../format/quantity.ts';
import { stepWords } from '../spend/steps.tsx';
import { type WaterfallBar, waterfallBars } from './waterfall.ts';

type Of = Pick<Explanation, 'charge' | 'invoice' | 'licenses' | 'steps'>;

/** How the charge was computed: each step with its exact figure, what stands after it, and a bar that shows the same. */
export function WaterfallRows({ explanation }: { explanation: Of }) {
  const { charge, invoice, licenses } = explanation;
  const quantities = explanation.steps.filter(({ quantity }) => quantity !== undefined);
  const amounts = explanation.steps.filter(({ amount }) => amount !== undefined);
  const name = (step: ExplainedStep) => {
    const license = licenses.find(({ id }) => id === step.licenseId);
    return `${stepWords(step.name)}${license ? `: ${license.product}${weightWords(license)}` : ''}`;
  };
  const unit = { unit: charge.unit };
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
          <th scope="col" className="on-full w-2/5">
            <span className="sr-only">Drawn</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {waterfallBars(quantities, 'quantity').map((bar, i) => {
          const step = quantities[i] as ExplainedStep;
          return (
            <Row key={`q ${step.name} ${step.licenseId}`} name={name(step)} bar={bar}>
              <Quantity of={unit} quantity={step.quantity ?? '0'} />
              <Quantity of={unit} quantity={step.quantityAfter ?? '0'} />
            </Row>
          );
        })}
        {waterfallBars(amounts, 'amount').map((bar, i) => {
          const step = amounts[i] as ExplainedStep;
          return (
            <Row key={`a ${step.name} ${step.licenseId}`} name={name(step)} bar={bar}>
              <span>
                {exactText(step.amount ?? '0', invoice.minorUnit)} {invoice.currency}
              </span>
              <span>
                {exactText(step.amountAfter ?? '0', invoice.minorUnit)} {invoice.currency}
              </span>
            </Row>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Charge</th>
          <td className="n">
            {exactText(charge.amount, invoice.minorUnit)} {invoice.currency}
          </td>
          <td className="on-wide" />
          <td className="on-full" />
        </tr>
      </tfoot>
    </table>
  );
}

function Row({
  name,
  bar,
  children,
}: {
  name: string;
  bar: WaterfallBar;
  children: [React.ReactNode, React.ReactNode];
}) {
  return (
    <tr>
      <th scope="row" className="break-words">
        {name}
      </th>
      <td className="n">{children[0]}</td>
      <td className="n on-wide text-ink-2">{children[1]}</td>
      <td className="on-full">
        <svg className="waterfall" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect className={`waterfall-${bar.kind}`} x={bar.left} width={bar.width} y="0" height="8" />
        </svg>
      </td>
    </tr>
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

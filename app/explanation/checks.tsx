import { exactText, isZero, separateThousands } from '#server/domain/decimal.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';

type Of = Pick<Explanation, 'checks' | 'charge' | 'invoice' | 'base'>;

/** Whether what is inside adds up to the charge, and what was done to know. */
export function Checks({ explanation }: { explanation: Of }) {
  const { checks, charge, invoice } = explanation;
  const exact = (amount: string) => `${exactText(amount, invoice.minorUnit)} ${invoice.currency}`;
  if (!isZero(checks.difference)) {
    return (
      <p className="note-bad">
        <b className="font-semibold">What is inside does not add up to this charge.</b> The parts come to{' '}
        {exact(checks.sumOfParts)}, the charge to {exact(checks.line)}. On a final invoice this is what events that came
        after it changed; it is billed as a correction on the next one. Anything else is our mistake: please ask about
        this charge.
      </p>
    );
  }
  return (
    <p className="note-plain">
      {separateThousands(String(checks.events))} {checks.events === 1 ? 'event adds' : 'events add'} up to{' '}
      {exact(checks.sumOfParts)} exactly
      {!isZero(explanation.base) && <>, {exact(explanation.base)} of it due without usage</>}
      {isZero(checks.rounding) ? (
        '.'
      ) : (
        <>
          ; rounded once, by {exact(checks.rounding)}, to {exact(charge.amount)}.
        </>
      )}{' '}
      {checks.milliseconds > 0 && `Checked in ${checks.milliseconds} ms.`}
    </p>
  );
}

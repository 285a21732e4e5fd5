import type { Explanation } from '#server/explanation/explanation.types.ts';
import { Checks } from './checks.tsx';
import { Comparison } from './comparison.tsx';
import { Formula } from './formula.tsx';
import { Marks } from './marks.tsx';
import { PriceWords } from './price-words.tsx';
import { WaterfallRows } from './waterfall-rows.tsx';

interface ExplanationBodyProps {
  explanation: Explanation;
  loadedAt: string | null;
  /** Whether resources and other charges can be gone to: not by whoever sees only this explanation. */
  linked?: boolean;
}

/** An explanation from top to bottom, without its resources: what happened, how it was computed, what made the difference. */
export function ExplanationBody({ explanation, loadedAt, linked = false }: ExplanationBodyProps) {
  return (
    <>
      <div>
        <p className="max-w-170 text-lead">{explanation.sentence}</p>
        <Formula explanation={explanation} />
      </div>
      <section className="card" aria-labelledby="computed">
        <h2 id="computed" className="mb-2">
          How it was computed
        </h2>
        <WaterfallRows explanation={explanation} />
        <div className="mt-3">
          <Checks explanation={explanation} />
        </div>
      </section>
      <section className="card" aria-labelledby="price">
        <h2 id="price" className="mb-2">
          The price
        </h2>
        <PriceWords explanation={explanation} loadedAt={loadedAt} />
      </section>
      {explanation.marks.length > 0 && (
        <section className="card" aria-labelledby="marks">
          <h2 id="marks" className="mb-2">
            What made the difference
          </h2>
          <Marks explanation={explanation} loadedAt={loadedAt} />
        </section>
      )}
      {explanation.comparison !== null && (
        <section className="card" aria-labelledby="comparison">
          <h2 id="comparison" className="mb-2">
            Compared with the period before
          </h2>
          <Comparison explanation={explanation} linked={linked} />
        </section>
      )}
    </>
  );
}

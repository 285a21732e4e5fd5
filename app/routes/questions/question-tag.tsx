import type { QuestionHead } from '#server/pages/questions-pages.types.ts';

type QuestionState = QuestionHead['state'];

const LOOKS: Record<QuestionState, string> = {
  open: 'tag tag-open',
  answered: 'tag',
  credited: 'tag',
  closed: 'tag tag-over',
};

/** What is still to come is dashed; an answer is solid; what is over is quiet. */
export function QuestionTag({ state }: { state: QuestionState }) {
  return <span className={LOOKS[state]}>{state}</span>;
}

import { Form, useNavigation } from '@remix-run/react';
import { QUESTION_LONGEST } from '#server/domain/policy.ts';
import type { QuestionPage } from '#server/pages/questions-pages.types.ts';

/** What was wrong with a reply, and what had been written. */
export interface Refused {
  field: 'text' | 'credit';
  error: string;
  text: string;
  credit: string;
}

/** For the next word of either side; support may grant a credit with it. */
export function ReplyForm({ page, refused }: { page: QuestionPage; refused: Refused | undefined }) {
  const { account, question, isSupport, mayCredit, entries } = page;
  const busy = useNavigation().state !== 'idle';
  const problem = (field: Refused['field']) =>
    refused?.field === field && (
      <span id={`${field}-error`} role="alert" className="note-bad">
        {refused.error}
      </span>
    );
  const described = (field: Refused['field']) => (refused?.field === field ? `${field}-error` : undefined);
  return (
    <section aria-labelledby="reply" className="flex flex-col gap-4">
      <h2 id="reply">{isSupport ? 'Answer' : question.state === 'open' ? 'Add something' : 'Reply'}</h2>
      {/* Once something was said, what was written is in the history: the form begins anew. */}
      <Form key={entries.length} method="post" className="flex flex-col gap-4">
        <label className="field">
          {isSupport ? 'What the customer reads' : 'What support reads'}
          <textarea
            name="text"
            rows={5}
            required
            maxLength={QUESTION_LONGEST}
            defaultValue={refused?.text}
            aria-invalid={refused?.field === 'text' || undefined}
            aria-describedby={described('text')}
            className="input"
          />
          {problem('text')}
        </label>
        {mayCredit && (
          <label className="field">
            Credit in {account.currency}, if any; it names this charge and its events
            <input
              type="text"
              name="credit"
              inputMode="decimal"
              autoComplete="off"
              defaultValue={refused?.credit}
              aria-invalid={refused?.field === 'credit' || undefined}
              aria-describedby={described('credit')}
              className="input max-w-40"
            />
          </label>
        )}
        {problem('credit')}
        <p>
          <button type="submit" className="button-primary" disabled={busy}>
            {busy ? 'Sending…' : 'Send'}
          </button>
        </p>
      </Form>
      {question.state !== 'closed' && (
        <Form method="post" className="flex flex-wrap items-center gap-3 text-fine text-ink-2">
          <input type="hidden" name="intent" value="close" />
          <button type="submit" className="button" disabled={busy}>
            Close the question
          </button>
          {isSupport ? 'The customer can open it again.' : 'Nothing more to ask. Writing again opens it.'}
        </Form>
      )}
    </section>
  );
}

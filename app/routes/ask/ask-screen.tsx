import { Form, useNavigation } from '@remix-run/react';
import { QUESTION_LONGEST } from '#server/domain/policy.ts';
import type { AskPage } from '#server/pages/questions-pages.types.ts';
import type { EventRef } from '../../event-param.ts';
import { momentText } from '../../format/time.ts';
import { EventList } from '../question/event-list.tsx';

interface AskScreenProps {
  page: AskPage;
  events: readonly EventRef[];
  loadedAt: string;
  refused: { error: string; text: string } | undefined;
}

/** What is asked about, as a title: what a difference is called is a question already. */
export function askTitle({ of, description }: Pick<AskPage, 'of' | 'description'>): string {
  return of === 'charge' ? `Ask about ${description}` : `Ask ${description.replace(/^W/, 'w')}`;
}

/** Asks about a charge, or a difference, as it is now; support sees the same numbers. */
export function AskScreen({ page, events, loadedAt, refused }: AskScreenProps) {
  const { account, meteredThrough, of } = page;
  const busy = useNavigation().state !== 'idle';
  return (
    <div className="max-w-180">
      <h1 className="break-anywhere mb-2">{askTitle(page)}</h1>
      <p className="mb-4 text-ink-2">
        Support sees this {of} as it is now, metered through{' '}
        <time dateTime={meteredThrough} title={meteredThrough}>
          {momentText(meteredThrough, account.timeZone, loadedAt)}
        </time>
        , whatever changes later. You are told by mail when there is an answer.
      </p>
      {events.length > 0 && <EventList events={events} />}
      <Form method="post" className="flex flex-col gap-4">
        <label className="field">
          Your question
          <textarea
            name="text"
            rows={7}
            required
            maxLength={QUESTION_LONGEST}
            defaultValue={refused?.text}
            aria-invalid={refused !== undefined || undefined}
            aria-describedby={refused ? 'text-error' : undefined}
            className="input"
          />
        </label>
        {refused && (
          <p id="text-error" role="alert" className="note-bad">
            {refused.error}
          </p>
        )}
        <p>
          <button type="submit" className="button-primary" disabled={busy}>
            {busy ? 'Sending…' : 'Ask'}
          </button>
        </p>
      </Form>
    </div>
  );
}

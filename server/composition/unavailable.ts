import { ClickHouseError } from '../../clickhouse/index.ts';
import { isStoreUnavailable, isUnstorableText } from '../database/errors.ts';
import { SpanError } from '../explanation/why/changes/question.ts';
import { TooMuchError } from '../fairness/too-much.ts';
import { NotStoredError } from '../ingest/writer.ts';
import { NotMeteredError } from '../metering/watermark.ts';
import { notUnderstood } from '../pages/not-found.ts';

/** Whether an error says that a store does not answer just now: what is asked may be asked again. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof ClickHouseError ||
    error instanceof NotStoredError ||
    error instanceof NotMeteredError ||
    isStoreUnavailable(error)
  );
}

/** A page whose store is down says so (503) and keeps its frame, instead of a fault without words. */
export function orUnavailable<Read extends (...asked: never[]) => Promise<unknown>>(read: Read): Read {
  const guardedRead = async (...asked: never[]): Promise<unknown> => {
    try {
      return await read(...asked);
    } catch (error) {
      if (error instanceof TooMuchError)
        throw new Response(error.message, {
          status: error.status,
          headers: { 'Retry-After': String(error.retryAfterSeconds) },
        });
      if (isUnstorableText(error))
        throw notUnderstood('This address holds a character that nothing here is called by.');
      if (error instanceof SpanError) throw notUnderstood(error.message);
      if (!isUnavailable(error)) throw error;
      throw new Response('The usage numbers cannot be read right now. Nothing is lost; try again in a moment.', {
        status: 503,
        headers: { 'Retry-After': '5' },
      });
    }
  };
  // It takes and gives what `read` does.
  return guardedRead as Read;
}

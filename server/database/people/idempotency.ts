import { and, eq, lt, sql } from 'drizzle-orm';
import type { Database, Queries } from '../database.types.ts';
import { idempotencyKeys } from '../schema/api-keys.ts';

/** How long an answer is kept; after that the key is free again. */
const IDEMPOTENCY_HOURS = 24;

/** A write as its sender names it. `requestHash` stands for method, path and body. */
export interface IdempotentRequest {
  principal: string;
  key: string;
  requestHash: string;
}

/** What a request was answered with, to be given again to its repetition. */
export interface Answer {
  status: number;
  /** JSON text; `null` for none. */
  body: string | null;
}

/** What to answer. `in_progress` is 409 and `mismatch` 422 in the IETF draft on `Idempotency-Key`. */
export type IdempotentOutcome =
  | { kind: 'answered'; answer: Answer; replayed: boolean }
  | { kind: 'in_progress' }
  | { kind: 'mismatch' };

/**
 * Does `work` at most once for the sender's key and remembers the answer, both in one SERIALIZABLE transaction: after a
 * crash there is either the whole or nothing. A thrown error is not remembered, so that a refused request can be put right.
 * `remember` is what a repetition is told, where that must differ from the first answer (secrets).
 */
export async function answerOnce(
  database: Database,
  request: IdempotentRequest,
  now: Date,
  work: (tx: Queries) => Promise<{ answer: Answer; remember?: Answer }>,
): Promise<IdempotentOutcome> {
  const { principal, key, requestHash } = request;
  return database.serializable(async (tx): Promise<IdempotentOutcome> => {
    // Held until commit. Whoever comes meanwhile is told so at once and holds no connection while waiting.
    const lock = await tx.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify([principal, key])}, 0)) as locked`,
    );
    if (!lock.rows[0]?.locked) return { kind: 'in_progress' };

    const freeBefore = new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000);
    const claimed = await tx
      .insert(idempotencyKeys)
      .values({ principal, key, requestHash, createdAt: now })
      .onConflictDoUpdate({
        target: [idempotencyKeys.principal, idempotencyKeys.key],
        set: { requestHash, status: null, body: null, createdAt: now },
        setWhere: lt(idempotencyKeys.createdAt, freeBefore),
      })
      .returning({ key: idempotencyKeys.key });
    const mine = and(eq(idempotencyKeys.principal, principal), eq(idempotencyKeys.key, key));

    if (claimed.length === 0) {
      const [before] = await tx.select().from(idempotencyKeys).where(mine);
      if (!before || before.status === null) throw new Error('an idempotency key without its answer was committed');
      if (before.requestHash !== requestHash) return { kind: 'mismatch' };
      return { kind: 'answered', answer: { status: before.status, body: before.body }, replayed: true };
    }
    const { answer, remember = answer } = await work(tx);
    await tx.update(idempotencyKeys).set({ status: remember.status, body: remember.body }).where(mine);
    return { kind: 'answered', answer, replayed: false };
  });
}

/** Forgets answers past their time. */
export async function deleteOldAnswers(queries: Queries, now: Date): Promise<void> {
  const before = new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000);
  await queries.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}

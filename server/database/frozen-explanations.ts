import { and, eq } from 'drizzle-orm';
import type { FrozenExplanation } from '../services/explanation.types.ts';
import { hashOfSecret } from './api-keys.ts';
import type { Queries } from './connect.ts';
import { frozenExplanations } from './schema/explanations.ts';

/** What of a frozen explanation is shown. */
export type ShownExplanation = Omit<FrozenExplanation, 'basis'>;

/**
 * Keeps an explanation; the same one twice is kept once. In a SERIALIZABLE transaction, with what refers to it.
 * @throws when the hash is not the content's: what is shown later could not be proven to be what was seen
 */
export async function keepFrozen(
  tx: Queries,
  accountId: string,
  chargeId: string,
  { content, sha256, basis, meteredThroughMicros, description }: FrozenExplanation,
  now: Date,
): Promise<void> {
  if (hashOfSecret(content) !== sha256) throw new Error(`the explanation of charge "${chargeId}" has another hash`);
  await tx
    .insert(frozenExplanations)
    .values({
      accountId,
      chargeId,
      contentSha256: sha256,
      // It names values of dimensions; `text` takes no NUL, and in the JSON of the others it is escaped.
      description: description.replaceAll('\0', '\ufffd'),
      content,
      basis,
      meteredThroughMicros,
      createdAt: now,
    })
    .onConflictDoNothing();
}

/** The explanation by its hash, `null` when the account has none such. */
export async function frozenExplanation(
  queries: Queries,
  accountId: string,
  { chargeId, contentSha256 }: { chargeId: string; contentSha256: string },
): Promise<ShownExplanation | null> {
  const [row] = await queries
    .select({
      content: frozenExplanations.content,
      sha256: frozenExplanations.contentSha256,
      meteredThroughMicros: frozenExplanations.meteredThroughMicros,
      description: frozenExplanations.description,
    })
    .from(frozenExplanations)
    .where(
      and(
        eq(frozenExplanations.accountId, accountId),
        eq(frozenExplanations.chargeId, chargeId),
        eq(frozenExplanations.contentSha256, contentSha256),
      ),
    );
  return row ?? null;
}

/** What is kept under the hash, with what the levels below are read with; `null` when the account has none such. */
export async function keptExplanation(
  queries: Queries,
  accountId: string,
  { chargeId, contentSha256 }: { chargeId: string; contentSha256: string },
): Promise<{ content: string; basis: string | null } | null> {
  const [row] = await queries
    .select({ content: frozenExplanations.content, basis: frozenExplanations.basis })
    .from(frozenExplanations)
    .where(
      and(
        eq(frozenExplanations.accountId, accountId),
        eq(frozenExplanations.chargeId, chargeId),
        eq(frozenExplanations.contentSha256, contentSha256),
      ),
    );
  return row ?? null;
}

import { and, eq } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { hashOfSecret } from '../people/api-keys.ts';
import { frozenExplanations } from '../schema/explanations.ts';

/** What the maker of an explanation link leaves out of it. */
export interface Redaction {
  /** The payloads (`data`) of events. */
  hidePayloads: boolean;
  /** What resources, apps and processes are called. */
  hideNames: boolean;
}

/** An explanation as it was at one watermark, to be kept and shown again. */
export interface FrozenExplanation {
  /** Canonical JSON text, as it was hashed. */
  content: string;
  /** SHA-256 of `content`, hex. */
  sha256: string;
  /** JSON text of what the levels below are read with, as of the watermark; never shown. */
  basis: string;
  meteredThroughMicros: number;
  /** What the charge is called, in one line; without names where they are hidden. */
  description: string;
}

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

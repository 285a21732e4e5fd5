import { randomBytes } from 'node:crypto';
import { and, desc, eq, gt, inArray, isNull, lt, sql, sum } from 'drizzle-orm';
import type { Queries } from '../database.types.ts';
import { hashOfSecret } from '../people/api-keys.ts';
import { explanationLinkOpens, explanationLinks, frozenExplanations } from '../schema/explanations.ts';
import { timedId } from '../timed-id.ts';
import type { FrozenExplanation, Redaction } from './frozen-explanations.ts';
import { keepFrozen } from './frozen-explanations.ts';

/** A link without its token, which nobody can read back. */
export interface ExplanationLink extends Redaction {
  id: string;
  /** The charge it shows, or the difference: `domain/change-id.ts`. */
  chargeId: string;
  description: string;
  contentSha256: string;
  meteredThroughMicros: number;
  note: string | null;
  createdByName: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  opens: number;
}

/** What a link shows to whoever has it: one explanation, and nothing beyond. */
export interface OpenedLink extends Omit<ExplanationLink, 'opens' | 'revokedAt'> {
  accountId: string;
  content: string;
  basis: string | null;
}

/** How a link was opened. `network` as CIDR text, `null` when it is not known. */
export interface LinkOpening {
  network: string | null;
  signedIn: boolean;
  /** `page`, or which part of it. */
  part: string;
}

const SHOWN = {
  id: explanationLinks.id,
  chargeId: explanationLinks.chargeId,
  description: frozenExplanations.description,
  contentSha256: explanationLinks.contentSha256,
  meteredThroughMicros: frozenExplanations.meteredThroughMicros,
  hidePayloads: explanationLinks.hidePayloads,
  hideNames: explanationLinks.hideNames,
  note: explanationLinks.note,
  createdByName: explanationLinks.createdByName,
  createdAt: explanationLinks.createdAt,
  expiresAt: explanationLinks.expiresAt,
};

const ITS_EXPLANATION = and(
  eq(frozenExplanations.accountId, explanationLinks.accountId),
  eq(frozenExplanations.chargeId, explanationLinks.chargeId),
  eq(frozenExplanations.contentSha256, explanationLinks.contentSha256),
);

const isValid = (now: Date) => and(isNull(explanationLinks.revokedAt), gt(explanationLinks.expiresAt, now));

/** Makes a link to a frozen explanation. The token, 43 characters of base64url, is returned here and never again. */
export async function createExplanationLink(
  tx: Queries,
  accountId: string,
  link: {
    chargeId: string;
    frozen: FrozenExplanation;
    redaction: Redaction;
    note: string | null;
    createdBy: string;
    createdByName: string;
    expiresAt: Date;
  },
  now: Date,
): Promise<{ token: string; link: ExplanationLink }> {
  const { frozen, redaction, ...fields } = link;
  await keepFrozen(tx, accountId, link.chargeId, frozen, now);
  const token = randomBytes(32).toString('base64url');
  const row = {
    id: timedId('lnk', now),
    ...fields,
    ...redaction,
    contentSha256: frozen.sha256,
    createdAt: now,
    revokedAt: null,
  };
  await tx.insert(explanationLinks).values({ ...row, accountId, tokenHash: hashOfSecret(token) });
  const { createdBy: _, ...shown } = row;
  const { description, meteredThroughMicros } = frozen;
  return { token, link: { ...shown, description, meteredThroughMicros, opens: 0 } };
}

/** One page of an account's links, or of those to one charge, newest first, also ended ones; those before a link's id. */
export async function listExplanationLinks(
  queries: Queries,
  accountId: string,
  page: { before: string | null; limit: number; chargeId?: string },
): Promise<ExplanationLink[]> {
  const opens = sql<number>`(${queries
    .select({ n: sql`coalesce(${sum(explanationLinkOpens.count)}, 0)` })
    .from(explanationLinkOpens)
    .where(sql`${explanationLinkOpens.linkId} = ${explanationLinks}.id`)})`.mapWith(Number);
  return queries
    .select({ ...SHOWN, revokedAt: explanationLinks.revokedAt, opens })
    .from(explanationLinks)
    .innerJoin(frozenExplanations, ITS_EXPLANATION)
    .where(
      and(
        eq(explanationLinks.accountId, accountId),
        page.before === null ? undefined : lt(explanationLinks.id, page.before),
        page.chargeId === undefined ? undefined : eq(explanationLinks.chargeId, page.chargeId),
      ),
    )
    .orderBy(desc(explanationLinks.id))
    .limit(page.limit);
}

/** Ends a link at once. `false` when the account has no such link that is not revoked. */
export async function revokeExplanationLink(
  queries: Queries,
  accountId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const revoked = await queries
    .update(explanationLinks)
    .set({ revokedAt: now })
    .where(
      and(eq(explanationLinks.accountId, accountId), eq(explanationLinks.id, id), isNull(explanationLinks.revokedAt)),
    )
    .returning({ id: explanationLinks.id });
  return revoked.length === 1;
}

/**
 * What the token opens. `null` for an unknown token as for a link that has expired or was revoked: nobody can tell which. Whoever
 * shows it notes that it was opened.
 */
export async function openExplanationLink(queries: Queries, token: string, now: Date): Promise<OpenedLink | null> {
  const [opened] = await queries
    .select({
      ...SHOWN,
      accountId: explanationLinks.accountId,
      content: frozenExplanations.content,
      basis: frozenExplanations.basis,
    })
    .from(explanationLinks)
    .innerJoin(frozenExplanations, ITS_EXPLANATION)
    .where(and(eq(explanationLinks.tokenHash, hashOfSecret(token)), isValid(now)));
  return opened ?? null;
}

/** Openings that are to be a row. */
export interface NewOpenings extends LinkOpening {
  linkId: string;
  openedAt: Date;
  count: number;
}

/** Writes rows of openings. @returns their ids, in order */
export async function addLinkOpenings(queries: Queries, openings: readonly NewOpenings[]): Promise<number[]> {
  if (openings.length === 0) return [];
  const rows = await queries
    .insert(explanationLinkOpens)
    .values([...openings])
    .returning({ id: explanationLinkOpens.id });
  return rows.map(({ id }) => id);
}

/** Adds to the counts of rows. */
export async function countLinkOpenings(queries: Queries, more: ReadonlyMap<number, number>): Promise<void> {
  if (more.size === 0) return;
  const cases = [...more].map(([id, count]) => sql`when ${id} then ${count}::int`);
  await queries
    .update(explanationLinkOpens)
    .set({ count: sql`${explanationLinkOpens.count} + case ${explanationLinkOpens.id} ${sql.join(cases, sql` `)} end` })
    .where(inArray(explanationLinkOpens.id, [...more.keys()]));
}

/** The link of an account, as long as it opens. */
export async function validExplanationLink(
  queries: Queries,
  accountId: string,
  id: string,
  now: Date,
): Promise<{ chargeId: string; contentSha256: string } | null> {
  const [link] = await queries
    .select({ chargeId: explanationLinks.chargeId, contentSha256: explanationLinks.contentSha256 })
    .from(explanationLinks)
    .where(and(eq(explanationLinks.accountId, accountId), eq(explanationLinks.id, id), isValid(now)));
  return link ?? null;
}

/** One page of the openings of a link, newest first; `null` when the account has no such link. */
export async function listLinkOpens(
  queries: Queries,
  accountId: string,
  linkId: string,
  page: { before: number | null; limit: number },
): Promise<(LinkOpening & { id: number; openedAt: Date; count: number })[] | null> {
  const [link] = await queries
    .select({ id: explanationLinks.id })
    .from(explanationLinks)
    .where(and(eq(explanationLinks.accountId, accountId), eq(explanationLinks.id, linkId)));
  if (link === undefined) return null;
  return queries
    .select({
      id: explanationLinkOpens.id,
      openedAt: explanationLinkOpens.openedAt,
      count: explanationLinkOpens.count,
      network: explanationLinkOpens.network,
      signedIn: explanationLinkOpens.signedIn,
      part: explanationLinkOpens.part,
    })
    .from(explanationLinkOpens)
    .where(
      and(
        eq(explanationLinkOpens.linkId, linkId),
        page.before === null ? undefined : lt(explanationLinkOpens.id, page.before),
      ),
    )
    .orderBy(desc(explanationLinkOpens.id))
    .limit(page.limit);
}

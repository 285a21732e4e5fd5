import { z } from 'zod';
import type { Change } from '../../database/accounts/account-settings.ts';
import type { Account } from '../../database/accounts/accounts.ts';
import { keepPeriods, reopenPeriods } from '../../database/accounts/billing-periods.ts';
import type { Queries } from '../../database/database.types.ts';
import { microsOf } from '../../domain/instant.ts';
import { refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { nameOf, type Principal } from '../endpoint/principal.ts';
import { textSchema, timestampSchema } from '../endpoint/schemas.ts';

/** Fields of every write of a setting: from when it holds, and why if that reaches into a period that has ended. */
export const changeFields = {
  effectiveFrom: instantSchema.optional().meta({ description: 'From when it holds; left out: from now on.' }),
  amend: z
    .strictObject({ reason: textSchema(500) })
    .optional()
    .meta({ description: 'Amends periods that have ended: a draft changes, a final invoice gets a correction.' }),
};

/** One writing, as histories tell it. */
export const writingSchema = z.object({
  effectiveFrom: timestampSchema.nullable().meta({ description: '`null`: from the beginning.' }),
  changedAt: timestampSchema,
  changedBy: z.string().nullable().meta({ description: 'The principal; `null` where it was not kept.' }),
  value: z.record(z.string(), z.unknown()),
  reason: z.string().optional(),
});

/** A writing as an answer: instants as text, a reason only where there is one. */
export function shownWriting({
  effectiveFrom,
  changedAt,
  changedBy,
  reason,
  value,
}: Change & { changedAt: Date; value: Record<string, unknown> }) {
  return {
    effectiveFrom: effectiveFrom?.toISOString() ?? null,
    changedAt: changedAt.toISOString(),
    changedBy,
    value,
    ...(reason === null ? {} : { reason }),
  };
}

/** What a write says of its time. */
export interface AskedChange {
  effectiveFrom?: Date | undefined;
  amend?: { reason: string } | undefined;
}

/** When and by whom a change is written, and what of the account it may touch. Instants in microseconds since 1970. */
export interface ChangeScope {
  principal: Principal;
  now: Date;
  /** When the account's usage begins; `null` when there is none. */
  firstUse: number | null;
}

/**
 * The change that a write asks for. Periods that have ended keep what was in force in them: a change that reaches into one
 * is refused unless it is to amend them. In a SERIALIZABLE transaction.
 * @throws Problem 409 that names the period
 */
export async function requestedChange(
  tx: Queries,
  account: Account,
  { effectiveFrom, amend }: AskedChange,
  scope: ChangeScope,
): Promise<Partial<Change>> {
  const change = { changedBy: nameOf(scope.principal), reason: amend?.reason ?? null };
  if (effectiveFrom === undefined) return change;
  await requireNotEnded(tx, account, effectiveFrom, amend !== undefined, scope);
  return { ...change, effectiveFrom };
}

/** @throws Problem 409 when the instant lies in a period that has ended, or before one, and nothing is to be amended */
export async function requireNotEnded(
  tx: Queries,
  account: Account,
  effectiveFrom: Date,
  amends: boolean,
  { now, firstUse }: Omit<ChangeScope, 'principal'>,
): Promise<void> {
  const micros = microsOf(now);
  const periods = await keepPeriods(tx, account, micros, Math.min(firstUse ?? micros, micros));
  const ended = periods.filter(({ state, to }) => state !== 'open' && to > microsOf(effectiveFrom));
  const [first] = ended;
  if (first === undefined) return;
  if (amends) return reopenPeriods(tx, [account], effectiveFrom, now);
  const others = ended.length === 1 ? '' : ` and ${ended.length - 1} after it`;
  const from = new Date((ended.at(-1)?.to ?? 0) / 1000).toISOString();
  const detail = `Period ${first.key}${others} of account ${account.id} has ended: a change can take effect from ${from} on, or amend it with a reason ("amend": {"reason": "…"}).`;
  throw refused(409, '#/effectiveFrom', detail);
}

import type { z } from 'zod';

/** Turns what was kept in one form into the next. Pure: it knows nothing but what was kept. */
export type Step = (kept: Record<string, unknown>) => Record<string, unknown>;

/** A kind of document that is kept for good. */
export interface Kind<Document extends object> {
  /** For people who read that something is wrong with one. */
  name: string;
  /** From form 1 to 2, from 2 to 3, …: never changed, never taken out. */
  steps: readonly Step[];
  /** What the newest form must have; more may stand in it, and is handed on. */
  schema: z.ZodType;
  /** Never there; it only ties the kind to its documents. */
  of?: Document;
}

/** Something was kept in a form this version does not know, or does not have what its form says. */
export class KeptFormError extends Error {}

/** The number of the form that is written now. What was written before forms had numbers is of the first. */
export function newestForm({ steps }: Pick<Kind<object>, 'steps'>): number {
  return steps.length + 1;
}

/**
 * What was kept, whatever version kept it, without the number of its form.
 * @throws KeptFormError that names the kind and what is wrong
 */
export function readKept<Document extends object>(kind: Kind<Document>, kept: unknown): Document {
  if (!isRecord(kept)) throw new KeptFormError(`${kind.name} is no JSON object`);
  const form = kept.form ?? 1;
  if (typeof form !== 'number' || !Number.isInteger(form) || form < 1 || form > newestForm(kind)) {
    const known = `this version reads forms 1 to ${newestForm(kind)}`;
    throw new KeptFormError(`${kind.name} is kept in form ${JSON.stringify(form)}, but ${known}; a later one wrote it`);
  }
  const newest = kind.steps.slice(form - 1).reduce((document, step) => stepped(kind, document, step), kept);
  const { form: _, ...document } = newest;
  return checked(kind, document);
}

/**
 * The same of JSON text.
 * @param form where the number is kept beside the text, not in it
 * @throws KeptFormError
 */
export function readKeptText<Document extends object>(kind: Kind<Document>, text: string, form?: number): Document {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch (cause) {
    throw new KeptFormError(`${kind.name} is no JSON`, { cause });
  }
  return readKept(kind, form === undefined || !isRecord(kept) ? kept : { ...kept, form });
}

function stepped(kind: Kind<object>, kept: Record<string, unknown>, step: Step): Record<string, unknown> {
  try {
    return step(kept);
  } catch (cause) {
    throw new KeptFormError(`${kind.name} does not have what its form says: ${(cause as Error).message}`, { cause });
  }
}

function checked<Document extends object>(kind: Kind<Document>, document: unknown): Document {
  const result = kind.schema.safeParse(document);
  if (result.success) return document as Document;
  const issue = result.error.issues[0];
  throw new KeptFormError(`${kind.name} has a fault at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

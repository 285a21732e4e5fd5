import { z } from 'zod';
import { type Kind, newestForm, readKeptText } from '../../billing/kept/forms.ts';
import type { Redaction } from '../../database/support/frozen-explanations.ts';
import type { Change } from '../../domain/change-id.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Explanation } from '../explanation.types.ts';
import type { Changes } from '../why/changes/changes.types.ts';

/** A difference as it was asked for and told, with all that a page of it says. */
export interface ChangeTold {
  account: Explanation['account'];
  asked: Change;
  /** Of a charge: what that is called. */
  charge: { description: string; lineValues: Record<string, string> } | null;
  /** Key of the period the later span is in. */
  periodKey: string;
  /** Whether the later span could still change; of two that were asked for, either. */
  estimated: boolean;
  changes: Changes;
}

/** What is kept of a difference: all of it, since there is nothing below it to be read. */
export interface FrozenChange {
  told: ChangeTold;
  redaction: Redaction;
}

const text = z.string();
const optionalText = text.optional();

/** A difference, as it is kept in a document of any kind. */
export const keptChanges = z.looseObject({
  ...{ from: text, to: text, compareFrom: text, compareTo: text },
  ...{ currency: text, minorUnit: z.int().min(0), timeZone: text },
  ...{ amountExact: text, compareAmountExact: text, differenceExact: text, meteredThrough: text },
  drivers: z.array(
    z.looseObject({
      ...{ kind: text, description: text, amountExact: text },
      ...{ arithmetic: optionalText, at: optionalText, actor: optionalText },
      inside: z.array(z.looseObject({ chargeId: text, description: text, lineValues: z.record(text, text) })),
    }),
  ),
});

const CHANGE: Kind<FrozenChange> = {
  name: 'the content of a frozen difference',
  steps: [],
  schema: z.looseObject({
    told: z.looseObject({
      account: z.looseObject({ id: text, name: text, timeZone: text }),
      asked: z.looseObject({}),
      charge: z.looseObject({ description: text, lineValues: z.record(text, text) }).nullable(),
      periodKey: text,
      estimated: z.boolean(),
      changes: keptChanges,
    }),
    redaction: z.looseObject({ hidePayloads: z.boolean(), hideNames: z.boolean() }),
  }),
};

/** The text to keep and to hash: with the number of its form. */
export function changeToKeep(content: FrozenChange): string {
  return canonicalJson({ ...content, form: newestForm(CHANGE) });
}

/** What is shown of a frozen difference, from its kept text. @throws KeptFormError */
export function readChange(kept: string): FrozenChange {
  return readKeptText(CHANGE, kept);
}

/** What names are hidden with; nobody is shown it. */
export interface ChangeBasis {
  secret: string;
}

const BASIS: Kind<ChangeBasis> = {
  name: 'the basis of a frozen difference',
  steps: [],
  schema: z.looseObject({ secret: text }),
};

/** The text to keep, with the number of its form. */
export function changeBasisToKeep(basis: ChangeBasis): string {
  return JSON.stringify({ form: newestForm(BASIS), ...basis });
}

/** From its kept text. @throws KeptFormError */
export function readChangeBasis(kept: string): ChangeBasis {
  return readKeptText(BASIS, kept);
}

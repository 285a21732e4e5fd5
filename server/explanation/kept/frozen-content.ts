import { z } from 'zod';
import { type Kind, newestForm, readKeptText } from '../../billing/kept/forms.ts';
import type { Redaction } from '../../database/support/frozen-explanations.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Explanation } from '../explanation.types.ts';
import type { Changes } from '../why/changes/changes.types.ts';
import { keptChanges } from './frozen-change.ts';

/** What is kept of an explanation, and shown as it is: its first level. Levels below are read as of its watermark. */
export interface FrozenContent {
  explanation: Explanation;
  /** What made the difference to the period before; `null` without one, absent in what earlier versions kept. */
  changes?: Changes | null;
  redaction: Redaction;
}

const list = z.array(z.unknown());
const charge = z.looseObject({
  chargeId: z.string(),
  description: z.string(),
  lineValues: z.record(z.string(), z.string()),
  amountExact: z.string(),
  amount: z.string(),
});
const period = z.looseObject({ key: z.string(), from: z.string(), to: z.string(), timeZone: z.string() });

const CONTENT: Kind<FrozenContent> = {
  name: 'the content of a frozen explanation',
  // 2: says its form.
  steps: [(content) => content],
  schema: z.looseObject({
    explanation: z.looseObject({
      account: z.looseObject({ id: z.string(), name: z.string(), timeZone: z.string() }),
      invoice: z.looseObject({ state: z.string(), period, currency: z.string(), minorUnit: z.int() }),
      charge,
      meter: z.looseObject({ key: z.string(), aggregation: z.string(), unit: z.string() }),
      sentence: z.string(),
      steps: list,
      prices: list,
      licenses: list,
      base: z.string(),
      resourceCount: z.int(),
      resources: list,
      nextResources: z.string().nullable(),
      marks: list,
      meteredThrough: z.string(),
    }),
    changes: keptChanges.nullish(),
    redaction: z.looseObject({ hidePayloads: z.boolean(), hideNames: z.boolean() }),
  }),
};

/** The text to keep and to hash: with the number of its form. */
export function contentToKeep(content: FrozenContent): string {
  return canonicalJson({ ...content, form: newestForm(CONTENT) });
}

/** What is shown of a frozen explanation, from its kept text. @throws KeptFormError */
export function readContent(text: string): FrozenContent {
  return readKeptText(CONTENT, text);
}

import { z } from 'zod';
import { filterSchema } from './schemas.ts';

/** Values of one filter. */
const MOST_LISTED = 1_000;

/** Lists repeat the name: `subject=a&subject=b`. */
export function listSchema(item: z.ZodType<string>) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value, context) => {
      const list = typeof value === 'string' ? [value] : value;
      const faults = new Set(
        list.flatMap((each) => item.safeParse(each).error?.issues ?? []).map((each) => each.message),
      );
      if (list.length > MOST_LISTED) faults.add(`Must be at most ${MOST_LISTED}.`);
      for (const message of faults) context.addIssue({ code: 'custom', message });
      return list;
    })
    .meta({ type: 'array', items: { type: 'string' } });
}

/** `filterGroupBy[app]=a&filterGroupBy[app]=b`; the value may be empty: usage whose event did not say. */
export const filtersSchema = z
  .record(z.string(), listSchema(filterSchema(500)), { error: 'Must name a dimension, as in filterGroupBy[app]=web.' })
  .optional()
  .meta({
    param: { style: 'deepObject', explode: true },
    description: 'By dimension: `filterGroupBy[app]=web`; repeated, any of them.',
  });

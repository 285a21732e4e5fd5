import { z } from 'zod';
import type { Account, WrittenAccount } from '../../database/accounts/accounts.ts';
import { currencySchema } from '../endpoint/currency.ts';
import { percentSchema } from '../endpoint/decimal-schema.ts';
import { inputProblem } from '../endpoint/input.ts';
import { nameSchema } from '../endpoint/schemas.ts';
import { timeZoneSchema } from '../endpoint/time-zone.ts';
import { changeFields } from './change-in-time.ts';

const fields = {
  name: nameSchema(200),
  kind: z.enum(['personal', 'team', 'enterprise']),
  currency: currencySchema,
  timeZone: timeZoneSchema.meta({ description: 'Billing periods begin and end in this zone.' }),
  anchorDay: z.int().min(1).max(31).meta({ description: 'Day billing periods begin; 31 means the last.' }),
  taxPercent: percentSchema,
};

type AccountFields = Omit<WrittenAccount, 'id'>;

/** What a new account is where its first writing does not say. */
const AT_FIRST = { timeZone: 'UTC', anchorDay: 1, taxPercent: '0' } satisfies Partial<AccountFields>;

/** What `PUT` takes; see `wholeAccount` for what must be there. */
export const accountInputSchema = z
  .strictObject({ ...fields, ...changeFields })
  .partial()
  .meta({
    id: 'AccountInput',
    required: ['name', 'kind', 'currency'],
    description:
      'Of an account that exists, all fields. Of a new one `timeZone` may be left out for `UTC`, `anchorDay` for 1, `taxPercent` for `"0"`.',
  });

/** What `PATCH` takes: some of it. */
export const accountChangeSchema = z
  .strictObject({ ...fields, ...changeFields })
  .partial()
  .refine((change) => Object.keys(change).some((name) => Object.hasOwn(fields, name)), {
    error: 'Must change something.',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ id: 'AccountChange', minProperties: 1 });

/**
 * The account as `PUT` says it is. What is left out of an account that exists would be reset without anybody having said so.
 * @throws Problem 400 that names every field that is missing
 */
export function wholeAccount(
  body: Omit<z.output<typeof accountInputSchema>, keyof typeof changeFields>,
  before: Account | null,
): AccountFields {
  const said = before === null ? { ...AT_FIRST, ...body } : body;
  const detail =
    before === null ? 'Is missing.' : 'Is missing: PUT replaces all of an account; PATCH changes some of it.';
  const missing = Object.keys(fields).filter((name) => !Object.hasOwn(said, name));
  if (missing.length > 0) throw inputProblem(missing.map((name) => ({ pointer: `#/${name}`, detail })));
  // None of them is missing.
  return said as AccountFields;
}

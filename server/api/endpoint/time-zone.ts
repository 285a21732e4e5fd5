import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/**
 * The IANA name with its proper capitals (`europe/berlin` → `Europe/Berlin`; links such as `Asia/Kolkata` stay what they
 * are), or `null`. The stores know names in proper capitals only. Offsets such as `+01:00` are no zones: they have no rules.
 */
function timeZoneName(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

/** An IANA time zone, in proper capitals. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .transform((name, context) => {
    const known = timeZoneName(name);
    if (known !== null) return known;
    context.addIssue({ code: 'custom', message: 'Must be an IANA time zone, for example Europe/Berlin or UTC.' });
    return z.NEVER;
  })
  .meta({ type: 'string', description: 'IANA time zone', examples: ['UTC', 'Europe/Berlin'] });

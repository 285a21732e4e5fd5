import { z } from 'zod';
import { whyNoCurrency } from '../../domain/currencies.ts';

/** A currency something can be billed in; what cannot is refused with the reason. */
export const currencySchema = z
  .string()
  .superRefine((text, context) => {
    const reason = whyNoCurrency(text);
    if (reason !== null) context.addIssue({ code: 'custom', message: reason });
  })
  .meta({ pattern: '^[A-Z]{3}$', examples: ['USD'] });

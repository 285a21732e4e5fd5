import { z } from 'zod';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Whether the text is an ISO 4217 code this runtime knows. */
export function isCurrency(text: string): boolean {
  return CURRENCIES.has(text);
}

export const currencySchema = z
  .string()
  .refine(isCurrency, 'Must be an ISO 4217 code in capitals, for example USD.')
  .meta({ pattern: '^[A-Z]{3}$', examples: ['USD'] });

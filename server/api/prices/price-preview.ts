import { z } from 'zod';
import { isLevels } from '../../domain/aggregation.ts';
import { minorUnitOf } from '../../domain/currencies.ts';
import { parseQuantity, quantityText } from '../../domain/money.ts';
import { modelOf } from '../../domain/pricing/models/models.ts';
import { ratePrice } from '../../domain/rating/rate-price.ts';
import { currencySchema } from '../endpoint/currency.ts';
import { type Api, addRoute } from '../endpoint/endpoint.ts';
import { jsonBody, parseBody, refused, requireNoQuery } from '../endpoint/input.ts';
import { problemResponses } from '../endpoint/openapi.ts';
import { requirePrincipal, requireRole } from '../endpoint/principal.ts';
import { priceSchema } from './price-schema.ts';

const MOST_SLOTS = 10_000;

/** In slot-seconds a quantity may have 18 decimals: a level of 12 for a number of microseconds. */
const quantitySchema = z
  .string()
  .regex(
    /^(0|[1-9]\d{0,19})(\.\d{1,18})?$/,
    'Must be a decimal in quotes, not negative, of at most 20 digits before the point, for example "1296000".',
  )
  .meta({ examples: ['1296000'] });

const askedSchema = z
  .strictObject({
    price: priceSchema,
    quantity: quantitySchema.meta({ description: "In the meter's unit; of time-weighted meters, level × seconds." }),
    slots: z
      .union(
        [
          z.array(quantitySchema).min(1, 'Must have a quantity.').max(MOST_SLOTS),
          z.int().min(1, 'Must be at least 1.').max(MOST_SLOTS),
        ],
        {
          error: `Must be a list of quantities as decimals in quotes, or a whole number of slots from 1 to ${MOST_SLOTS}.`,
        },
      )
      .optional()
      .meta({
        description:
          'The quantity of each slot (of each event, for percentages), or into how many slots it is divided.',
      }),
    currency: currencySchema.default('USD'),
  })
  .superRefine(({ price, quantity, slots }, context) => {
    const { meter } = modelOf(price);
    if (meter !== null && isLevels(meter.aggregation)) return;
    const all = [quantity, ...(Array.isArray(slots) ? slots : [])];
    all.forEach((text, i) => {
      if (!/\.\d{13}/.test(text)) return;
      const message = 'Must have at most 12 decimals; only quantities of time have more.';
      context.addIssue({ code: 'custom', message, path: i === 0 ? ['quantity'] : ['slots', i - 1] });
    });
  })
  .meta({ id: 'PricePreviewInput' });

const answerSchema = z
  .object({
    amount: z.string().meta({ description: 'Exact, at most 12 decimals.' }),
    rounded: z.string().meta({ description: "Half up, to the currency's minor unit." }),
    steps: z.array(z.object({ name: z.string(), quantity: z.string().optional(), amount: z.string().optional() })),
    unitAmount: z.string().nullable().meta({ description: 'Amount by quantity; `null` for no quantity.' }),
  })
  .meta({ id: 'PricePreview' });

/**
 * What a quantity costs at a price: the engine itself. It stores nothing, so it has neither the transaction nor the
 * `Idempotency-Key` of a write: the same question has the same answer anyway.
 */
export function addPricePreviewEndpoint(api: Api): void {
  addRoute(
    api,
    {
      method: 'post',
      storesNothing: true,
      path: '/v1/price-preview',
      tags: ['Rate cards'],
      summary: 'What a quantity costs at a price; nothing is stored',
      description: 'By the engine that invoices use. Takes the role `read`.',
      request: { body: { required: true, content: { 'application/json': { schema: askedSchema } } } },
      responses: {
        200: { description: 'The amount.', content: { 'application/json': { schema: answerSchema } } },
        ...problemResponses([400, 401, 403, 413, 415, 429, 503]),
      },
    },
    [
      (req, _res, next) => {
        requireRole(requirePrincipal(req), 'read');
        requireNoQuery(req);
        next();
      },
      ...jsonBody,
      (req, res) => {
        const { price, quantity, slots, currency } = parseBody(askedSchema, req);
        const ofSlots = typeof slots === 'number' ? divided(quantity, slots) : (slots ?? null);
        if (ofSlots !== null) requireSum(ofSlots, quantity);
        const minorUnit = minorUnitOf(currency);
        const preview = ratePrice(price, quantity, ofSlots, { code: currency, minorUnit });
        res.set('Cache-Control', 'no-store').json(preview);
      },
    ],
  );
}

/** The quantity in equal parts. @throws Problem 400 when that leaves a rest */
function divided(quantity: string, slots: number): string[] {
  const whole = parseQuantity(quantity);
  const each = whole / BigInt(slots);
  if (each * BigInt(slots) !== whole) {
    throw refused(
      400,
      '#/slots',
      `${quantity} cannot be divided into ${slots} equal parts; list the quantity of each.`,
    );
  }
  return Array.from({ length: slots }, () => quantityText(each));
}

function requireSum(ofSlots: readonly string[], quantity: string): void {
  const sum = ofSlots.reduce((total, part) => total + parseQuantity(part), 0n);
  if (sum === parseQuantity(quantity)) return;
  throw refused(400, '#/slots', `The slots add up to ${quantityText(sum)}, not to the quantity, ${quantity}.`);
}

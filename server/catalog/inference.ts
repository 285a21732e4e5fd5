import type { Price } from '../domain/pricing/price.ts';

/** Models of the metered inference add-on. `conv-2023` answers the replayed recording of a real service. */
const INFERENCE_MODELS = ['chat-large', 'chat-small', 'conv-2023'] as const;

const LARGE_MODELS: readonly string[] = ['chat-large', 'conv-2023'];
const TEN_MILLION = '10000000';
const HUNDRED_MILLION = '100000000';

/** Prices of requests and tokens: no cap, tiers over the whole account. Amounts are the demo's own. */
export function inferencePrices(): Price[] {
  const requests: Price = {
    key: 'inference.requests',
    meter: 'inference-requests',
    description: 'Inference requests',
    model: 'per_unit',
    unitAmount: '0.015',
    per: '1000',
  };
  const tokens = INFERENCE_MODELS.flatMap((model): Price[] => {
    const [context, generated] = LARGE_MODELS.includes(model)
      ? [
          ['0.0000030', '0.0000024', '0.0000018'],
          ['0.0000150', '0.0000120', '0.0000090'],
        ]
      : [
          ['0.00000025', '0.00000020', '0.00000015'],
          ['0.00000125', '0.00000100', '0.00000075'],
        ];
    return [tokenPrice('context', model, context), tokenPrice('generated', model, generated)];
  });
  return [requests, ...tokens];
}

function tokenPrice(kind: 'context' | 'generated', model: string, amounts: string[] | undefined): Price {
  const [first = '0', second = '0', third = '0'] = amounts ?? [];
  return {
    key: `inference.${kind}.${model}`,
    meter: `inference-${kind}-tokens`,
    match: { model },
    description: `${model}, ${kind} tokens`,
    model: 'graduated',
    tiers: [
      { upTo: TEN_MILLION, unitAmount: first },
      { upTo: HUNDRED_MILLION, unitAmount: second },
      { upTo: null, unitAmount: third },
    ],
  };
}

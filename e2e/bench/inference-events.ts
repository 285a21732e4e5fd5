import { createHash } from 'node:crypto';
import type { MeterDefinition } from '../../server/domain/meter.ts';

/** What is measured is fed with: requests to a language model, about 300 bytes each, read by three meters. */
export const EVENT_TYPE = 'inference.request';
export const COUNT_METER = 'bench-requests';
export const TOKENS_METER = 'bench-generated-tokens';

const dimensions = { app: '$.app', model: '$.model' };
const common = { eventType: EVENT_TYPE, dimensions };

export const METERS: Record<string, MeterDefinition> = {
  [COUNT_METER]: { ...common, description: 'Requests', aggregation: 'count', unit: 'request' },
  [TOKENS_METER]: {
    ...common,
    description: 'Generated tokens',
    aggregation: 'sum',
    valuePath: '$.generated_tokens',
    unit: 'token',
  },
  'bench-context-tokens': {
    ...common,
    description: 'Context tokens',
    aggregation: 'sum',
    valuePath: '$.context_tokens',
    unit: 'token',
  },
};

const APPS = 20;
const MODELS = ['small-instruct', 'large-instruct'];

/** One event's JSON. The same series and number always give the same event; other ones another id. */
export function eventJson(series: string, number: number, time: Date): string {
  return JSON.stringify(eventOf(series, number, time));
}

/** See `eventJson`. */
export function eventOf(series: string, number: number, time: Date) {
  const id = createHash('md5').update(`${series} ${number}`).digest('hex');
  const app = `app-${number % APPS}`;
  return {
    specversion: '1.0',
    id,
    source: '/bench/inference',
    type: EVENT_TYPE,
    subject: app,
    time: time.toISOString(),
    data: {
      app,
      model: MODELS[number % MODELS.length],
      context_tokens: (number * 7919) % 4096,
      generated_tokens: (number * 104729) % 1024,
      region: 'eu-1',
      status: 200,
    },
  };
}

/** A request body of `count` events from number `first` on. */
export function batchJson(series: string, first: number, count: number, time: Date): string {
  const events: string[] = [];
  for (let i = 0; i < count; i++) events.push(eventJson(series, first + i, time));
  return `[${events.join(',')}]`;
}

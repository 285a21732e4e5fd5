import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator, TestAccount } from '../people/operator.ts';

/** The three kinds of counting that every exactly-once test looks at. */
const METERS = {
  requests: {
    description: 'Requests',
    eventType: 'app.request',
    aggregation: 'count',
    dimensions: { app: '$.app' },
    unit: 'request',
  },
  tokens: {
    description: 'Tokens',
    eventType: 'app.request',
    aggregation: 'sum',
    valuePath: '$.tokens',
    dimensions: { app: '$.app' },
    unit: 'token',
  },
  disk: {
    description: 'Disk',
    eventType: 'disk.level',
    aggregation: 'time_weighted',
    levels: 'amount',
    valuePath: '$.gigabytes',
    dimensions: {},
    unit: 'GB-second',
  },
} as const;

/** Exact decimal text of each meter; `null` where there is no usage. */
export interface Usage {
  requests: string | null;
  tokens: string | null;
  disk: string | null;
}

interface MeterAnswer {
  meteredThrough: string;
  data: { valueExact: string }[];
}

/** Defines the three meters, so that their numbers can be asked for. */
export async function defineMeters(operator: Operator): Promise<void> {
  for (const [key, definition] of Object.entries(METERS)) await operator.defineMeter(key, definition);
}

/** An account's usage once everything received up to `through` is in it: asked for until it is metered, then read once. */
export async function usageOf(operator: Operator, account: TestAccount, through: string): Promise<Usage> {
  await untilMetered(operator, account, through);
  const [requests, tokens, disk] = await Promise.all([
    total(operator, account, 'requests'),
    total(operator, account, 'tokens'),
    total(operator, account, 'disk'),
  ]);
  return { requests, tokens, disk };
}

/** Comes back when everything received up to `through` (RFC 3339 with microseconds) is in the numbers. */
async function untilMetered(operator: Operator, account: TestAccount, through: string): Promise<void> {
  for (;;) {
    const { meteredThrough } = await ask(operator, account, 'requests');
    if (meteredThrough >= through) return;
    await sleep(50);
  }
}

async function total(operator: Operator, account: TestAccount, meter: string): Promise<string | null> {
  const { data } = await ask(operator, account, meter);
  if (data.length > 1) throw new Error(`${meter} answered ${data.length} totals`);
  return data[0]?.valueExact ?? null;
}

async function ask(operator: Operator, account: TestAccount, meter: string): Promise<MeterAnswer> {
  return (await operator.request('GET', `/api/v1/meters/${meter}/query?accountId=${account.id}`)) as MeterAnswer;
}

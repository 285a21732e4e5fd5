import type { MeterDefinition } from '../domain/meter.ts';
import type { Price, RateCardVersion } from '../domain/pricing/price.ts';
import { addonPrices } from './addons.ts';
import { dynoPrices } from './dynos.ts';
import { inferencePrices } from './inference.ts';
import { perMonth, SECONDS_PER_BILLED_MONTH } from './price.ts';

/** Types of the usage events the platform sends. The catalog is the one place that spells them. */
export const EVENT_TYPES = {
  /** Level: a process type of an app, a one-off or a release dyno now has `quantity` slots of `size`. */
  formation: 'platform.formation.changed',
  /** Level: an add-on is there (1) or not (0), on a plan. */
  addon: 'platform.addon.changed',
  /** Level: a private space is there (1) or not (0). */
  space: 'platform.space.changed',
  /** Level: a database holds so many gigabytes. */
  storage: 'data.storage.measured',
  inference: 'inference.completed',
  connect: 'connect.rows.synced',
  build: 'platform.build.completed',
  activity: 'dashboard.user.active',
  /** The account now has so many members. */
  members: 'platform.members.changed',
} as const;

const TENANT = { app: '$.app', team: '$.team' };
const INFERENCE = { app: '$.app', model: '$.model', team: '$.team' };

/** Every meter of the platform by key; exactly what `PUT /api/v1/meters/{key}` takes. */
export const METERS: Record<string, MeterDefinition> = {
  dyno: {
    description: 'Dynos',
    eventType: EVENT_TYPES.formation,
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions: {
      app: '$.app',
      process: '$.process',
      size: '$.size',
      team: '$.team',
    },
    unit: 'dyno-seconds',
  },
  addon: {
    description: 'Add-ons',
    eventType: EVENT_TYPES.addon,
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions: {
      app: '$.app',
      service: '$.service',
      plan: '$.plan',
      team: '$.team',
    },
    unit: 'add-on-seconds',
  },
  space: {
    description: 'Private Spaces',
    eventType: EVENT_TYPES.space,
    aggregation: 'time_weighted',
    levels: 'slots',
    valuePath: '$.quantity',
    dimensions: { space: '$.space', kind: '$.kind', team: '$.team' },
    unit: 'space-seconds',
  },
  'data-storage': {
    description: 'Database storage',
    eventType: EVENT_TYPES.storage,
    aggregation: 'time_weighted',
    levels: 'amount',
    valuePath: '$.gigabytes',
    dimensions: { app: '$.app', plan: '$.plan', team: '$.team' },
    unit: 'GB-seconds',
  },
  'inference-requests': {
    description: 'Inference requests',
    eventType: EVENT_TYPES.inference,
    aggregation: 'count',
    dimensions: INFERENCE,
    unit: 'requests',
  },
  'inference-context-tokens': {
    description: 'Inference context tokens',
    eventType: EVENT_TYPES.inference,
    aggregation: 'sum',
    valuePath: '$.contextTokens',
    dimensions: INFERENCE,
    unit: 'tokens',
  },
  'inference-generated-tokens': {
    description: 'Inference generated tokens',
    eventType: EVENT_TYPES.inference,
    aggregation: 'sum',
    valuePath: '$.generatedTokens',
    dimensions: INFERENCE,
    unit: 'tokens',
  },
  'connect-rows': {
    description: 'Connect rows, monthly peak',
    eventType: EVENT_TYPES.connect,
    aggregation: 'max',
    valuePath: '$.rows',
    dimensions: { connection: '$.connection', app: '$.app', team: '$.team' },
    unit: 'rows',
  },
  'build-seconds': {
    description: 'Build time',
    eventType: EVENT_TYPES.build,
    aggregation: 'sum',
    valuePath: '$.seconds',
    dimensions: TENANT,
    unit: 'seconds',
  },
  'active-users': {
    description: 'Active users',
    eventType: EVENT_TYPES.activity,
    aggregation: 'unique',
    valuePath: '$.userId',
    dimensions: TENANT,
    unit: 'users',
  },
  members: {
    description: 'Members',
    eventType: EVENT_TYPES.members,
    aggregation: 'latest',
    valuePath: '$.members',
    dimensions: {},
    unit: 'members',
  },
};

const spacePrices: Price[] = [
  perMonth({
    key: 'space.private',
    meter: 'space',
    match: { kind: 'private' },
    description: 'Private Space',
    monthly: '1000.00',
    lineBy: ['space'],
  }),
  perMonth({
    key: 'space.shield',
    meter: 'space',
    match: { kind: 'shield' },
    description: 'Shield Space',
    monthly: '3000.00',
    lineBy: ['space'],
  }),
];

/** Postgres Advanced charges what a database holds beside its compute. The amount is the demo's own. */
const storagePrices: Price[] = [
  {
    key: 'storage.advanced',
    meter: 'data-storage',
    match: { plan: 'advanced' },
    description: 'Postgres advanced, storage per GB-month',
    model: 'per_time',
    amount: '0.20',
    perSeconds: SECONDS_PER_BILLED_MONTH,
    lineBy: ['app'],
  },
];

/** Connect rows beyond a license. No public on-demand price exists: the amount is the demo's own. */
const connectPrices: Price[] = [
  {
    key: 'connect.rows',
    meter: 'connect-rows',
    description: 'Connect rows, per started 10,000',
    model: 'package',
    amount: '5.00',
    size: '10000',
    lineBy: ['connection'],
  },
];

/** The list prices of the platform, in US dollars. A change of price is a new version beside this one. */
export const RATE_CARD: Omit<RateCardVersion, 'version'> = {
  key: 'list',
  effectiveFrom: '2025-01-01T00:00:00.000Z',
  currency: 'USD',
  prices: [...dynoPrices(), ...addonPrices(), ...spacePrices, ...storagePrices, ...inferencePrices(), ...connectPrices],
};

import { COLLEAGUES } from './accounts.ts';

/** A planned step of a process: from this moment on it has another number or size. */
export interface FormationChange {
  /** Month of the history, 0 the first; `every` repeats it each month for as long as the demo runs. */
  month: number | 'every';
  day: number;
  time: string;
  quantity?: number;
  size?: string;
  actor: string;
  cause: 'scale' | 'resize' | 'app-destroyed';
}

/** A process type of an app and how it is scaled. */
export interface ProcessPlan {
  app: string;
  process: string;
  size: string;
  quantity: number;
  /** The autoscaler keeps the quantity between the two, following the load. Planned changes then only set the size. */
  auto?: { min: number; max: number; incident?: { day: number; from: string; to: string; quantity: number } };
  changes?: FormationChange[];
  /** Private space its dynos run in. */
  space?: string;
}

const [ADA, GRACE, LINUS, MARGARET, DENNIS, BARBARA] = COLLEAGUES;

function change(
  month: number | 'every',
  day: number,
  time: string,
  to: { quantity?: number; size?: string },
  actor: string,
  cause: FormationChange['cause'] = to.quantity === undefined ? 'resize' : 'scale',
): FormationChange {
  return { month, day, time, ...to, actor, cause };
}

/** The standing formation of the enterprise customer. Review apps, one-off, scheduler and release dynos come on top. */
export const PROCESSES: ProcessPlan[] = [
  { app: 'acme-web', process: 'web', size: 'standard-2x', quantity: 4, auto: { min: 3, max: 9 } },
  {
    app: 'acme-web',
    process: 'worker',
    size: 'standard-1x',
    quantity: 2,
    changes: [
      change(1, 6, '09:12:41', { quantity: 3 }, GRACE),
      change(3, 2, '08:47:03', { size: 'standard-2x' }, GRACE),
    ],
  },
  { app: 'acme-web-staging', process: 'web', size: 'standard-1x', quantity: 1 },
  { app: 'acme-web-staging', process: 'worker', size: 'basic', quantity: 1 },
  { app: 'acme-checkout', process: 'web', size: 'performance-m', quantity: 2, auto: { min: 2, max: 4 } },
  {
    app: 'acme-checkout',
    process: 'worker',
    size: 'standard-2x',
    quantity: 2,
    changes: [
      change('every', 24, '06:00:12', { quantity: 4 }, MARGARET),
      change('every', 27, '18:30:44', { quantity: 2 }, MARGARET),
    ],
  },
  {
    app: 'acme-checkout-staging',
    process: 'web',
    size: 'standard-1x',
    quantity: 1,
    changes: [
      change('every', 11, '07:58:20', { size: 'performance-m' }, MARGARET),
      change('every', 12, '16:41:09', { size: 'standard-1x' }, MARGARET),
    ],
  },
  { app: 'acme-cms', process: 'web', size: 'standard-1x', quantity: 2 },
  {
    app: 'acme-api',
    process: 'web',
    size: 'standard-2x',
    quantity: 3,
    auto: { min: 2, max: 8 },
    changes: [
      change(2, 17, '13:20:31', { size: 'performance-m' }, ADA),
      change(2, 19, '08:05:55', { size: 'standard-2x' }, ADA),
    ],
  },
  {
    app: 'acme-api',
    process: 'worker',
    size: 'standard-2x',
    quantity: 3,
    changes: [
      change('every', 5, '10:14:27', { quantity: 4 }, LINUS),
      change('every', 19, '15:52:38', { quantity: 3 }, LINUS),
    ],
  },
  { app: 'acme-api', process: 'cron', size: 'basic', quantity: 1 },
  { app: 'acme-api-staging', process: 'web', size: 'standard-2x', quantity: 1 },
  {
    app: 'acme-api-staging',
    process: 'worker',
    size: 'standard-1x',
    quantity: 1,
    // Nobody needs it at night, and somebody keeps forgetting to start it again.
    changes: [
      change('every', 8, '19:03:18', { quantity: 0 }, LINUS),
      change('every', 12, '08:31:02', { quantity: 1 }, LINUS),
    ],
  },
  { app: 'acme-auth', process: 'web', size: 'standard-2x', quantity: 3 },
  { app: 'acme-auth-staging', process: 'web', size: 'basic', quantity: 1 },
  { app: 'acme-notify', process: 'web', size: 'standard-1x', quantity: 1 },
  { app: 'acme-notify', process: 'worker', size: 'standard-1x', quantity: 2, auto: { min: 1, max: 6 } },
  { app: 'acme-admin', process: 'web', size: 'basic', quantity: 1 },
  { app: 'acme-gateway', process: 'web', size: 'private-m', quantity: 2, space: 'acme-core' },
  {
    app: 'acme-ledger',
    process: 'web',
    size: 'private-s',
    quantity: 2,
    space: 'acme-core',
    changes: [change(2, 24, '21:10:06', { size: 'private-m' }, DENNIS)],
  },
  { app: 'acme-ledger', process: 'worker', size: 'private-s', quantity: 1, space: 'acme-core' },
  { app: 'acme-search', process: 'web', size: 'performance-m', quantity: 2 },
  {
    app: 'acme-search',
    process: 'worker',
    size: 'standard-2x',
    quantity: 2,
    auto: { min: 2, max: 5, incident: { day: 22, from: '02:00:00', to: '09:40:00', quantity: 12 } },
  },
  { app: 'acme-search-staging', process: 'web', size: 'standard-1x', quantity: 1 },
  {
    app: 'acme-warehouse',
    process: 'worker',
    size: 'performance-l',
    quantity: 1,
    changes: [
      change('every', 1, '04:30:00', { quantity: 3 }, BARBARA),
      change('every', 3, '12:15:40', { quantity: 1 }, BARBARA),
    ],
  },
  { app: 'acme-reports', process: 'web', size: 'standard-1x', quantity: 1 },
  { app: 'acme-sync', process: 'worker', size: 'standard-2x', quantity: 2 },
  {
    app: 'acme-import',
    process: 'web',
    size: 'standard-1x',
    quantity: 1,
    changes: [change(1, 18, '14:20:09', { quantity: 0 }, BARBARA, 'app-destroyed')],
  },
  {
    app: 'acme-import',
    process: 'worker',
    size: 'standard-2x',
    quantity: 2,
    changes: [change(1, 18, '14:20:09', { quantity: 0 }, BARBARA, 'app-destroyed')],
  },
  { app: 'acme-ml', process: 'web', size: 'standard-2x', quantity: 2 },
  {
    app: 'acme-ml',
    process: 'trainer',
    size: 'performance-l',
    quantity: 0,
    changes: [
      change('every', 4, '17:02:33', { quantity: 2, size: 'performance-l' }, DENNIS),
      change('every', 6, '09:40:10', { size: 'performance-2xl' }, DENNIS),
      change('every', 7, '11:26:54', { quantity: 0 }, DENNIS),
      change('every', 20, '18:11:47', { quantity: 1, size: 'performance-l' }, DENNIS),
      change('every', 21, '07:33:29', { quantity: 0 }, DENNIS),
    ],
  },
  { app: 'acme-ml-staging', process: 'web', size: 'standard-1x', quantity: 1 },
  {
    app: 'acme-assistant',
    process: 'web',
    size: 'standard-1x',
    quantity: 1,
    changes: [
      change(2, 27, '09:01:15', { quantity: 2, size: 'standard-2x' }, DENNIS),
      change(3, 1, '00:10:48', { quantity: 4 }, DENNIS),
    ],
  },
];

/** Apps that are deployed, and how often on a workday. */
export const DEPLOYS_PER_WORKDAY: Record<string, number> = {
  'acme-web': 2.2,
  'acme-web-staging': 4.5,
  'acme-checkout': 0.8,
  'acme-checkout-staging': 1.6,
  'acme-cms': 0.3,
  'acme-api': 1.7,
  'acme-api-staging': 3.8,
  'acme-auth': 0.4,
  'acme-auth-staging': 0.7,
  'acme-notify': 0.4,
  'acme-admin': 0.3,
  'acme-gateway': 0.2,
  'acme-ledger': 0.3,
  'acme-search': 0.9,
  'acme-search-staging': 1.4,
  'acme-reports': 0.3,
  'acme-ml': 0.6,
  'acme-ml-staging': 1.2,
  'acme-assistant': 1.5,
};

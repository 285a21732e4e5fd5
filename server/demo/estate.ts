import { COLLEAGUES } from './accounts.ts';

const [ADA, GRACE, LINUS, MARGARET, DENNIS, BARBARA] = COLLEAGUES;

/** A step in the life of an add-on; `plan: null` ends it. `month` counts from the start of history. */
export interface AddonStep {
  month: number;
  day: number;
  time: string;
  plan: string | null;
  actor: string;
  cause: 'provisioned' | 'plan-changed' | 'deprovisioned';
  note?: string;
}

/** An add-on of a standing app: the resource, its app and its life. Without a first step it is older than the history. */
export interface AddonPlanned {
  id: string;
  app: string;
  service: string;
  plan: string | null;
  steps?: AddonStep[];
}

function addon(id: string, app: string, service: string, plan: string | null, steps: AddonStep[] = []): AddonPlanned {
  return { id, app, service, plan, steps };
}

function step(
  month: number,
  day: number,
  time: string,
  plan: string | null,
  actor: string,
  cause: AddonStep['cause'],
  note?: string,
): AddonStep {
  return { month, day, time, plan, actor, cause, ...(note === undefined ? {} : { note }) };
}

/** Add-ons of the enterprise customer's standing apps. */
export const ADDONS: AddonPlanned[] = [
  addon('postgresql-animated-18204', 'acme-web', 'postgresql', 'premium-0'),
  addon('key-value-horizontal-70412', 'acme-web', 'key-value', 'premium-0'),
  addon('tracewise-elliptical-33817', 'acme-web', 'tracewise', 'standard'),
  addon('postgresql-cubed-52290', 'acme-web-staging', 'postgresql', 'essential-0'),
  addon('key-value-parallel-11463', 'acme-web-staging', 'key-value', 'mini'),
  addon('postgresql-octagonal-67755', 'acme-checkout', 'postgresql', 'premium-0'),
  // The plan changes in the middle of a month: two segments, each at its own price.
  addon('mailroom-curved-20936', 'acme-checkout', 'mailroom', 'bronze', [
    step(1, 14, '11:07:52', 'silver', MARGARET, 'plan-changed'),
    step(3, 9, '15:44:20', 'bronze', MARGARET, 'plan-changed', 'newsletter moved elsewhere'),
  ]),
  addon('postgresql-regular-80154', 'acme-checkout-staging', 'postgresql', 'essential-1'),
  addon('postgresql-acute-40619', 'acme-cms', 'postgresql', 'essential-2'),
  // An upgrade: the old database lives on until somebody destroys it, and both are charged.
  addon('postgresql-round-31807', 'acme-api', 'postgresql', 'standard-0', [
    step(2, 16, '13:35:08', null, ADA, 'deprovisioned', 'replaced by postgresql-solid-90355'),
  ]),
  addon('postgresql-solid-90355', 'acme-api', 'postgresql', null, [
    step(2, 9, '08:12:36', 'premium-0', ADA, 'provisioned', 'upgrade of postgresql-round-31807'),
  ]),
  addon('key-value-convex-58127', 'acme-api', 'key-value', 'premium-0'),
  addon('logtrail-fluffy-12880', 'acme-api', 'logtrail', 'fixed'),
  addon('tracewise-transparent-64402', 'acme-api', 'tracewise', 'standard'),
  addon('scheduler-rugged-25061', 'acme-api', 'scheduler', 'standard'),
  addon('postgresql-pointy-73340', 'acme-api-staging', 'postgresql', 'essential-1'),
  addon('postgresql-adjacent-16025', 'acme-auth', 'postgresql', 'standard-0'),
  addon('key-value-asymmetrical-92718', 'acme-auth', 'key-value', 'mini'),
  addon('mailroom-deep-48091', 'acme-notify', 'mailroom', 'silver'),
  addon('key-value-shaped-35577', 'acme-notify', 'key-value', 'mini'),
  addon('postgresql-trapezoidal-60283', 'acme-admin', 'postgresql', 'essential-0'),
  addon('postgresql-tapered-84196', 'acme-ledger', 'postgresql', 'premium-0'),
  addon('kafka-graceful-29914', 'acme-ledger', 'kafka', 'basic-0'),
  addon('findbox-colorful-77320', 'acme-search', 'findbox', 'small'),
  addon('postgresql-slippery-13678', 'acme-search', 'postgresql', 'essential-2', [
    step(3, 10, '09:02:17', null, GRACE, 'deprovisioned', 'replaced by postgresql-sinuous-45500'),
  ]),
  addon('postgresql-sinuous-45500', 'acme-search', 'postgresql', null, [
    step(3, 4, '07:38:51', 'standard-0', GRACE, 'provisioned', 'upgrade of postgresql-slippery-13678'),
  ]),
  addon('postgresql-infinite-57219', 'acme-warehouse', 'postgresql', 'advanced'),
  addon('postgresql-crystalline-38846', 'acme-reports', 'postgresql', 'standard-0'),
  addon('scheduler-concentric-90177', 'acme-reports', 'scheduler', 'standard'),
  // Its app was destroyed in the second month; it still runs, and is still charged.
  addon('postgresql-opaque-66513', 'acme-import', 'postgresql', 'standard-0'),
  addon('logtrail-objective-51032', 'acme-import', 'logtrail', 'fixed', [
    step(1, 18, '14:20:09', null, BARBARA, 'deprovisioned', 'destroyed with its app'),
  ]),
  addon('inference-solid-40217', 'acme-ml', 'inference', 'metered'),
  addon('inference-clean-71906', 'acme-assistant', 'inference', null, [
    step(1, 3, '10:26:14', 'metered', DENNIS, 'provisioned'),
  ]),
  addon('postgresql-metric-22368', 'acme-assistant', 'postgresql', null, [
    step(1, 3, '10:27:40', 'essential-1', DENNIS, 'provisioned'),
    step(2, 27, '09:15:33', 'standard-0', LINUS, 'plan-changed'),
  ]),
];

/** A private space that is older than the history. */
export const PRIVATE_SPACE = { id: 'acme-core', kind: 'private', team: 'platform' };
/** A second space, opened for a load test for nine days of the third month. */
export const LOAD_TEST_SPACE = {
  id: 'acme-loadtest',
  kind: 'private',
  team: 'platform',
  month: 2,
  from: { day: 6, time: '07:20:11' },
  to: { day: 15, time: '16:48:30' },
  actor: LINUS,
};

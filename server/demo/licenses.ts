import { ADDON_PLANS } from '../catalog/addons.ts';
import { DYNO_SIZES } from '../catalog/dynos.ts';
import type { License } from '../domain/pricing/price.ts';
import { ENTERPRISE } from './accounts.ts';
import { ORBIT } from './situations/customers.ts';

type DemoLicense = Omit<License, 'version' | 'from' | 'to'> & { accountId: string };

/** Fewer than the formations of the large customer take on average, about 145: a month's units run out around the 22nd. */
export const UNITS = '108';

/** What the customers have bought, for a year. Quantities are the demo's own. */
export const LICENSES: DemoLicense[] = [
  dynoUnits(ENTERPRISE, UNITS),
  {
    accountId: ENTERPRISE,
    id: 'addon-credit',
    product: 'Add-on credit',
    quantity: '1500.00',
    unit: 'USD',
    measure: 'sum',
    weights: Object.fromEntries(ADDON_PLANS.map(({ service, plan }) => [`addon.${service}.${plan}`, '1'])),
  },
  connectRows(ENTERPRISE, '1500000'),
  {
    accountId: ENTERPRISE,
    id: 'private-spaces',
    product: 'Private Spaces',
    quantity: '1',
    unit: 'spaces',
    measure: 'max',
    weights: { 'space.private': '1' },
  },
  // Bought for "one dyno": it is a Performance-L, which takes 16.
  dynoUnits(ORBIT, '13'),
  connectRows(ORBIT, '100000'),
];

/** How the large customer's units are shared out among its teams. */
export const ALLOCATIONS: Record<string, string> = { storefront: '40', platform: '35', data: '20', labs: '10' };

function dynoUnits(accountId: string, quantity: string): DemoLicense {
  return {
    accountId,
    id: 'dyno-units',
    product: 'Dyno units',
    quantity,
    unit: 'units',
    measure: 'unit_months',
    weights: Object.fromEntries(
      DYNO_SIZES.flatMap(({ size, monthly, dynoUnits }): [string, string][] =>
        monthly === null || dynoUnits === null ? [] : [[`dyno.${size}`, dynoUnits]],
      ),
    ),
  };
}

function connectRows(accountId: string, quantity: string): DemoLicense {
  return {
    accountId,
    id: 'connect-rows',
    product: 'Connect rows',
    quantity,
    unit: 'rows',
    measure: 'max',
    weights: { 'connect.rows': '1' },
  };
}

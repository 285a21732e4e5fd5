import type { Price } from '../domain/pricing/price.ts';
import type { DecimalText } from '../domain/pricing/price-common.ts';
import { perMonth } from './price.ts';

/** One plan of an add-on service, the platform's own or a partner's. */
export interface AddonPlan {
  service: string;
  plan: string;
  description: string;
  monthly: DecimalText;
  /** Whose it is: decides which add-on credits cover it. */
  origin: 'data' | 'partner';
}

function data(service: string, name: string, plan: string, monthly: DecimalText): AddonPlan {
  return { service, plan, description: `${name} ${plan}`, monthly, origin: 'data' };
}

function partner(service: string, name: string, plan: string, monthly: DecimalText): AddonPlan {
  return { service, plan, description: `${name} ${plan}`, monthly, origin: 'partner' };
}

/** Every add-on plan with a monthly price. Data plans are list prices; partners and their prices are the demo's own. */
export const ADDON_PLANS: AddonPlan[] = [
  data('postgresql', 'Postgres', 'essential-0', '5.00'),
  data('postgresql', 'Postgres', 'essential-1', '9.00'),
  data('postgresql', 'Postgres', 'essential-2', '20.00'),
  data('postgresql', 'Postgres', 'standard-0', '50.00'),
  data('postgresql', 'Postgres', 'standard-10', '12000.00'),
  data('postgresql', 'Postgres', 'premium-0', '200.00'),
  data('postgresql', 'Postgres', 'advanced', '150.00'),
  data('key-value', 'Key-Value Store', 'mini', '3.00'),
  data('key-value', 'Key-Value Store', 'premium-0', '15.00'),
  data('key-value', 'Key-Value Store', 'premium-14', '12500.00'),
  data('kafka', 'Kafka', 'basic-0', '100.00'),
  data('kafka', 'Kafka', 'standard-0', '1500.00'),
  // Charged by request and token alone: see inference.ts.
  data('inference', 'Managed Inference', 'metered', '0.00'),
  partner('logtrail', 'Logtrail', 'free', '0.00'),
  partner('logtrail', 'Logtrail', 'fixed', '65.00'),
  partner('mailroom', 'Mailroom', 'bronze', '9.95'),
  partner('mailroom', 'Mailroom', 'silver', '79.95'),
  partner('tracewise', 'Tracewise', 'standard', '49.00'),
  partner('findbox', 'Findbox', 'small', '99.00'),
  partner('scheduler', 'Scheduler', 'standard', '0.00'),
];

/** One price for each plan, each charged for its own time: a plan change is two segments. */
export function addonPrices(): Price[] {
  return ADDON_PLANS.map((p) =>
    perMonth({
      key: `addon.${p.service}.${p.plan}`,
      meter: 'addon',
      match: { service: p.service, plan: p.plan },
      description: p.description,
      monthly: p.monthly,
      lineBy: ['app'],
    }),
  );
}

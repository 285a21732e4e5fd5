import type { InvoiceLine } from '../../billing/invoice.types.ts';
import { type Pricing, pricesOf } from '../../billing/pricing.ts';
import type { Grouping } from '../../domain/grouping.ts';
import { CORRECTIONS, productOfPrice } from '../../domain/pricing/product.ts';
import type { ChosenGroups } from '../spend-pages.types.ts';
import { type AccountTeams, NO_TEAMS } from './account-teams.ts';

/** Which charges are looked at: those of which everything holds that is given. */
export interface ChargeChoice {
  /** Of this app; `''` for charges of none. */
  app?: string;
  /** Of any app but these. */
  exceptApps?: readonly string[];
  /** Of the apps of this team, by id; `''` for charges of none. */
  team?: string;
  exceptTeams?: readonly string[];
  /** Of this product: how keys of its prices begin; or corrections. */
  product?: string;
  exceptProducts?: readonly string[];
  /** Of this price, by key; or corrections. */
  price?: string;
  exceptPrices?: readonly string[];
  /** What this license covers some of; it is asked for by id. */
  license?: string;
  /** Of usage of this meter; it is asked for by key. */
  meter?: string;
}

/** What of a line says which groups it is in. */
export type GroupedLine = Pick<InvoiceLine, 'priceKey' | 'lineValues' | 'corrects'>;

/** The app, team, product or price a line is told under; `''` where it has none. */
export function groupValue({ priceKey, lineValues, corrects }: GroupedLine, by: Grouping, teams: AccountTeams): string {
  const app = lineValues.app ?? '';
  if (by === 'app') return app;
  if (by === 'team') return teams.teamOf.get(app) ?? '';
  if (corrects !== undefined) return CORRECTIONS;
  return by === 'product' ? productOfPrice(priceKey) : priceKey;
}

/**
 * The charges of a choice. A correction is of usage of another period: it belongs to no license and no meter of this one.
 * @param teams of the account, where the choice is of teams
 */
export function chosenLines<Line extends GroupedLine>(
  lines: readonly Line[],
  choice: ChargeChoice,
  pricing: Pick<Pricing, 'rulings' | 'licenses'>,
  teams: AccountTeams = NO_TEAMS,
): Line[] {
  const { license, meter } = choice;
  const named = new Set(pricing.licenses.flatMap(({ id, weights }) => (id === license ? Object.keys(weights) : [])));
  const ofMeter = new Set(
    pricesOf(pricing)
      .filter((price) => price.meter === meter)
      .map(({ key }) => key),
  );
  return lines.filter((line) => {
    const { priceKey, corrects } = line;
    if (!isAmong(line, choice, teams)) return false;
    if (license !== undefined && (corrects !== undefined || !named.has(priceKey))) return false;
    return meter === undefined || (corrects === undefined && ofMeter.has(priceKey));
  });
}

/** Whether a line is in the groups of a choice. */
export function isAmong(line: GroupedLine, choice: ChargeChoice, teams: AccountTeams): boolean {
  return groupsOf(choice).every(({ by, value, except }) => {
    if (value === undefined && except.length === 0) return true;
    const own = groupValue(line, by, teams);
    return (value === undefined || own === value) && !except.includes(own);
  });
}

function groupsOf(choice: ChargeChoice): { by: Grouping; value: string | undefined; except: readonly string[] }[] {
  return [
    { by: 'app', value: choice.app, except: choice.exceptApps ?? [] },
    { by: 'team', value: choice.team, except: choice.exceptTeams ?? [] },
    { by: 'product', value: choice.product, except: choice.exceptProducts ?? [] },
    { by: 'price', value: choice.price, except: choice.exceptPrices ?? [] },
  ];
}

/** A choice as a page tells it, with what people call its teams and prices. */
export function chosenGroups(
  { app, exceptApps, team, exceptTeams, product, exceptProducts, price, exceptPrices }: ChargeChoice,
  {
    teams,
    lines,
  }: { teams: AccountTeams; lines: readonly Pick<InvoiceLine, 'priceKey' | 'description' | 'corrects'>[] },
): ChosenGroups {
  const all = (values: readonly string[] | undefined) => (values === undefined ? null : [...values]);
  const prices = new Set([price, ...(exceptPrices ?? [])]);
  const named = lines.filter(({ priceKey, corrects }) => corrects === undefined && prices.has(priceKey));
  return {
    ...{ app: app ?? null, exceptApps: all(exceptApps) },
    ...{ team: team ?? null, exceptTeams: all(exceptTeams) },
    ...{ product: product ?? null, exceptProducts: all(exceptProducts) },
    ...{ price: price ?? null, exceptPrices: all(exceptPrices) },
    names: {
      ...(team === undefined && exceptTeams === undefined ? {} : Object.fromEntries(teams.names)),
      ...Object.fromEntries(named.map(({ priceKey, description }) => [priceKey, description])),
    },
  };
}

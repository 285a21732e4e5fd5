import type { ChosenGroups } from '#server/pages/spend-pages.types.ts';

/** A choice of nothing, for tests to choose something of it. */
export const NO_GROUPS: ChosenGroups = {
  ...{ app: null, exceptApps: null, team: null, exceptTeams: null },
  ...{ product: null, exceptProducts: null, price: null, exceptPrices: null },
  names: {},
};

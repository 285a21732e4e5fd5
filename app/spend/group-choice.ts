import type { Grouping } from '#server/domain/grouping.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { ChosenGroups, SpendGroup } from '#server/pages/spend-pages.types.ts';

/** The charges of a group: those of its app, team, product or price, or of any but those that are named. */
export function choiceOfGroup(
  groups: readonly Pick<SpendGroup, 'value'>[],
  { value }: Pick<SpendGroup, 'value'>,
  by: Grouping,
): ChargeChoice {
  if (value !== null) return { [by]: value };
  const others = groups.flatMap((group) => group.value ?? []);
  return {
    app: { exceptApps: others },
    team: { exceptTeams: others },
    product: { exceptProducts: others },
    price: { exceptPrices: others },
  }[by];
}

/** The choice of the groups a page shows, for addresses of others like it. */
export function choiceOfGroups({
  app,
  exceptApps,
  team,
  exceptTeams,
  product,
  exceptProducts,
  price,
  exceptPrices,
}: ChosenGroups): ChargeChoice {
  return {
    ...(app === null ? {} : { app }),
    ...(exceptApps === null ? {} : { exceptApps }),
    ...(team === null ? {} : { team }),
    ...(exceptTeams === null ? {} : { exceptTeams }),
    ...(product === null ? {} : { product }),
    ...(exceptProducts === null ? {} : { exceptProducts }),
    ...(price === null ? {} : { price }),
    ...(exceptPrices === null ? {} : { exceptPrices }),
  };
}

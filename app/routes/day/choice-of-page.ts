import type { Grouping } from '#server/domain/grouping.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { ChosenGroups, DayPage } from '#server/pages/spend-pages.types.ts';

/** The choice that a day's page shows, for addresses of others like it. */
export function choiceOfPage({
  chosen,
  by,
}: Pick<DayPage, 'chosen' | 'by'>): ChargeChoice & { by?: Grouping | undefined } {
  // What is told so anyway need not be asked for.
  const usual = chosen?.app == null ? 'app' : 'product';
  return { ...(chosen === null ? {} : choiceOf(chosen)), ...(by === usual ? {} : { by }) };
}

function choiceOf({ app, exceptApps, team, exceptTeams, product, price, exceptPrices }: ChosenGroups): ChargeChoice {
  return {
    ...(app === null ? {} : { app }),
    ...(exceptApps === null ? {} : { exceptApps }),
    ...(team === null ? {} : { team }),
    ...(exceptTeams === null ? {} : { exceptTeams }),
    ...(product === null ? {} : { product }),
    ...(price === null ? {} : { price }),
    ...(exceptPrices === null ? {} : { exceptPrices }),
  };
}

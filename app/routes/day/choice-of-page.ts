import type { ChargeChoice } from '#server/pages/charge-choice.ts';
import type { DayPage } from '#server/pages/spend-pages.types.ts';

/** The choice that a day's page shows, for addresses of others like it. */
export function choiceOfPage({
  chosen,
  by,
}: Pick<DayPage, 'chosen' | 'by'>): ChargeChoice & { by?: DayPage['by'] | undefined } {
  const { app, product, exceptApps } = chosen ?? { app: null, product: null, exceptApps: null };
  // What is told so anyway need not be asked for.
  const usual = app === null ? 'app' : 'product';
  return {
    ...(app === null ? {} : { app }),
    ...(product === null ? {} : { product }),
    ...(exceptApps === null ? {} : { exceptApps }),
    ...(by === usual ? {} : { by }),
  };
}

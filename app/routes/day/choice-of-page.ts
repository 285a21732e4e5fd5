import type { Grouping } from '#server/domain/grouping.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { DayPage } from '#server/pages/spend-pages.types.ts';
import { choiceOfGroups } from '../../spend/group-choice.ts';

/** The choice that a day's page shows, for addresses of others like it. */
export function choiceOfPage({
  chosen,
  by,
}: Pick<DayPage, 'chosen' | 'by'>): ChargeChoice & { by?: Grouping | undefined } {
  // What is told so anyway need not be asked for.
  const usual = chosen?.app == null ? 'app' : 'product';
  return { ...(chosen === null ? {} : choiceOfGroups(chosen)), ...(by === usual ? {} : { by }) };
}

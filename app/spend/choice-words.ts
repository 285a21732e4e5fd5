import type { ChosenCharges } from '#server/pages/spend-pages.types.ts';
import { productName } from './line-name.ts';

/** Which charges a choice is of, in words that follow on "the charges". */
export function choiceWords({
  app,
  exceptApps,
  product,
  license,
  meter,
}: Pick<ChosenCharges, 'app' | 'exceptApps' | 'product' | 'license' | 'meter'>): string {
  const named = (name: string) => (name === '' ? 'no app' : name);
  return [
    ...(license === null ? [] : [`that ${license.product} covers`]),
    ...(meter === null ? [] : [`of usage of ${meter.description}`]),
    ...(product === null ? [] : [`of ${productName(product)}`]),
    ...(app === null ? [] : [`of ${named(app)}`]),
    ...(exceptApps === null ? [] : [`of all apps other than ${exceptApps.map(named).join(', ')}`]),
  ].join(', ');
}

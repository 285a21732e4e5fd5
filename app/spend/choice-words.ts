import type { ChosenCharges } from '#server/pages/spend-pages.types.ts';
import { productName } from './line-name.ts';

type ChoiceShown = Omit<ChosenCharges, 'chargeIds' | 'amount' | 'amountExact' | 'ofNoApp'>;

/** Which charges a choice is of, in words that follow on "the charges". */
export function choiceWords({ license, meter, product, names, ...of }: ChoiceShown): string {
  const app = (value: string) => (value === '' ? 'no app' : value);
  const team = (value: string) => (value === '' ? 'no team' : (names[value] ?? value));
  const price = (value: string) => names[value] ?? productName(value);
  const others = (what: string, values: readonly string[] | null, name: (value: string) => string) =>
    values === null ? [] : [`of all ${what} other than ${values.map(name).join(', ')}`];
  return [
    ...(license === null ? [] : [`that ${license.product} covers`]),
    ...(meter === null ? [] : [`of usage of ${meter.description}`]),
    ...(product === null ? [] : [`of ${productName(product)}`]),
    ...(of.price === null ? [] : [`of ${price(of.price)}`]),
    ...(of.app === null ? [] : [`of ${app(of.app)}`]),
    ...(of.team === null ? [] : [`of ${of.team === '' ? 'no team' : `team ${team(of.team)}`}`]),
    ...others('apps', of.exceptApps, app),
    ...others('teams', of.exceptTeams, team),
    ...others('products', of.exceptProducts, productName),
    ...others('prices', of.exceptPrices, price),
  ].join(', ');
}

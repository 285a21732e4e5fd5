import type { ChosenCharges } from '#server/pages/spend-pages.types.ts';

/** Which charges a choice is of, in words that follow on "the charges". */
export function choiceWords({
  app,
  exceptApps,
  license,
  meter,
}: Pick<ChosenCharges, 'app' | 'exceptApps' | 'license' | 'meter'>): string {
  const named = (name: string) => (name === '' ? 'no app' : name);
  return [
    ...(license === null ? [] : [`that ${license.product} covers`]),
    ...(meter === null ? [] : [`of usage of ${meter.description}`]),
    ...(app === null ? [] : [`of ${named(app)}`]),
    ...(exceptApps === null ? [] : [`of all apps other than ${exceptApps.map(named).join(', ')}`]),
  ].join(', ');
}

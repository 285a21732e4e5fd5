import type { PriceCommon } from '../price-common.ts';
import type { ChargeModel } from './charge-model.ts';
import { flat } from './flat.ts';
import { graduated } from './graduated.ts';
import { packages } from './package.ts';
import { perTime } from './per-time.ts';
import { perUnit } from './per-unit.ts';
import { percentage } from './percentage.ts';
import { volume } from './volume.ts';

/** All charge models by name: the one list of them. */
const MODELS = {
  per_unit: perUnit,
  graduated,
  volume,
  package: packages,
  percentage,
  flat,
  per_time: perTime,
};

/** The names of the charge models. */
export type ModelName = keyof typeof MODELS;

/** What the terms of a price under one model are. */
type TermsOf<Name extends ModelName> = (typeof MODELS)[Name] extends ChargeModel<infer Terms> ? Terms : never;

/** How a price turns a quantity into an amount. */
export type ModelTerms = { [Name in ModelName]: TermsOf<Name> }[ModelName];

/** Everything that is asked of a price's charge model. */
export function modelOf<Terms extends ModelTerms>({ model }: PriceCommon & Terms): ChargeModel<PriceCommon & Terms> {
  // A price's name of a model and its terms go together, which the list above says of each but not of all together.
  return MODELS[model] as unknown as ChargeModel<PriceCommon & Terms>;
}

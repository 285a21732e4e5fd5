import { onceForEach } from '../once-for-each.ts';
import type { UnitPrice } from './models/charge-model.ts';
import { modelOf } from './models/models.ts';
import type { Price } from './price.ts';

/** What a unit costs by itself; see `ChargeModel.listPrice`. */
export const listPriceOf = onceForEach((price: Price): UnitPrice | null => modelOf(price).listPrice(price));

/** Whether every unit costs the same. */
export const isLinear = onceForEach((price: Price) => modelOf(price).fractions(price).perUnit !== undefined);

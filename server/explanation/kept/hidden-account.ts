import type { Explanation } from '../explanation.types.ts';
import { type Rules, TOLD } from './redaction-rules.ts';

/** Whose it is: only in which time zone its days are. */
export const ACCOUNT: Rules<Explanation['account'], unknown> = {
  id: () => 'account',
  name: () => 'Account',
  timeZone: TOLD,
  kind: () => 'account',
};

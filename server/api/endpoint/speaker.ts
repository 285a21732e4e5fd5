import type { Speaker } from '../../database/support/questions.ts';
import { speakerOf } from '../../support/speaker.ts';
import { nameOf, type Principal } from './principal.ts';

/** Who asks or replies through the API: a key is known by its label, and an operator's speaks for support. */
export function speakerOfPrincipal(principal: Principal): Speaker {
  if (principal.kind === 'user') return speakerOf(principal.viewer);
  const { label, role } = principal;
  const isOperator = role === 'operator';
  return { principal: nameOf(principal), name: label, userId: null, isSupport: isOperator, isOperator };
}

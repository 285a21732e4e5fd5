import type { Principal } from './principal.ts';
import { Problem } from './problem.ts';

/** The account a question is about: the one named, else the only one the caller has. @throws Problem 400 */
export function accountAsked(principal: Principal, named: string | undefined): string {
  if (named !== undefined) return named;
  if (principal.kind === 'key' && principal.accountId !== null) return principal.accountId;
  const own = principal.kind === 'user' ? principal.viewer.accountIds : [];
  if (own.length === 1 && own[0] !== undefined) return own[0];
  throw new Problem(400, 'Say which account: add accountId to the query.', {
    errors: [{ pointer: '?accountId', detail: 'Is missing, and these credentials serve several accounts.' }],
  });
}

import type { Viewer } from '../../access/viewer.ts';
import type { ApiKeyRole } from '../../database/people/api-keys.ts';
import { askingFor } from '../../fairness/asking.ts';
import { Problem } from './problem.ts';

/** Who is asking: a program with a key, or a signed-in person. `accountId: null` means all accounts. */
export type Principal =
  | { kind: 'key'; keyId: string; label: string; role: ApiKeyRole; accountId: string | null }
  | { kind: 'user'; viewer: Viewer };

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by `authenticated` for every request of the API; `null` without credentials. */
    principal?: Principal | null;
  }
}

/**
 * What an endpoint takes to be used. An operator key may do everything; other keys only what their role says: a `read` key only
 * reads. `member` is what people who may see an account write in it: links, questions.
 */
export type Role = 'ingest' | 'read' | 'member' | 'operator';

/** The principal, or 401 with how to authenticate. */
export function requirePrincipal(req: { principal?: Principal | null }): Principal {
  if (req.principal) return req.principal;
  throw new Problem(401, 'This needs an API key ("Authorization: Bearer …") or a signed-in browser session.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="plainbill"' },
  });
}

/** 403 unless the principal may do what `role` stands for. */
export function requireRole(principal: Principal, role: Role): void {
  if (mayDo(principal, role)) return;
  const has = principal.kind === 'key' ? `this key has the role ${principal.role}` : 'your user does not have it';
  throw new Problem(403, `This takes ${roleWords(role)}; ${has}.`);
}

/** 403 for a key that only reads, whatever the endpoint: nothing it is asked for may store anything. */
export function requireNoReadKey(principal: Principal | null): void {
  if (principal?.kind !== 'key' || principal.role !== 'read') return;
  throw new Problem(403, 'A key with the role read only reads. This takes an operator key or a signed-in person.');
}

/** Who may: for people who read it. */
export function roleWords(role: Role): string {
  return role === 'member' ? 'a signed-in person who may see the account, or the role operator' : `the role ${role}`;
}

/** Accounts the principal may see; `null` means all. */
export function visibleAccounts(principal: Principal): readonly string[] | null {
  if (principal.kind === 'key') return principal.accountId === null ? null : [principal.accountId];
  return principal.viewer.platformRole === 'customer' ? principal.viewer.accountIds : null;
}

/** 404, not 403, for an account that is another's: whether it exists is none of the asker's business. Whoever may asks in its turn. */
export function requireAccountAccess(principal: Principal, accountId: string): void {
  const visible = visibleAccounts(principal);
  if (visible !== null && !visible.includes(accountId)) throw noSuchAccount(accountId);
  // What is read of it now is read in its turn; people who may see all accounts have one of their own.
  askingFor(principal.kind === 'user' && visible === null ? nameOf(principal) : accountId);
}

/** The same words whether the account does not exist or is another's. */
export function noSuchAccount(accountId: string): Problem {
  return new Problem(404, `There is no account "${accountId}" that you may see.`);
}

/** A short name that is the same for every request of this principal: for limits, idempotency and logs. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'key' ? `key:${principal.keyId}` : `user:${principal.viewer.userId}`;
}

function mayDo(principal: Principal, role: Role): boolean {
  if (principal.kind === 'key') return principal.role === 'operator' || principal.role === role;
  // Events come from programs only.
  if (role === 'ingest') return false;
  return role === 'read' || role === 'member' || principal.viewer.platformRole === 'operator';
}

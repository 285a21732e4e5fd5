import type { Request, RequestHandler, Response } from 'express';
import type { Auth } from '../../auth/auth.ts';
import type { Shares } from '../../fairness/shares.ts';
import type { ApiKeyCache } from './api-key-cache.ts';
import { countNetwork, countStranger } from './limits.ts';
import type { Principal } from './principal.ts';
import { Problem } from './problem.ts';

/** Methods that change nothing and so need no proof of where a browser's request comes from (RFC 9110, 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What tells who is asking: keys for programs, sessions for browsers. */
export interface AuthenticateDeps {
  keys: ApiKeyCache;
  auth: Pick<Auth, 'viewerOf'>;
  /** The address people reach us at; a browser's writes must come from a page of it. */
  publicUrl: string;
  /** Who shows what nobody knows is counted before it is looked up. */
  shares: Shares;
}

/**
 * Puts `principal` on every request; whether there must be one is for the endpoint to say. A key goes before a cookie.
 * Throws 401 for a key that is not one, 429 when a network shows too many of those, and 403 for a browser's write from another
 * site's page.
 */
export function authenticated(deps: AuthenticateDeps): RequestHandler {
  const origin = new URL(deps.publicUrl).origin;
  return (req, res, next) => {
    principalOf(deps, origin, req, res).then((principal) => {
      req.principal = principal;
      next();
    }, next);
  };
}

async function principalOf(
  deps: AuthenticateDeps,
  origin: string,
  req: Request,
  res: Response,
): Promise<Principal | null> {
  const { authorization } = req.headers;
  if (authorization !== undefined) {
    const secret = /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(authorization)?.[1];
    const strange = () => countStranger(deps.shares, req, res);
    if (secret === undefined) await strange();
    const key = secret === undefined ? null : await deps.keys.find(secret, strange);
    if (!key) throw badKey();
    return { kind: 'key', keyId: key.id, label: key.label, role: key.role, accountId: key.accountId };
  }
  if (req.headers.cookie === undefined) return null;
  await countNetwork(deps.shares, req);
  const { viewer, setCookie } = await deps.auth.viewerOf(req.headers.cookie);
  if (setCookie !== null) res.append('Set-Cookie', setCookie);
  if (!viewer) return null;
  if (!SAFE.has(req.method) && req.headers.origin !== origin) {
    throw new Problem(403, `A browser's write must come from a page of ${origin}; programs use an API key instead.`);
  }
  return { kind: 'user', viewer };
}

function badKey(): Problem {
  return new Problem(
    401,
    'The API key is unknown or revoked. Send "Authorization: Bearer <key>" with one that is in use.',
    {
      headers: { 'WWW-Authenticate': 'Bearer realm="plainbill", error="invalid_token"' },
    },
  );
}

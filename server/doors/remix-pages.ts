import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import type { RequestHandler } from 'express';
import type { ViteDevServer } from 'vite';
import { askingFor, untilItsTurn } from '../fairness/asking.ts';
import { hostOf } from '../fairness/network-of.ts';
import type { Shares } from '../fairness/shares.ts';
import { TooMuchError } from '../fairness/too-much.ts';
import type { LoadContext, PlainbillContext } from '../pages/load-context.ts';
import { tokenOfLink } from './shown-path.ts';

const BUILT = fileURLToPath(new URL('../../build/client', import.meta.url));
const BUILT_SERVER = fileURLToPath(new URL('../../build/server/index.js', import.meta.url));

/** How pages get what they show: everything but what belongs to one request. */
export type PageContext = Omit<PlainbillContext, 'nonce' | 'viewer' | 'ip'> & {
  viewerOf: (cookieHeader: string | null) => Promise<{ viewer: PlainbillContext['viewer']; setCookie: string | null }>;
};

/**
 * The pages as Express middleware; `built` is the folder of the built client, `null` where assets are made as they are
 * asked for.
 */
export interface Pages {
  handler: RequestHandler;
  built: string | null;
  development: RequestHandler | null;
  close: () => Promise<void>;
}

/** A page is put together from several readings: it costs as much as so many requests. */
const COST_OF_A_PAGE = 5;

/** The Remix app behind Express: the built one, or Vite's in development. */
export async function createPages(context: PageContext, shares: Shares, development: boolean): Promise<Pages> {
  const vite = development ? await startVite() : null;
  if (vite === null && !existsSync(BUILT_SERVER)) throw new Error('the pages are not built: run "npm run build" first');
  const build =
    vite === null
      ? ((await import(pathToFileURL(BUILT_SERVER).href)) as ServerBuild)
      : () => vite.ssrLoadModule('virtual:remix/server-build') as Promise<ServerBuild>;
  const { viewerOf, ...shared } = context;
  const remix = createRequestHandler({
    build,
    mode: development ? 'development' : 'production',
    getLoadContext: async (req, res): Promise<LoadContext> => {
      const ip = req.ip ?? 'unknown';
      const { viewer, setCookie } = await viewerOf(req.headers.cookie ?? null);
      if (setCookie !== null) res.append('Set-Cookie', setCookie);
      const common = { ...shared, viewer, nonce: res.locals.nonce as string, ip };
      try {
        // Without a cookie they were counted at the door.
        if (viewer === null && req.headers.cookie !== undefined) await shares.take('anonymous', hostOf(ip));
        if (viewer !== null) await shares.take('read', `user:${viewer.userId}`, COST_OF_A_PAGE);
        const owner = ownerOf(viewer, req.originalUrl);
        if (owner !== null) askingFor(owner);
        // To put a page together takes the process, whatever it reads. What a form does may wait for something else, and waits outside.
        if (req.method === 'GET' || req.method === 'HEAD') await untilItsTurn();
        return common;
      } catch (error) {
        // A page that is open already reads its data in a form of its own: it is told there.
        if (error instanceof TooMuchError && req.path.endsWith('.data')) return { ...common, pages: refusing(error) };
        throw error;
      }
    },
  });
  return {
    handler: remix,
    built: vite === null ? BUILT : null,
    development: vite === null ? null : vite.middlewares,
    close: async () => {
      await vite?.close();
    },
  };
}

/** Whose turn a page is: the account's that it is of, for its people; else theirs who ask. `null`: the network's. */
function ownerOf(viewer: PlainbillContext['viewer'], url: string): string | null {
  if (viewer === null) {
    const token = tokenOfLink(url);
    return token === null ? null : `link ${token}`;
  }
  const named = decoded(/^\/accounts\/([^/?]+)/i.exec(url)?.[1] ?? '').replace(/\.data$/, '');
  return viewer.accountIds.includes(named) ? named : `user:${viewer.userId}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Answers, each of which refuses. */
function refusing({ message, status, retryAfterSeconds }: TooMuchError): PlainbillContext['pages'] {
  const refuse = async () => {
    throw new Response(message, { status, headers: { 'Retry-After': String(retryAfterSeconds) } });
  };
  // An answer, and several under one name, alike.
  const room: object = new Proxy(refuse, { get: () => room });
  return room as PlainbillContext['pages'];
}

async function startVite(): Promise<ViteDevServer> {
  const { createServer } = await import('vite');
  return createServer({ server: { middlewareMode: true } });
}

import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import type { RequestHandler } from 'express';
import type { ViteDevServer } from 'vite';
import { hostOf } from './access/network-of.ts';
import type { Shares } from './access/shares.ts';
import type { LoadContext, PlainbillContext } from './load-context.ts';

const BUILT = fileURLToPath(new URL('../build/client', import.meta.url));
const BUILT_SERVER = fileURLToPath(new URL('../build/server/index.js', import.meta.url));

/** How pages get what they show: everything but what belongs to one request. */
export type PageContext = Omit<PlainbillContext, 'nonce' | 'viewer' | 'ip'> & {
  viewerOf: (cookieHeader: string | null) => Promise<{ viewer: PlainbillContext['viewer']; setCookie: string | null }>;
};

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
      // Before anything is looked up: whoever says they are somebody may not be.
      const host = hostOf(req.ip ?? 'unknown');
      await shares.take('network', host);
      const { viewer, setCookie } = await viewerOf(req.headers.cookie ?? null);
      if (viewer === null) await shares.take('anonymous', host);
      else await shares.take('read', `user:${viewer.userId}`, COST_OF_A_PAGE);
      if (setCookie !== null) res.append('Set-Cookie', setCookie);
      return { ...shared, viewer, nonce: res.locals.nonce as string, ip: req.ip ?? 'unknown' };
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

async function startVite(): Promise<ViteDevServer> {
  const { createServer } = await import('vite');
  return createServer({ server: { middlewareMode: true } });
}

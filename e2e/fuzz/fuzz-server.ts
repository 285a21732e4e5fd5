import { type RunningServer, startServer } from '../support/servers/server.ts';
import { COLLECTABLE } from './memory.ts';

/** What the server is told so that its limits do not end what is tried: each request says which network it comes from. */
const ENVIRONMENT = { TRUST_PROXY: '1' };

/** An empty server to be filled and asked. */
export function startFuzzServer(): Promise<RunningServer> {
  return startServer({ env: { ...COLLECTABLE, ...ENVIRONMENT } });
}

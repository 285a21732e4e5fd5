import type { Server, ServerResponse } from 'node:http';

/**
 * Makes a server able to end while clients keep their connections busy. `Server.close` waits for connections, and one
 * that always has a next request never ends by itself; after `drain` each connection ends with its next response.
 * Call before other request listeners are added.
 */
export function makeDrainable(http: Server): { drain: () => void } {
  const unanswered = new Set<ServerResponse>();
  let draining = false;
  http.on('request', (_req, res: ServerResponse) => {
    if (draining) res.shouldKeepAlive = false;
    unanswered.add(res);
    res.once('close', () => unanswered.delete(res));
  });
  return {
    drain: () => {
      draining = true;
      for (const res of unanswered) res.shouldKeepAlive = false;
      http.closeIdleConnections();
    },
  };
}

import type { Server } from 'socket.io';
import { breakOff, type Connection } from './cut-off.ts';
import type { LiveNamespace } from './live-socket.ts';
import { countOf } from './message-count.ts';

/** Of who has not said yet who they are: a page sends one. Each is asked about. */
const MOST_OF_STRANGERS = 5;
/** Of anybody, whatever they are for. */
const MOST = 300;
const WITHIN_MS = 10_000;

/**
 * Breaks off connections on which more comes than any page sends. Counted before anything is made of it: what asks to join, or is
 * for nobody here, reaches no socket that could count it.
 */
export function limitPackets(io: Server, namespace: LiveNamespace): void {
  const joined = new WeakSet<Connection>();
  namespace.on('connection', ({ conn }) => joined.add(conn));
  io.engine.on('connection', (conn: Connection) => {
    const ofStranger = countOf(MOST_OF_STRANGERS, WITHIN_MS);
    const all = countOf(MOST, WITHIN_MS);
    conn.on('packet', ({ type }: { type: string }) => {
      if (type !== 'message') return;
      const isTooMuch = !all.isOneMoreAllowed() || (!joined.has(conn) && !ofStranger.isOneMoreAllowed());
      if (isTooMuch) breakOff(conn);
    });
  });
}

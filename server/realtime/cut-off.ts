import type { Socket } from 'socket.io';

/** The connection below a socket, which may carry several namespaces. */
export type Connection = Socket['conn'];

/** How long what was said before, and why, may still be read. */
const GOODBYE_MS = 1_000;

/**
 * Ends a connection. Whoever does not read would not say goodbye either, and all that is queued for them would be kept meanwhile, a
 * minute or longer.
 */
export function cutOff(socket: Pick<Socket, 'disconnect' | 'conn'>): void {
  const transport = webSocketOf(socket.conn);
  socket.disconnect(true);
  setTimeout(() => {
    socket.conn.close(true);
    transport?.terminate();
  }, GOODBYE_MS).unref();
}

/** Ends a connection now, and reads nothing more of it. */
export function breakOff(conn: Connection): void {
  const transport = webSocketOf(conn);
  conn.close(true);
  transport?.terminate();
}

/** What is held in this process for a connection: packets that wait for it, and what its transport has taken. */
export function queuedBytes({ conn }: Pick<Socket, 'conn'>): number {
  const waiting = (conn as unknown as { writeBuffer: { data?: string | Buffer }[] }).writeBuffer;
  return waiting.reduce((sum, { data }) => sum + (data?.length ?? 0), webSocketOf(conn)?.bufferedAmount ?? 0);
}

/** The WebSocket of a connection, which the engine does not tell of; none while it polls. */
function webSocketOf(conn: Connection): { bufferedAmount: number; terminate: () => void } | undefined {
  return (conn.transport as unknown as { socket?: { bufferedAmount: number; terminate: () => void } }).socket;
}

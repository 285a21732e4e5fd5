import { io, type Socket } from 'socket.io-client';
import { LIVE_NAMESPACE } from '../../../server/domain/live-namespace.ts';
import type { ClientToServer, ServerToClient, UsageUpdate } from '../../../server/realtime/contract.ts';
import { answerParent } from '../child.ts';

export type ViewQuestion =
  | { do: 'watch'; url: string; cookie: string; accountId: string; meter: string }
  /** Answers every `Sighting` since `watch`. */
  | { do: 'stop' };

/** The number a browser was shown, and when (milliseconds since 1970). */
export interface Sighting {
  at: number;
  count: number;
}

const sightings: Sighting[] = [];
let socket: Socket<ServerToClient, ClientToServer> | null = null;

/** Stands in for a signed-in browser that watches an account. */
answerParent(async (question: ViewQuestion) => {
  if (question.do === 'stop') {
    socket?.disconnect();
    return sightings;
  }
  const { url, cookie, accountId, meter } = question;
  const opened: Socket<ServerToClient, ClientToServer> = io(`${url}${LIVE_NAMESPACE}`, {
    transports: ['websocket'],
    extraHeaders: { cookie, origin: url },
  });
  socket = opened;
  await new Promise<void>((resolve, reject) => {
    opened.once('connect', resolve);
    opened.once('connect_error', reject);
  });
  opened.on('usage', ({ meters }: UsageUpdate) => {
    const quantity = meters.find(({ key }) => key === meter)?.quantity;
    if (quantity !== undefined && quantity !== null) sightings.push({ at: Date.now(), count: Number(quantity) });
  });
  const answer = await opened.timeout(10_000).emitWithAck('watch', { accountId });
  if ('error' in answer) throw new Error(`The account cannot be watched: ${answer.error}`);
  return null;
});

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hostOf } from '../fairness/network-of.ts';
import { isShareLeft, type Shares } from '../fairness/shares.ts';
import { cutOff, queuedBytes } from './cut-off.ts';
import type { LiveNamespace } from './live-socket.ts';

/** Tabs of one person. */
const MOST_OF_A_PERSON = 30;
/** An office shares one address. */
const MOST_OF_A_NETWORK = 300;
/** A snapshot of an account with thousands of charges is about a megabyte. */
const MOST_QUEUED_BYTES = 4 * 1024 * 1024;

/**
 * Whether one more socket may be opened, asked before it is: by session, whoever that is of, and by network. What goes on of a
 * socket that is open is no other one.
 */
export async function mayOpenSocket(shares: Shares, { url = '', headers }: IncomingMessage, address: string) {
  if (/[?&]sid=/.test(url)) return true;
  const session = createHash('sha256')
    .update(headers.cookie ?? '')
    .digest('base64url');
  const [one, all] = await Promise.all([
    isShareLeft(shares.take('connect', `${session} ${hostOf(address)}`)),
    isShareLeft(shares.take('connectNetwork', hostOf(address))),
  ]);
  return one && all;
}

/** Whether a person, and a network, may open one more connection. */
export function mayConnect(namespace: LiveNamespace, userId: string, address: string): boolean {
  let [ofPerson, ofNetwork] = [0, 0];
  for (const { data } of namespace.sockets.values()) {
    if (data.viewer.userId === userId) ofPerson++;
    if (data.address === address) ofNetwork++;
  }
  return ofPerson < MOST_OF_A_PERSON && ofNetwork < MOST_OF_A_NETWORK;
}

/** Cuts off who does not read what is sent: they come back, and are given what they missed or a snapshot. */
export function dropSlowReaders(namespace: LiveNamespace): void {
  for (const socket of namespace.sockets.values()) {
    if (queuedBytes(socket) > MOST_QUEUED_BYTES) cutOff(socket);
  }
}

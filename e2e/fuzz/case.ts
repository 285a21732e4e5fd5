import type { HttpRequest } from './http.ts';
import type { Caller } from './world.ts';

/** As the product is meant to be used; with one thing wrong; with whatever is wrong. */
export type Intent = 'valid' | 'nearly' | 'hostile';

/** One request with what must be there first: `{made}` in its path and body is the id that came of it, `{cookie}` its cookie. */
export interface HttpCase {
  kind: 'http';
  before?: HttpRequest;
  request: HttpRequest;
}

/** One message on a connection of its own. */
export interface SocketCase {
  kind: 'socket';
  caller: Caller | null;
  namespace: string;
  event: string;
  args: unknown[];
  /** Whether an answer is asked for. */
  isAsked: boolean;
  /** How often it is sent. */
  times: number;
}

/** Bytes, as they are. */
export interface RawCase {
  kind: 'raw';
  bytes: Buffer;
  /** Whether our half of the connection ends with them. */
  isEnded: boolean;
}

export type Case = (HttpCase | SocketCase | RawCase) & {
  /** The operation, page, form or message it is of. */
  about: string;
  intent: Intent;
};

import type { EventsUpdate, LiveSnapshot, ResumeAnswer, UsageUpdate, WatchAnswer } from '#server/realtime/contract.ts';
import type { FeedItem } from '#server/usage/usage.types.ts';
import { withChanges } from './snapshot-changes.ts';

/** How many events the feed lists; older ones are only counted. */
export const FEED_ROWS = 50;
/** Behind by more than this, the server is catching up and says so. */
const LAG_WORTH_SAYING_MS = 5_000;

/** What the person sees, or what is kept from them while paused. */
interface Content {
  snapshot: LiveSnapshot | null;
  /** Newest first, at most `FEED_ROWS`. */
  rows: FeedItem[];
  /** Accepted events that are not in `rows`. */
  more: number;
}

/** One account's live connection, as a value: everything that happens to it is a `LiveEvent`. */
export interface LiveState {
  /** `connecting` only until the first attempt succeeds or fails. */
  connection: 'connecting' | 'connected' | 'offline';
  /** Why there is no connection, when the server said so. */
  reason: string | null;
  /** Number of the last update taken in; one sequence counts usage and events updates of an account. */
  seq: number | null;
  /** A question that waits to be put to the server. `attempt` tells a repeated question from the first. */
  question: { kind: 'watch' | 'resume'; attempt: number } | null;
  /** The resumed updates follow up to this number. */
  catchUpTo: number;
  shown: Content;
  paused: boolean;
  held: Content;
  /** Some events passed while nobody listened: they are in the numbers but not in the feed. */
  feedHasGap: boolean;
  /** How far the server's metering is behind; `null` until it said so. */
  lagMs: number | null;
}

/** What can happen to a live connection: told by the socket, or done by the person who watches. */
export type LiveEvent =
  | { type: 'connected' }
  | { type: 'disconnected'; reason: string | null }
  | { type: 'answered'; answer: WatchAnswer | ResumeAnswer }
  | { type: 'unanswered' }
  | { type: 'usage'; update: UsageUpdate }
  | { type: 'events'; update: EventsUpdate }
  | { type: 'status'; lagMs: number }
  | { type: 'paused' }
  | { type: 'unpaused' };

/** What a page says of its connection; `catching up` from connecting until missed messages have come. */
export type LiveStatus = 'live' | 'catching up' | 'paused' | 'offline';

const NOTHING: Content = { snapshot: null, rows: [], more: 0 };

/** Before the first connection. */
export const INITIAL_LIVE_STATE: LiveState = {
  connection: 'connecting',
  reason: null,
  seq: null,
  question: null,
  catchUpTo: 0,
  shown: NOTHING,
  paused: false,
  held: NOTHING,
  feedHasGap: false,
  lagMs: null,
};

/** The one word for the person. No connection outranks a pause: then nothing is being held back either. */
export function liveStatus(state: LiveState): LiveStatus {
  if (state.connection === 'offline') return 'offline';
  if (state.paused) return 'paused';
  const behind = state.question !== null || state.seq === null || state.seq < state.catchUpTo;
  return behind || (state.lagMs ?? 0) > LAG_WORTH_SAYING_MS ? 'catching up' : 'live';
}

/** How many accepted events wait until the pause ends. */
export function heldCount(state: LiveState): number {
  return state.held.rows.length + state.held.more;
}

/** The state after something happened. Pure: the caller does the talking that `question` asks for. */
export function liveReducer(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'connected':
      return ask(
        { ...state, connection: 'connected', reason: null, lagMs: null },
        state.seq === null ? 'watch' : 'resume',
      );
    case 'disconnected':
      return { ...state, connection: 'offline', reason: event.reason, question: null };
    case 'answered':
      return answered(state, event.answer);
    case 'unanswered':
      return state.connection === 'connected' && state.question ? ask(state, state.question.kind) : state;
    case 'usage':
      return inSequence(state, event.update.seq, (content) => withUsage(content, event.update, state.shown.snapshot));
    case 'events':
      return inSequence(state, event.update.seq, (content) =>
        withEvents(content, event.update.items, event.update.more),
      );
    case 'status':
      return { ...state, lagMs: event.lagMs };
    case 'paused':
      return { ...state, paused: true };
    case 'unpaused':
      return { ...state, paused: false, shown: merged(state.shown, state.held), held: NOTHING };
  }
}

function ask(state: LiveState, kind: 'watch' | 'resume'): LiveState {
  return { ...state, question: { kind, attempt: (state.question?.attempt ?? 0) + 1 } };
}

function answered(state: LiveState, answer: WatchAnswer | ResumeAnswer): LiveState {
  if ('error' in answer) return { ...state, connection: 'offline', reason: answer.error, question: null };
  if ('snapshot' in answer) {
    // It comes instead of what was missed; the numbers of two streams say nothing about each other.
    const missed = state.seq !== null;
    const settled = { ...state, seq: answer.seq, catchUpTo: answer.seq, question: null };
    return taken({ ...settled, feedHasGap: state.feedHasGap || missed }, (content) => ({
      ...content,
      snapshot: answer.snapshot,
    }));
  }
  // A sequence that ends before ours is another one: the server began anew, so what we have is no place to resume from.
  if (state.seq !== null && answer.seq < state.seq) {
    return ask({ ...state, seq: null, feedHasGap: true }, 'watch');
  }
  return { ...state, catchUpTo: answer.seq, question: null };
}

/** Takes an update that is next in the sequence, ignores one we have, and asks again when one is missing. */
function inSequence(state: LiveState, seq: number, change: (content: Content) => Content): LiveState {
  if (state.seq === null || seq <= state.seq) return state;
  if (seq > state.seq + 1) return state.question ? state : ask(state, 'resume');
  return taken({ ...state, seq }, change);
}

function taken(state: LiveState, change: (content: Content) => Content): LiveState {
  return state.paused ? { ...state, held: change(state.held) } : { ...state, shown: change(state.shown) };
}

/** An update names only what moved, or all of it when a new period began. */
function withUsage(content: Content, update: UsageUpdate, shown: LiveSnapshot | null): Content {
  return { ...content, snapshot: withChanges(content.snapshot ?? shown, update) };
}

function withEvents(content: Content, items: FeedItem[], more: number): Content {
  const known = new Set(content.rows.map(keyOf));
  const fresh = items.filter((item) => !known.has(keyOf(item)));
  const rows = [...fresh.toSorted((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1)), ...content.rows];
  return {
    ...content,
    rows: rows.slice(0, FEED_ROWS),
    more: content.more + more + Math.max(0, rows.length - FEED_ROWS),
  };
}

function merged(shown: Content, held: Content): Content {
  return { ...withEvents(shown, held.rows, held.more), snapshot: held.snapshot ?? shown.snapshot };
}

/** An event's identity: a source never uses an id twice. */
export function keyOf(item: FeedItem): string {
  return `${item.source} ${item.id}`;
}

import { describe, expect, it } from 'vitest';
import type { LiveSnapshot } from '#server/realtime/contract.ts';
import type { FeedItem, MeterTotal } from '#server/usage/usage.types.ts';
import {
  FEED_ROWS,
  heldCount,
  INITIAL_LIVE_STATE,
  type LiveEvent,
  type LiveState,
  liveReducer,
  liveStatus,
} from './live-state.ts';

const snapshot = (quantity: string): LiveSnapshot => ({
  meteredThrough: '2026-11-24T14:03:07Z',
  period: { key: '2026-11', from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' },
  meters: [{ key: 'tokens', description: 'Tokens', unit: 'tokens', aggregation: 'sum', dimensions: [], quantity }],
  money: 'pending',
  charges: null,
  spend: null,
});
const item = (n: number): FeedItem => ({
  source: '/ml',
  id: `e${n}`,
  type: 'inference.completed',
  subject: 'acme-ml',
  eventTime: '2026-11-24T14:03:07Z',
  receivedAt: `2026-11-24T14:03:07.${String(n).padStart(6, '0')}Z`,
  quantities: [],
});
const usage = (seq: number, quantity = `${seq}`): LiveEvent => ({
  type: 'usage',
  update: { accountId: 'acme', seq, removedCharges: [], ...snapshot(quantity) },
});
const events = (seq: number, items: FeedItem[], more = 0): LiveEvent => ({
  type: 'events',
  update: { accountId: 'acme', seq, items, more },
});
const watched = (seq: number): LiveEvent => ({ type: 'answered', answer: { seq, snapshot: snapshot(`${seq}`) } });
const resumed = (seq: number): LiveEvent => ({ type: 'answered', answer: { seq, resumed: true } });
const play = (happenings: LiveEvent[], from: LiveState = INITIAL_LIVE_STATE) => happenings.reduce(liveReducer, from);
const shownQuantity = (state: LiveState) => state.shown.snapshot?.meters[0]?.quantity;

const LIVE = play([{ type: 'connected' }, watched(10)]);

describe('connecting', () => {
  it('is offline when the first attempt fails', () => {
    expect(liveStatus(play([{ type: 'disconnected', reason: null }]))).toBe('offline');
  });

  it('is catching up until connected, then asks to watch, then is live at the snapshot', () => {
    expect(liveStatus(INITIAL_LIVE_STATE)).toBe('catching up');
    const connected = play([{ type: 'connected' }]);
    expect(connected.question?.kind).toBe('watch');
    expect(liveStatus(connected)).toBe('catching up');
    expect(liveStatus(LIVE)).toBe('live');
    expect(LIVE.seq).toBe(10);
    expect(shownQuantity(LIVE)).toBe('10');
  });

  it('says why when the server refuses, and stops asking', () => {
    const refused = play([{ type: 'connected' }, { type: 'answered', answer: { error: 'No such account.' } }]);
    expect(liveStatus(refused)).toBe('offline');
    expect(refused.reason).toBe('No such account.');
    expect(refused.question).toBeNull();
  });

  it('puts an unanswered question again', () => {
    const again = play([{ type: 'connected' }, { type: 'unanswered' }]);
    expect(again.question).toEqual({ kind: 'watch', attempt: 2 });
  });

  it('ignores updates that arrive before the first answer', () => {
    const early = play([{ type: 'connected' }, usage(9), events(10, [item(1)]), watched(10)]);
    expect(shownQuantity(early)).toBe('10');
    expect(early.shown.rows).toEqual([]);
  });
});

describe('usage updates', () => {
  const meter = (key: string, quantity: string): MeterTotal => ({
    key,
    description: key,
    unit: 'tokens',
    aggregation: 'sum',
    dimensions: [],
    quantity,
  });
  const moved = (seq: number, meters: MeterTotal[], period = '2026-11'): LiveEvent => ({
    type: 'usage',
    update: {
      accountId: 'acme',
      seq,
      removedCharges: [],
      ...snapshot(''),
      period: { key: period, from: '', to: '' },
      meters,
    },
  });
  const shown = (state: LiveState) => state.shown.snapshot?.meters.map((m) => `${m.key} ${m.quantity}`);

  it('change the meters they name, keep the others in their places, and append new ones', () => {
    const state = play([moved(11, [meter('dyno', '5')]), moved(12, []), moved(13, [meter('tokens', '13')])], LIVE);
    expect(shown(state)).toEqual(['tokens 13', 'dyno 5']);
    expect(state.shown.snapshot).not.toHaveProperty('seq');
  });

  it('replace all of them when a new period began', () => {
    expect(shown(play([moved(11, [meter('dyno', '1')], '2026-12')], LIVE))).toEqual(['dyno 1']);
  });

  it('build on what is shown while paused', () => {
    const state = play(
      [{ type: 'paused' }, moved(11, [meter('dyno', '5')]), moved(12, []), { type: 'unpaused' }],
      LIVE,
    );
    expect(shown(state)).toEqual(['tokens 10', 'dyno 5']);
  });
});

describe('the sequence', () => {
  it('takes the next update of either kind', () => {
    const state = play([usage(11), events(12, [item(1)]), usage(13)], LIVE);
    expect(shownQuantity(state)).toBe('13');
    expect(state.shown.rows).toHaveLength(1);
    expect(liveStatus(state)).toBe('live');
  });

  it('ignores an update it already has', () => {
    expect(play([usage(11), usage(11, '999'), usage(10, '998')], LIVE)).toEqual(play([usage(11)], LIVE));
  });

  it('resumes after a gap, ignores what runs ahead, and is live again when the missed updates are in', () => {
    const gap = play([usage(11), usage(13)], LIVE);
    expect(gap.question?.kind).toBe('resume');
    expect(gap.seq).toBe(11);
    expect(shownQuantity(gap)).toBe('11');
    expect(liveStatus(gap)).toBe('catching up');

    const promised = play([usage(14), resumed(14)], gap);
    expect(promised.question).toBeNull();
    expect(liveStatus(promised)).toBe('catching up');
    const caughtUp = play([usage(12), usage(13), usage(14)], promised);
    expect(liveStatus(caughtUp)).toBe('live');
    expect(shownQuantity(caughtUp)).toBe('14');
  });

  it('takes the missed updates also when they arrive before the answer', () => {
    const state = play([usage(12), usage(11), usage(12), resumed(12)], LIVE);
    expect(liveStatus(state)).toBe('live');
    expect(state.seq).toBe(12);
  });

  it('notes that the feed has a gap when a fresh snapshot replaces the missed updates', () => {
    const state = play([usage(400), watched(400)], LIVE);
    expect(shownQuantity(state)).toBe('400');
    expect(state.feedHasGap).toBe(true);
    expect(liveStatus(state)).toBe('live');
  });

  it.each([10, 3, 400])('notes the gap whatever number the snapshot of another stream has: %i', (seq) => {
    const back = play([{ type: 'disconnected', reason: null }, { type: 'connected' }, watched(seq)], LIVE);
    expect(back.feedHasGap).toBe(true);
  });

  it('watches afresh when the sequence of the server began anew', () => {
    const state = play([{ type: 'disconnected', reason: null }, { type: 'connected' }, resumed(3)], LIVE);
    expect(state.question?.kind).toBe('watch');
    expect(shownQuantity(play([watched(3)], state))).toBe('3');
    expect(play([watched(3)], state).feedHasGap).toBe(true);
  });
});

describe('losing the connection', () => {
  it('is offline, keeps the last numbers, and resumes from the last update', () => {
    const offline = play([usage(11), { type: 'disconnected', reason: null }], LIVE);
    expect(liveStatus(offline)).toBe('offline');
    expect(shownQuantity(offline)).toBe('11');
    const back = play([{ type: 'connected' }], offline);
    expect(back.question?.kind).toBe('resume');
    expect(back.seq).toBe(11);
    const caughtUp = play([resumed(12), usage(12)], back);
    expect(liveStatus(caughtUp)).toBe('live');
    expect(caughtUp.feedHasGap).toBe(false);
  });
});

describe('pausing', () => {
  const paused = play([events(11, [item(1)]), { type: 'paused' }], LIVE);

  it('holds back numbers and events, and counts the events', () => {
    const state = play([usage(12), events(13, [item(2), item(3)], 40)], paused);
    expect(liveStatus(state)).toBe('paused');
    expect(heldCount(state)).toBe(42);
    expect(shownQuantity(state)).toBe('10');
    expect(state.shown.rows.map((r) => r.id)).toEqual(['e1']);
    expect(state.seq).toBe(13);
  });

  it('shows all of it when it ends', () => {
    const state = play([usage(12), events(13, [item(2), item(3)], 40), { type: 'unpaused' }], paused);
    expect(shownQuantity(state)).toBe('12');
    expect(state.shown.rows.map((r) => r.id)).toEqual(['e3', 'e2', 'e1']);
    expect(state.shown.more).toBe(40);
    expect(heldCount(state)).toBe(0);
    expect(liveStatus(state)).toBe('live');
  });

  it('still notices a gap and a lost connection', () => {
    expect(play([usage(15)], paused).question?.kind).toBe('resume');
    expect(liveStatus(play([{ type: 'disconnected', reason: null }], paused))).toBe('offline');
  });
});

describe('the feed', () => {
  it(`lists the newest ${FEED_ROWS} first and counts the rest`, () => {
    const many = Array.from({ length: 45 }, (_, n) => item(n));
    const state = play(
      [events(11, many), events(12, [item(100), ...Array.from({ length: 9 }, (_, n) => item(101 + n))], 7)],
      LIVE,
    );
    expect(state.shown.rows).toHaveLength(FEED_ROWS);
    expect(state.shown.rows[0]?.id).toBe('e109');
    expect(state.shown.more).toBe(7 + 5);
  });

  it('lists an event once', () => {
    const state = play([events(11, [item(1)]), events(12, [item(1), item(2)])], LIVE);
    expect(state.shown.rows.map((r) => r.id)).toEqual(['e2', 'e1']);
  });
});

describe('a server that is behind', () => {
  it('is catching up beyond five seconds', () => {
    expect(liveStatus(play([{ type: 'status', lagMs: 5_000 }], LIVE))).toBe('live');
    expect(liveStatus(play([{ type: 'status', lagMs: 60_000 }], LIVE))).toBe('catching up');
  });
});

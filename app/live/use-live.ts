import { useEffect, useReducer, useState } from 'react';
import type { Socket } from 'socket.io-client';
import { LIVE_NAMESPACE } from '#server/domain/live-namespace.ts';
import type { ClientToServer, ResumeAnswer, ServerToClient, WatchAnswer } from '#server/realtime/contract.ts';
import { INITIAL_LIVE_STATE, type LiveState, liveReducer } from './live-state.ts';

type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** How long the server may take to answer `watch` or `resume` before it is asked again. */
const ANSWER_WITHIN_MS = 5_000;
/** How long to wait before trying again when the server itself hung up, which Socket.IO does not do alone. */
const TRY_AGAIN_AFTER_MS = 5_000;

/** A live connection as components see it; while paused, numbers stand still and messages are kept. */
export interface Live {
  state: LiveState;
  pause: () => void;
  unpause: () => void;
}

/**
 * Listens to one account while the component is mounted; does nothing unless `enabled`. The account must not change
 * during the component's life: give the component a `key`. What happened is decided by `liveReducer`, here is only talk.
 */
export function useLive(accountId: string, enabled: boolean): Live {
  const [state, dispatch] = useReducer(liveReducer, INITIAL_LIVE_STATE);
  const [socket, setSocket] = useState<LiveSocket | null>(null);

  useEffect(() => {
    if (!enabled) return;
    let over = false;
    let opened: LiveSocket | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const tryAgain = () => {
      retry = setTimeout(() => opened?.connect(), TRY_AGAIN_AFTER_MS);
    };

    // Loaded on its own, so that the page's first script stays small.
    import('socket.io-client').then(({ io }) => {
      if (over) return;
      const live: LiveSocket = io(LIVE_NAMESPACE, { forceNew: true });
      opened = live;
      live.on('connect', () => dispatch({ type: 'connected' }));
      live.on('disconnect', (why) => {
        dispatch({ type: 'disconnected', reason: null });
        if (why === 'io server disconnect') tryAgain();
      });
      live.on('connect_error', (error) => {
        // Not active: the server answered and refused, so its words are worth showing. Else it was not reached.
        dispatch({ type: 'disconnected', reason: live.active ? null : error.message });
        if (!live.active) tryAgain();
      });
      // All of them: a message that nobody hears here does not compile.
      const heard: ServerToClient = {
        usage: (update) => update.accountId === accountId && dispatch({ type: 'usage', update }),
        events: (update) => update.accountId === accountId && dispatch({ type: 'events', update }),
        status: ({ lagMs }) => dispatch({ type: 'status', lagMs }),
      };
      for (const [name, hear] of Object.entries(heard)) live.on(name as keyof ServerToClient, hear);
      setSocket(live);
    });

    return () => {
      over = true;
      clearTimeout(retry);
      opened?.emit('unwatch', { accountId });
      opened?.disconnect();
    };
  }, [accountId, enabled]);

  const { question, seq } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a question is put once, whatever seq does meanwhile.
  useEffect(() => {
    if (!socket || !question) return;
    const onAnswer = (error: Error | null, answer: WatchAnswer | ResumeAnswer) =>
      dispatch(error ? { type: 'unanswered' } : { type: 'answered', answer });
    const patient = socket.timeout(ANSWER_WITHIN_MS);
    if (question.kind === 'resume' && seq !== null) patient.emit('resume', { accountId, seq }, onAnswer);
    else patient.emit('watch', { accountId }, onAnswer);
  }, [socket, question, accountId]);

  return { state, pause: () => dispatch({ type: 'paused' }), unpause: () => dispatch({ type: 'unpaused' }) };
}

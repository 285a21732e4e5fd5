import { useEffect, useState, useSyncExternalStore } from 'react';

const EVERY_MS = 1_000;
const REDUCED = '(prefers-reduced-motion: reduce)';

/**
 * Milliseconds since `mark` became what it is, told about once a second while `runs`; else it stays where it was. With
 * reduced motion, on the server and before scripts run it is 0: numbers then move only when new ones come.
 */
export function useElapsed(mark: string | null, runs: boolean): number {
  const still = useSyncExternalStore(
    onMotionChange,
    () => matchMedia(REDUCED).matches,
    () => true,
  );
  const [told, setTold] = useState<{ mark: string | null; elapsedMs: number }>({ mark: null, elapsedMs: 0 });

  useEffect(() => {
    if (mark === null || still || !runs) return;
    const since = performance.now();
    const timer = setInterval(() => {
      setTold({ mark, elapsedMs: Math.floor(performance.now() - since) });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [mark, still, runs]);

  // What was told of another mark is no time since this one.
  return told.mark === mark && !still ? told.elapsedMs : 0;
}

function onMotionChange(changed: () => void): () => void {
  const query = matchMedia(REDUCED);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

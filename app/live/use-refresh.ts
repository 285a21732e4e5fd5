import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef } from 'react';

/**
 * Loads the page's data again after `mark` changed (say, the live watermark), at most so often, and only while someone
 * looks. `mark` `null` means that nothing is worth loading: paused, offline, closed.
 */
export function useRefresh(mark: string | null, atMostEveryMs: number): void {
  const { revalidate, state } = useRevalidator();
  const last = useRef<number | null>(null);

  useEffect(() => {
    if (mark === null || state !== 'idle') return;
    last.current ??= performance.now();
    const wait = Math.max(0, last.current + atMostEveryMs - performance.now());
    const timer = setTimeout(() => {
      if (document.visibilityState === 'hidden') return;
      last.current = performance.now();
      revalidate();
    }, wait);
    return () => clearTimeout(timer);
  }, [mark, state, revalidate, atMostEveryMs]);
}

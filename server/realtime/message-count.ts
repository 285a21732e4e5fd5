/** Counts how often something happens within a while. */
export function countOf(most: number, withinMs: number, now: () => number = performance.now.bind(performance)) {
  let count = 0;
  let since = now();
  return {
    /** Counts one more. @returns `false` when that is one too many */
    isOneMoreAllowed: (): boolean => {
      if (now() - since >= withinMs) {
        count = 0;
        since = now();
      }
      count += 1;
      return count <= most;
    },
  };
}

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** `false` on the server and in the first paint, `true` once scripts run: what needs a script shows itself only then. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

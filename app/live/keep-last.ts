import { isRouteErrorResponse } from '@remix-run/react';

/** Reads an address again and again; see `keepLast`. */
export type Reader<Data> = (address: string, read: () => Promise<Data>) => Promise<Data & { stale: boolean }>;

/**
 * A reader that remembers what it read last. When the same address cannot be read again because the network or the
 * server is out, the last answer stays, marked `stale`, and the page says so: a refresh nobody asked for must not take
 * numbers off the screen. Anything else is thrown on: another address, a refusal, a redirect.
 */
export function keepLast<Data extends object>(): Reader<Data> {
  let last: { address: string; data: Data } | null = null;
  return async (address, read) => {
    try {
      const data = await read();
      last = { address, data };
      return { ...data, stale: false };
    } catch (error) {
      if (last?.address !== address || !isOutage(error)) throw error;
      return { ...last.data, stale: true };
    }
  };
}

function isOutage(error: unknown): boolean {
  return isRouteErrorResponse(error) ? error.status >= 500 : error instanceof Error;
}

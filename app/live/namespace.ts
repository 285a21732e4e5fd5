import type { LIVE_NAMESPACE as Namespace } from '#server/realtime/contract.ts';

/** The server's own constant; its type makes any difference a compile error, since only types cross from the server. */
export const LIVE_NAMESPACE: typeof Namespace = '/live';

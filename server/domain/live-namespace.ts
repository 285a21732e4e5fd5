/** The Socket.IO namespace of live numbers, on both sides. */
export const LIVE_NAMESPACE = '/live';

/** One CloudEvents 1.0 envelope as parsed at the door. `data` may hold lossless numbers; use `envelope` for the exact text. */
export interface UsageEvent {
  id: string;
  source: string;
  type: string;
  subject: string;
  /** Event time in microseconds since 1970, or `null` when the sender left it to the receive time. */
  timeMicros: number | null;
  data: Record<string, unknown>;
  /** The extension attribute `account`, for keys that serve several accounts. */
  account: string | null;
  /** JSON text of the whole envelope, the fields in the order they came. */
  envelope: string;
}

/** `late`: accepted, and the invoice of its period was final before it was received. */
export type ReceiptStatus = 'accepted' | 'late' | 'duplicate' | 'conflict' | 'rejected';

/** What became of one event of a request. */
export interface Receipt {
  index: number;
  id: string | null;
  source: string | null;
  status: ReceiptStatus;
  /** In microseconds since 1970; for a duplicate the first receipt's. `null` when nothing was stored. */
  receivedAt: number | null;
  /** Why it was not counted, naming the field; absent when accepted. */
  reason?: string;
}

/** The batch content type of CloudEvents. */
export const BATCH = 'application/cloudevents-batch+json';

/** What the API said. */
export interface Answer {
  status: number;
  headers: Headers;
  /** As it came. */
  text: string;
}

export interface PostOptions {
  /** Content-Type; `null` sends none. */
  type?: string | null;
  prefer?: string;
  headers?: Record<string, string>;
}

/** A receipt as the API answers it. */
export interface AnsweredReceipt {
  index: number;
  id: string | null;
  source: string | null;
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  receivedAt: string | null;
  reason?: string;
}

export interface AnsweredReceipts {
  receipts: AnsweredReceipt[];
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
}

export interface AnsweredProblem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: { pointer: string; detail: string }[];
}

/** Posts to the events endpoint: text and bytes as they are, anything else as JSON. `key: null` sends no credentials. */
export async function post(url: string, key: string | null, body: unknown, options: PostOptions = {}): Promise<Answer> {
  const { type = 'application/json', prefer, headers = {} } = options;
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(type !== null && { 'content-type': type }),
      ...(prefer !== undefined && { prefer }),
      ...headers,
    },
    // Bytes, because fetch adds a content type of its own to text.
    body: new Uint8Array(
      Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Posts a batch and asks for receipts. @throws with the answer, when it is not 200 */
export async function receiptsOf(
  url: string,
  key: string,
  events: unknown,
  options: PostOptions = {},
): Promise<AnsweredReceipts> {
  const answer = await post(url, key, events, { prefer: 'return=representation', ...options });
  if (answer.status !== 200) throw new Error(`The events were answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as AnsweredReceipts;
}

/** The problem document of an answer. @throws when it is not one */
export function problemOf(answer: Answer): AnsweredProblem {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) throw new Error(`${answer.status}, ${type}: ${answer.text}`);
  return JSON.parse(answer.text) as AnsweredProblem;
}

/** The latest receive time among receipts; what must be metered before numbers are compared. */
export function lastReceived({ receipts }: AnsweredReceipts): string {
  const times = receipts.map(({ receivedAt }) => receivedAt ?? '').sort();
  return times.at(-1) ?? '';
}

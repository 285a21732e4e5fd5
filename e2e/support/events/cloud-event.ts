import { randomUUID } from 'node:crypto';

/** A CloudEvents 1.0 envelope as a program of the customer's would send it. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time?: string;
  data?: Record<string, unknown>;
}

/** One event, in which a test names only what it is about. */
export function cloudEvent(given: Partial<CloudEvent> = {}): CloudEvent {
  return { specversion: '1.0', id: randomUUID(), source: '/test', type: 'request.served', subject: 'app-1', ...given };
}

/** Sends events with an account's key. @throws with the answer, when they are not all accepted */
export async function sendEvents(url: string, key: string, events: CloudEvent[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  if (response.status !== 204) throw new Error(`The events were answered ${response.status}: ${await response.text()}`);
}

import { Agent, request } from 'node:http';

/** Sends bodies over connections that stay open. */
export interface Poster {
  /** @throws when the answer is not 204 */
  post: (body: Buffer) => Promise<void>;
  close: () => void;
}

/** @param connections at most so many requests at once; others wait their turn */
export function createPoster(url: string, key: string, connections: number): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, noDelay: true });
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const sent = request(
          `${url}/api/v1/events`,
          {
            agent,
            method: 'POST',
            headers: {
              authorization: `Bearer ${key}`,
              'content-type': 'application/cloudevents-batch+json',
              'content-length': body.length,
            },
          },
          (response) => {
            let said = '';
            response.on('data', (chunk: Buffer) => {
              if (said.length < 1_000) said += chunk.toString();
            });
            response.once('end', () => {
              if (response.statusCode === 204) resolve();
              else reject(new Error(`Events were answered ${response.statusCode}: ${said}`));
            });
            response.once('error', reject);
          },
        );
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

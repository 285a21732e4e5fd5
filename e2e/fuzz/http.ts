import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request, as it is written. */
export interface HttpRequest {
  method: string;
  /** With its query, encoded. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer | string;
}

export interface HttpAnswer {
  /** 0: it was cut off while the body was still on its way, as an answer may be that comes before the end of what it refuses. */
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  bytes: number;
  milliseconds: number;
}

/** No machine takes so long for an answer that will come. */
const HUNG_MS = 180_000;
/** A limit that stays is an answer, too. */
const MOST_WAITS = 4;
/** Sign-in's limit lasts a quarter of an hour; that is not waited for. */
const LONGEST_WAIT_S = 15;
const KEPT_TEXT = 2_000_000;

/** A request that got no answer. */
class NoAnswerError extends Error {}

/** Sends requests over connections that are kept, and waits as it is told when one was too many. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** How often a limit was waited for. */
  waits = 0;

  constructor(private readonly url: string) {}

  /** @throws NoAnswerError */
  async send(asked: HttpRequest): Promise<HttpAnswer> {
    for (let waits = 0; ; waits++) {
      const answer = await this.once(asked);
      const wait = Number(answer.headers['retry-after']);
      if (answer.status !== 429 || waits === MOST_WAITS || !(wait <= LONGEST_WAIT_S)) return answer;
      this.waits++;
      await sleep(wait * 1000);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async once(asked: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.attempt(asked, this.agent);
    } catch (error) {
      if (!isCutOff(error)) throw new NoAnswerError(String(error));
      // A kept connection may end just when it is used again; a new one does not.
      try {
        return await this.attempt(asked, false);
      } catch (again) {
        const length = asked.body === undefined ? 0 : Buffer.byteLength(asked.body);
        if (isCutOff(again) && length > 16_384) return { status: 0, headers: {}, text: '', bytes: 0, milliseconds: 0 };
        throw new NoAnswerError(String(again));
      }
    }
  }

  private attempt({ method, path, headers, body }: HttpRequest, agent: Agent | false): Promise<HttpAnswer> {
    const { hostname, port } = new URL(this.url);
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request({ hostname, port, agent, method, path, headers: { ...length, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= KEPT_TEXT) chunks.push(chunk);
        });
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
            bytes,
            milliseconds: performance.now() - started,
          });
        response.on('end', done);
        response.on('error', () => done());
      });
      sent.setTimeout(HUNG_MS, () => sent.destroy(new Error(`no answer within ${HUNG_MS} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** The request as a command that anybody can run. */
export function curlOf(url: string, { method, path, headers, body }: HttpRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl -i --path-as-is --globoff -X', method, quoted(`${url}${path}`)];
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quoted(`${name}: ${value}`));
  if (body === undefined) return parts.join(' ');
  const isText = typeof body === 'string' && !body.includes('\0') && body.isWellFormed();
  if (isText) return [...parts, '--data-binary', quoted(body)].join(' ');
  return [`echo ${Buffer.from(body).toString('base64')} | base64 -d |`, ...parts, '--data-binary', '@-'].join(' ');
}

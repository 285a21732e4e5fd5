import { LIVE_NAMESPACE } from '../../server/domain/live-namespace.ts';
import type { Case, HttpCase } from './case.ts';
import { curlOf, type HttpAnswer, type HttpRequest, type Sender } from './http.ts';
import { sendRaw, statusesIn } from './raw.ts';
import { talk } from './sockets.ts';

/** No machine takes so long for an answer that will come. */
const HUNG_MS = 180_000;

/** What came of a request. */
export interface Outcome {
  /** HTTP status; of a socket 200 for an answer and 400 for an end. */
  statuses: number[];
  milliseconds: number;
  text: string;
}

/** Sends what a case says. @throws when nothing came of it */
export async function perform(url: string, sender: Sender, made: Case): Promise<Outcome> {
  const started = performance.now();
  if (made.kind === 'http') {
    const answer = await sender.send(await prepared(sender, made));
    return { statuses: [answer.status], milliseconds: answer.milliseconds, text: answer.text };
  }
  const text = made.kind === 'raw' ? await sendRaw(url, made) : await talk(url, made, HUNG_MS);
  const statuses = made.kind === 'raw' ? statusesIn(text) : [/^(cut off|refused)/.test(text) ? 400 : 200];
  // Of bytes the time is mostly what is waited for more of them.
  return { statuses, milliseconds: made.kind === 'raw' ? 0 : performance.now() - started, text };
}

async function prepared(sender: Sender, { before, request }: HttpCase): Promise<HttpRequest> {
  if (before === undefined) return request;
  const made = await sender.send(before);
  const id = idIn(made) ?? 'none';
  const cookie = made.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? 'a=b';
  const filled = Object.entries(request.headers).map(([name, value]) => [name, value.replace('{cookie}', cookie)]);
  return { ...request, path: request.path.replace('{made}', id), headers: Object.fromEntries(filled) };
}

function idIn({ text }: HttpAnswer): string | null {
  return /"id":"([^"]+)"/.exec(text)?.[1] ?? null;
}

/** The request in words with which anybody can send it again. */
export function spelled(url: string, made: Case): string {
  switch (made.kind) {
    case 'http':
      return [...(made.before ? [`first: ${curlOf(url, made.before)}`] : []), curlOf(url, made.request)].join('\n');
    case 'raw':
      return `printf %s ${made.bytes.toString('base64')} | base64 -d | nc${made.isEnded ? ' -N' : ''} ${new URL(url).host.replace(':', ' ')}`;
    case 'socket': {
      const where = made.namespace === LIVE_NAMESPACE ? '' : ` in ${made.namespace}`;
      const args = JSON.stringify(made.args) ?? '';
      return `socket${where}, as ${made.caller?.name ?? 'nobody'}, ${made.times} times: ${JSON.stringify(made.event)} ${args}`;
    }
  }
}

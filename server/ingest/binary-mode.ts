import { type ReadBody, readBody } from '../events/body.ts';
import { exactJson } from '../events/exact-json.ts';
import { UnfitEvent } from '../events/validate-event.ts';

/** The `ce-` headers or the body cannot be read as one event. */
export class BinaryModeError extends Error {}

/** Binary mode puts the attributes into `ce-` headers and only `data` into the body. */
export function isBinaryMode(headers: NodeJS.Dict<string | string[]>): boolean {
  return headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined;
}

/**
 * Builds the envelope of a binary-mode request; header values are quoted or not, then percent-encoded UTF-8 (CloudEvents HTTP
 * binding 3.1.3.2).
 * @param headers every value of each header: Node joins repeated ones, which would make one attribute of two
 * @throws BinaryModeError or UnreadableBodyError
 */
export async function fromBinaryMode(headers: NodeJS.Dict<string[]>, bytes: Uint8Array): Promise<ReadBody> {
  const envelope: Record<string, unknown> = {};
  for (const [header, [value, ...more] = []] of Object.entries(headers)) {
    if (!header.startsWith('ce-') || value === undefined) continue;
    if (more.length > 0) throw new BinaryModeError(`the header ${header} came ${more.length + 1} times`);
    envelope[header.slice(3)] = decoded(header, value);
  }
  const one = { count: 1, batch: false, toText: exactJson };
  if (bytes.length === 0) return { events: [envelope], ...one };
  const { events, batch } = await readBody(bytes);
  const unfit = events.find((each) => each instanceof UnfitEvent);
  envelope.data = batch ? events : events[0];
  return { events: [unfit ?? envelope], ...one };
}

function decoded(header: string, value: string): string {
  // Node reads bytes beyond ASCII as Latin-1, whatever was meant.
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw new BinaryModeError(`the header ${header} holds more than ASCII, which must be percent-encoded`);
  }
  try {
    return decodeURIComponent(unquoted(value));
  } catch {
    throw new BinaryModeError(`the header ${header} is not valid percent-encoding`);
  }
}

/** RFC 7230, section 3.2.6: within quotes a backslash stands before a character that is meant as it is. */
function unquoted(value: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  return quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
}

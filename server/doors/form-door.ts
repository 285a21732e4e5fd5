import type { RequestHandler } from 'express';
import { QUESTION_LONGEST } from '../domain/policy.ts';

/** More than forms of ours send. */
const MOST_BYTES = 16 * 1024;
/** But for the text of a question: a character of it may be nine bytes of a form. */
const MOST_BYTES_OF_A_QUESTION = 9 * QUESTION_LONGEST + 2 * 1024;
const OF_A_QUESTION = /^\/accounts\/[^/]+\/questions\//i;
/** The longest address of a page has seven. */
const MOST_SEGMENTS = 20;
/** In characters. Answers repeat it, escaped once more, in a header (where to go on after signing in): browsers take 16 KB of those. */
const LONGEST = 8_000;
const METHODS = 'GET, HEAD, POST';

/**
 * Refuses, before anything reads it, what no page of ours sends: the addresses that Remix once fetched data from (400: it still
 * answers them, with faults), addresses that no answer could repeat (414), or that would be another site's (404), other methods (405), forms of other sites (403), and bodies of unknown
 * length (411) or of more than 16 KiB (413; of questions 46).
 * @param publicUrl the address people reach us at; a page may also be open under the name the browser asked for
 */
export function formDoor(publicUrl: string): RequestHandler {
  const { origin } = new URL(publicUrl);
  return (req, res, next) => {
    const refuse = (status: number, text: string) => res.status(status).type('text').send(`${text}\n`);
    if (!req.originalUrl.startsWith('/') || !URL.canParse(`http://${req.headers.host}`)) {
      refuse(400, 'The request does not say by its Host header and path what is asked for.');
      return;
    }
    // Remix would take its word for where we are: a port that is none, or another site than the form's, was a fault of ours.
    delete req.headers['x-forwarded-host'];
    if (asksInTheOldWay(req.originalUrl)) {
      refuse(400, 'The address has a parameter that no page has: _data. Leave it out.');
      return;
    }
    if (req.originalUrl.length > LONGEST) {
      refuse(414, `The address is too long: the limit is ${LONGEST} characters.`);
      return;
    }
    if (asksForTooMuch(req.originalUrl)) {
      refuse(400, 'No page has so long an address.');
      return;
    }
    if (readsAsAnotherSite(req.path)) {
      refuse(404, 'Not Found');
      return;
    }
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    if (req.method !== 'POST') {
      res.set('Allow', METHODS);
      refuse(405, `${req.method} is not possible here; possible: ${METHODS}.`);
      return;
    }
    if (!isOurs(req.headers.origin, origin, req.headers.host)) {
      refuse(403, 'A form must be sent from a page of this site. Open the page again and send it from there.');
      return;
    }
    const length = req.headers['content-length'];
    if (req.headers['transfer-encoding'] !== undefined || length === undefined) {
      refuse(411, 'Say how long the form is: Content-Length is missing.');
      return;
    }
    const most = OF_A_QUESTION.test(req.path) ? MOST_BYTES_OF_A_QUESTION : MOST_BYTES;
    if (Number(length) > most) {
      refuse(413, `The form is too large: the limit is ${most} bytes. Write less.`);
      return;
    }
    // Remix asks the same again, and knows of no other address than the one in the request.
    if (req.headers.origin !== undefined) req.headers['x-forwarded-host'] = new URL(req.headers.origin).host;
    next();
  };
}

/**
 * Whether a path, once it is decoded, is the address of another host to a browser: `/%5C` is `//`. The page that would say that
 * there is none cannot be made for it, and no page of ours begins so. Tabs and line ends count for nothing in an address, and the
 * router takes several slashes for one.
 */
function readsAsAnotherSite(path: string): boolean {
  try {
    return /^\/+[\t\n\r]*(\\|[\t\n\r]\/)/.test(decodeURIComponent(path));
  } catch {
    // What cannot be decoded is taken as it is.
    return false;
  }
}

/** Remix still answers how data was asked for before `.data`, and calls each such request an error of ours. */
function asksInTheOldWay(url: string): boolean {
  return parametersOf(url).has('_data');
}

/** The router tries every beginning of a path against every route: of a path of thousands of segments that is millions. */
function asksForTooMuch(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path.split('/').length > MOST_SEGMENTS;
}

function parametersOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at));
}

/** Browsers say where a form comes from; a program that sends one, and so no session of a browser, may leave it out. */
function isOurs(from: string | undefined, origin: string, host: string | undefined): boolean {
  if (from === undefined || from === origin) return true;
  return URL.canParse(from) && host !== undefined && new URL(from).host === host;
}

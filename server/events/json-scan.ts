/** A JSON value in a text, as far as it can be told without parsing it. */
export interface ScannedValue {
  /** Where it stands: from the first character to the one behind the last, blanks included. */
  from: number;
  to: number;
  /** Members of all objects in it, as they are written: a name that stands twice counts twice. */
  names: number;
  /** Commas and brackets: a bound for how many values there are. */
  values: number;
  /** Levels of arrays and objects. */
  depth: number;
  /** Beginnings and ends, one after the other, of numbers that `JSON.parse` might not keep: 16 digits or more, or an exponent. */
  exact: number[];
}

/** What a text holds: the elements of an array, or one value that is none. */
export interface ScannedText {
  isArray: boolean;
  /** The first of the elements; see `count`. */
  items: ScannedValue[];
  /** How many elements there are. */
  count: number;
}

const [QUOTE, COMMA, COLON, MINUS, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [...'",:-[]{}'].map((sign) =>
  sign.charCodeAt(0),
) as [number, number, number, number, number, number, number, number];

/**
 * Finds the elements of an array and how large each is, in one pass in which strings are jumped over: what would cost too much is
 * refused before anything is made of it. It does not check that the text is JSON. If it is, the elements are where it says; if every
 * element it finds is JSON by itself, the whole is.
 * @param most elements that are told one by one; the others are only counted
 * @returns `null` when an array does not end where the text does
 */
export function scanJson(text: string, most = 1): ScannedText | null {
  let at = skipBlanks(text, 0);
  const isArray = text.charCodeAt(at) === OPEN_ARRAY;
  if (isArray) at++;
  const items: ScannedValue[] = [];
  let count = 0;
  let item = emptyAt(isArray ? at : 0);
  let open = 0;
  let hasEnded = false;
  const end = (to: number) => {
    item.to = to;
    if (count < most) items.push(item);
    count++;
  };
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (text.charCodeAt(skipBlanks(text, at)) === COLON) item.names++;
      at--;
    } else if (code === COMMA) {
      if (isArray && open === 0) {
        end(at);
        item = emptyAt(at + 1);
      } else item.values++;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      item.values++;
      if (++open > item.depth) item.depth = open;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (open > 0) open--;
      else if (isArray && code === CLOSE_ARRAY) {
        hasEnded = true;
        if (count > 0 || skipBlanks(text, item.from) < at) end(at);
        at = skipBlanks(text, at + 1);
        break;
      } else return null;
    } else if (code === MINUS || isDigit(code)) {
      at = endOfNumber(text, at, item) - 1;
    }
  }
  if (!isArray) end(text.length);
  else if (!hasEnded || at < text.length) return null;
  return { isArray, items, count };
}

function emptyAt(from: number): ScannedValue {
  return { from, to: from, names: 0, values: 0, depth: 0, exact: [] };
}

/** @returns the place behind the closing quote */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

/** @returns the next place that holds no blank of JSON */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at);
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Notes a number that is not safe. @returns the place behind it, as far as it has the signs of one */
function endOfNumber(text: string, start: number, item: ScannedValue): number {
  let end = start;
  let digits = 0;
  let hasExponent = false;
  for (;;) {
    const code = text.charCodeAt(end);
    if (isDigit(code)) digits++;
    else if (code === 0x65 || code === 0x45) hasExponent = true;
    else if (code !== 0x2e && code !== MINUS && code !== 0x2b) break;
    end++;
  }
  if (hasExponent || digits > 15) item.exact.push(start, end);
  return end;
}

/**
 * Rows as the format `TabSeparated` has them: fields with tabs between them, a line each. Numbers, instants and hashes
 * stand as they are; text goes through `textField`, lists of text through `listField`.
 */
const ENDS_A_FIELD = /[\\\t\n\r]/;
const ENDS_AN_ITEM = /[\\\t\n\r']/g;

/** Text that may hold anything. */
export function textField(value: string): string {
  // Nearly no text needs it, and looking is much cheaper than replacing.
  return ENDS_A_FIELD.test(value) ? value.replace(ENDS_AN_ITEM, escaped) : value;
}

/** `['a','b']`, for columns of the type Array(String). */
export function listField(values: readonly string[]): string {
  return `[${values.map((value) => `'${value.replace(ENDS_AN_ITEM, escaped)}'`).join(',')}]`;
}

function escaped(character: string): string {
  return ESCAPES[character] ?? character;
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', "'": "\\'" };

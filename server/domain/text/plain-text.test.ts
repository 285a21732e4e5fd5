import { describe, expect, it } from 'vitest';
import { unfitInLine, unfitInName } from './plain-text.ts';

describe('a line', () => {
  it.each(['', 'web', 'größe 🦆', 'a\u200bb', '\u202eabc', 'שלום\u200f'])('may be %j', (text) => {
    expect(unfitInLine(text)).toBeNull();
  });

  it.each([
    ['a\u0000b', 'control', 'U+0000'],
    ['a\nb', 'control', 'U+000A'],
    ['\tb', 'control', 'U+0009'],
    ['a\u007f', 'control', 'U+007F'],
    ['é\u0085', 'control', 'U+0085'],
    ['a\u2028b', 'control', 'U+2028'],
    ['a\u2029b', 'control', 'U+2029'],
    ['a\ud83e', 'surrogate', 'U+D83E'],
    ['\udc00a', 'surrogate', 'U+DC00'],
  ])('may not be %j', (text, kind, codePoint) => {
    expect(unfitInLine(text)).toEqual({ kind, codePoint });
    expect(unfitInName(text)).toEqual({ kind, codePoint });
  });
});

describe('a name', () => {
  it.each([
    ['of letters of any script', 'größe Ünï→日本 ид'],
    ['with an emoji', 'duck 🦆'],
    ['with an emoji that says it is one', 'we ❤️ it'],
    ['with an emoji joined of three', 'the 👨‍👩‍👧 plan'],
    ['with an emoji in a colour of skin', '👍🏽'],
    ['with a flag written in tags', 'team \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    ['with a keycap', '1️⃣'],
    ['of Persian, which spells with a non-joiner', 'می\u200cخواهم'],
    ['of Devanagari, which spells with a joiner', 'क्\u200dष'],
    ['of Hebrew, as it is', 'שלום'],
    ['with a sign of Arabic numbers, which is seen', '\u0600١٢'],
  ])('may be %s', (_, text) => {
    expect(unfitInName(text)).toBeNull();
  });

  it.each([
    ['an override of the direction', 'web\u202egnp', 'U+202E'],
    ['an embedding', '\u202aweb', 'U+202A'],
    ['an isolate', 'web\u2066', 'U+2066'],
    ['a mark of the direction', 'web\u200f', 'U+200F'],
    ['a mark of the direction of Arabic', 'web\u061c', 'U+061C'],
    ['a space of no width', 'we\u200bb', 'U+200B'],
    ['a byte order mark', '\ufeffweb', 'U+FEFF'],
    ['a soft hyphen', 'we\u00adb', 'U+00AD'],
    ['a joiner where nothing joins', 'we\u200db', 'U+200D'],
    ['a non-joiner at the end', 'می\u200c', 'U+200C'],
    ['a filler that draws nothing', 'web\u3164', 'U+3164'],
    ['a variation of a letter that has none', 'web\ufe0f', 'U+FE0F'],
    ['tags of no flag', 'web\u{e0067}', 'U+E0067'],
    ['a word joiner', 'we\u2060b', 'U+2060'],
    ['an annotation', 'we\ufff9b', 'U+FFF9'],
  ])('may not hold %s', (_, text, codePoint) => {
    expect(unfitInName(text)).toEqual({ kind: 'invisible', codePoint });
  });
});

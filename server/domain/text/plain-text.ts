/** Why a text cannot be a name: the first character that is unfit, and what is wrong with it. */
export interface UnfitCharacter {
  kind: 'control' | 'surrogate' | 'invisible';
  /** As Unicode writes it: `U+202E`. */
  codePoint: string;
}

/** Most texts are nothing but these. */
const ASCII = /^[\x20-\x7e]*$/;
/** C0, C1, the two line separators of Unicode, and halves of surrogate pairs. */
const UNFIT_IN_A_LINE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
/** What draws nothing or turns the direction of what stands around it; signs of Arabic and others are `Cf` and draw something. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|[\ufff9-\ufffb]/u;
/** Emoji join, colour and flag themselves with characters that are invisible elsewhere. No literal: the target has no `v` yet. */
const EMOJI_SEQUENCE = '\\p{RGI_Emoji}|\\p{Extended_Pictographic}\\ufe0f';
const EMOJI = new RegExp(EMOJI_SEQUENCE, 'gv');
/** Joiners are part of the spelling between letters of these scripts: Unicode Standard Annex 31, section 2.3. */
const JOINED_SCRIPTS =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}]';
const JOINER = new RegExp(`(?<=${JOINED_SCRIPTS})[\\u200c\\u200d](?=${JOINED_SCRIPTS})`, 'gu');

/** What makes a text unfit to stand in one line: PostgreSQL takes no NUL, and a lone surrogate has no UTF-8. `null` when nothing does. */
export function unfitInLine(text: string): UnfitCharacter | null {
  if (ASCII.test(text)) return null;
  const [unfit] = UNFIT_IN_A_LINE.exec(text) ?? [];
  if (unfit === undefined) return null;
  return { kind: /\p{Cs}/u.test(unfit) ? 'surrogate' : 'control', codePoint: codePointOf(unfit) };
}

/**
 * What makes a text unfit to be a name, an id or the value of a dimension: what a line may not hold, and what nobody sees, so
 * that two names that look alike are one, and none reads backwards. `null` when nothing does.
 */
export function unfitInName(text: string): UnfitCharacter | null {
  if (ASCII.test(text)) return null;
  const unfit = unfitInLine(text);
  if (unfit !== null || !INVISIBLE.test(text)) return unfit;
  const [invisible] = INVISIBLE.exec(text.replace(EMOJI, '').replace(JOINER, '')) ?? [];
  return invisible === undefined ? null : { kind: 'invisible', codePoint: codePointOf(invisible) };
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What a person wrote, as it is kept: line breaks are `\n`, nothing empty around it. */
export function tidyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

/** Why tidy lines cannot be kept, in a sentence; `null` when they can. */
export function linesFault(lines: string, longest: number): string | null {
  if (lines === '') return 'Must not be empty.';
  if (lines.length > longest) return `Must have at most ${longest} characters.`;
  // PostgreSQL takes no NUL, and a lone surrogate has no UTF-8.
  if (/[^\P{Cc}\n\t]|\p{Cs}/u.test(lines))
    return 'Must not have control characters but line breaks and tabs, nor halves of characters.';
  return null;
}

/**
 * The resource that a part of a path names, its escapes undone. No path can hold `.`, `..` or nothing, escaped or not, so these, and
 * what they are written with, have a tilde before them: `~.` is `.`, `~~.` is `~.`. The addresses of pages have the same.
 */
export function resourceInPath(segment: string): string {
  return /^~+\.{0,2}$/.test(segment) ? segment.slice(1) : segment;
}

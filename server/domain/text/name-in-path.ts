/** Names no address can hold as they are: nothing, and dots, which mean other folders, also where they are escaped. */
const NO_SEGMENT = /^~*\.{0,2}$/;

/**
 * A name that others gave (of a resource) as a segment of an address. One that would be no segment has a tilde before it: `.` is
 * `~.`, and `~.` is `~~.`; every other name is only escaped. One that ends with `.data` has that escaped, too: by such an ending a
 * browser asks the pages for their data.
 */
export function nameInPath(name: string): string {
  const segment = NO_SEGMENT.test(name) ? `~${name}` : name;
  return encodeURIComponent(segment).replace(/\.data$/, '.dat%61');
}

/** The other way round, of a segment whose escapes were undone. */
export function nameOfSegment(segment: string): string {
  return segment.startsWith('~') && NO_SEGMENT.test(segment) ? segment.slice(1) : segment;
}

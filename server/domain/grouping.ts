/** What spend can be told by. */
export const GROUPINGS = ['app', 'team', 'product', 'price'] as const;

/** One of them. */
export type Grouping = (typeof GROUPINGS)[number];

/** Whether a text names a grouping. */
export function isGrouping(text: string): text is Grouping {
  return GROUPINGS.some((each) => each === text);
}

import type { Viewer } from './viewer.ts';

/** Whether a person may see an account: operators and support all, others their memberships. */
export function maySee(viewer: Viewer, accountId: string): boolean {
  return viewer.platformRole !== 'customer' || viewer.accountIds.includes(accountId);
}

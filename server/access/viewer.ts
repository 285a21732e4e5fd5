/** A signed-in person and the accounts they may see. */
export interface Viewer {
  userId: string;
  email: string;
  name: string;
  /** `operator` and `support` see every account; the others only their memberships. */
  platformRole: 'customer' | 'support' | 'operator';
  accountIds: string[];
}

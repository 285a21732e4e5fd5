import type { App, Team, WrittenAccount } from '../database/accounts/accounts.ts';
import type { MembershipRole, PlatformRole } from '../database/people/users.ts';

/** A payer of the demo with its teams and its lasting apps; review apps come and go with their events. */
export interface DemoAccount {
  account: WrittenAccount;
  teams: Omit<Team, 'accountId'>[];
  apps: Omit<App, 'accountId'>[];
}

/** A person who can sign in to the demo. Passwords are never part of it. */
export interface DemoUser {
  email: string;
  name: string;
  platformRole: PlatformRole;
  memberships: { accountId: string; role: MembershipRole }[];
}

import type { WrittenAccount } from '../../database/accounts/accounts.ts';
import type { DemoAccount, DemoUser } from '../demo-account.ts';

/** A small agency that pays by card, with tax: most of what an invoice can surprise with happens to it. */
export const TERN = 'tern';
/** A customer with licenses that are too small in one place each. */
export const ORBIT = 'orbit';
/** A hobbyist on the Eco plan. */
export const KIM = 'kim';

/** Who acts in Tern Studio, as events name them. */
export const ROBIN = 'robin@tern.example';
/** Who acts in Orbit Logistics. */
export const INES = 'ines@orbit.example';
/** Who acts in Kim Sato's own account. */
export const KIM_SATO = 'kim@kim.example';

/** Made by the agency, then handed over: both accounts have it. */
export const MOVED_APP = 'route-planner';

const UTC: Omit<WrittenAccount, 'id' | 'name' | 'kind' | 'taxPercent'> = {
  currency: 'USD',
  timeZone: 'UTC',
  anchorDay: 1,
};

/** Accounts with events as few and as round as a situation needs: what they come to can be worked out on paper. */
export const SITUATION_ACCOUNTS: DemoAccount[] = [
  {
    account: { ...UTC, id: TERN, name: 'Tern Studio', kind: 'team', taxPercent: '6' },
    teams: [{ id: 'studio', name: 'Studio' }],
    apps: ['tern-site', 'tern-shop', 'tern-promo', MOVED_APP].map((id) => ({ id, name: id, teamId: 'studio' })),
  },
  {
    account: { ...UTC, id: ORBIT, name: 'Orbit Logistics', kind: 'enterprise', taxPercent: '0' },
    teams: [
      { id: 'dispatch', name: 'Dispatch' },
      { id: 'planning', name: 'Planning' },
    ],
    apps: [
      { id: 'orbit-dispatch', name: 'orbit-dispatch', teamId: 'dispatch' },
      { id: MOVED_APP, name: MOVED_APP, teamId: 'planning' },
    ],
  },
  {
    account: { ...UTC, id: KIM, name: 'Kim Sato', kind: 'personal', taxPercent: '0' },
    teams: [],
    apps: ['kim-feed', 'kim-bot', 'kim-site'].map((id) => ({ id, name: id, teamId: null })),
  },
];

/** Who signs in for them. */
export const SITUATION_USERS: DemoUser[] = [
  owner(ROBIN, 'Robin Vale', TERN),
  owner(INES, 'Ines Marsh', ORBIT),
  owner(KIM_SATO, 'Kim Sato', KIM),
];

function owner(email: string, name: string, accountId: string): DemoUser {
  return { email, name, platformRole: 'customer', memberships: [{ accountId, role: 'owner' }] };
}

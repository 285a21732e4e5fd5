import type { Account, App, Team } from '../database/accounts.ts';
import type { MembershipRole, PlatformRole } from '../database/users.ts';

/** A payer of the demo with its teams and its lasting apps; review apps come and go with their events. */
export interface DemoAccount {
  account: Account;
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

export const ENTERPRISE = 'acme';
export const PERSONAL = 'jane';
/** Stays empty until a recording is replayed into it, so that its meters then answer the recording's totals exactly. */
export const REPLAY_ACCOUNT = 'conversations';

/** Team of every app of the enterprise account; usage events name it too. */
export const TEAM_OF_APP: Record<string, string> = {
  'acme-web': 'storefront',
  'acme-web-staging': 'storefront',
  'acme-checkout': 'storefront',
  'acme-checkout-staging': 'storefront',
  'acme-cms': 'storefront',
  'acme-api': 'platform',
  'acme-api-staging': 'platform',
  'acme-auth': 'platform',
  'acme-auth-staging': 'platform',
  'acme-notify': 'platform',
  'acme-admin': 'platform',
  'acme-gateway': 'platform',
  'acme-ledger': 'platform',
  'acme-search': 'data',
  'acme-search-staging': 'data',
  'acme-warehouse': 'data',
  'acme-reports': 'data',
  'acme-sync': 'data',
  'acme-import': 'data',
  'acme-ml': 'labs',
  'acme-ml-staging': 'labs',
  'acme-assistant': 'labs',
};

/** Colleagues of the enterprise customer who scale, deploy and open pull requests. */
export const COLLEAGUES = [
  'ada@acme.example',
  'grace@acme.example',
  'linus@acme.example',
  'margaret@acme.example',
  'dennis@acme.example',
  'barbara@acme.example',
  'ken@acme.example',
] as const;

/** Every account the demo seeds. */
export const DEMO_ACCOUNTS: DemoAccount[] = [
  {
    account: {
      id: ENTERPRISE,
      name: 'Acme Corp',
      kind: 'enterprise',
      currency: 'USD',
      timeZone: 'UTC',
      anchorDay: 1,
      taxPercent: '0',
    },
    teams: [
      { id: 'storefront', name: 'Storefront' },
      { id: 'platform', name: 'Platform' },
      { id: 'data', name: 'Data' },
      { id: 'labs', name: 'Labs' },
    ],
    apps: Object.entries(TEAM_OF_APP).map(([id, teamId]) => ({ id, name: id, teamId })),
  },
  {
    account: {
      id: PERSONAL,
      name: 'Jane Doe',
      kind: 'personal',
      currency: 'USD',
      timeZone: 'Europe/Berlin',
      anchorDay: 1,
      taxPercent: '6',
    },
    teams: [],
    apps: [
      { id: 'janes-garden', name: 'janes-garden', teamId: null },
      { id: 'plant-diary', name: 'plant-diary', teamId: null },
    ],
  },
  {
    account: {
      id: REPLAY_ACCOUNT,
      name: 'Conversation service',
      kind: 'team',
      currency: 'USD',
      timeZone: 'UTC',
      anchorDay: 1,
      taxPercent: '0',
    },
    teams: [{ id: 'serving', name: 'Serving' }],
    apps: [{ id: 'conversation-service', name: 'conversation-service', teamId: 'serving' }],
  },
];

/** Everyone who can sign in. Ada sees the replay account too, so that one sign-in shows everything but the personal account. */
export const DEMO_USERS: DemoUser[] = [
  {
    email: 'ada@acme.example',
    name: 'Ada Park',
    platformRole: 'customer',
    memberships: [
      { accountId: ENTERPRISE, role: 'owner' },
      { accountId: REPLAY_ACCOUNT, role: 'owner' },
    ],
  },
  {
    email: 'jane@jane.example',
    name: 'Jane Doe',
    platformRole: 'customer',
    memberships: [{ accountId: PERSONAL, role: 'owner' }],
  },
  { email: 'support@plainbill.example', name: 'Sam Support', platformRole: 'support', memberships: [] },
];

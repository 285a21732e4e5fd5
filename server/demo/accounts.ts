import type { DemoAccount, DemoUser } from './demo-account.ts';
import { SITUATION_ACCOUNTS, SITUATION_USERS } from './situations/customers.ts';

/** The large account, with teams, hundreds of apps and every product. */
export const ENTERPRISE = 'acme';
/** A small account of one person, paid from a monthly credit. */
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
  ...SITUATION_ACCOUNTS,
];

/** Everyone who can sign in. Ada sees the replay account too; support sees all. */
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
  ...SITUATION_USERS,
  { email: 'support@plainbill.example', name: 'Sam Support', platformRole: 'support', memberships: [] },
];

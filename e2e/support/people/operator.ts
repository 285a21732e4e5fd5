import { randomBytes, randomUUID } from 'node:crypto';
import type { RunningServer } from '../servers/server.ts';

export interface TestAccount {
  id: string;
  name: string;
}

export interface TestUser {
  email: string;
  name: string;
  password: string;
}

/** What the operator of the platform does over the API, for tests that need someone to be there. */
export class Operator {
  constructor(private readonly server: Pick<RunningServer, 'url' | 'operatorKey'>) {}

  /** Creates an account nobody else has. Currency USD, UTC and no tax, unless said otherwise. */
  async createAccount(
    given: { name?: string; kind?: string; timeZone?: string; currency?: string; taxPercent?: string } = {},
  ): Promise<TestAccount> {
    const id = `acct-${randomUUID()}`;
    const { name = 'Umbrella Widgets', kind = 'team', timeZone = 'UTC', currency = 'USD', taxPercent = '0' } = given;
    await this.request('PUT', `/api/v1/accounts/${id}`, {
      name,
      kind,
      timeZone,
      currency,
      anchorDay: 1,
      taxPercent,
    });
    return { id, name };
  }

  /** Creates a person who may see these accounts; the password is new each time. */
  async createUser(
    accounts: TestAccount[],
    given: { role?: 'owner' | 'billing' | 'member'; platformRole?: 'customer' | 'support' | 'operator' } = {},
  ): Promise<TestUser> {
    const { role = 'owner', platformRole = 'customer' } = given;
    const user = {
      email: `robin-${randomBytes(6).toString('hex')}@example.com`,
      name: 'Robin Quill',
      password: randomBytes(12).toString('base64url'),
    };
    const memberships = accounts.map(({ id }) => ({ accountId: id, role }));
    await this.request('POST', '/api/v1/users', { ...user, accounts: memberships, platformRole });
    return user;
  }

  /** Creates a key of an account. @returns its secret */
  async createKey(account: TestAccount, role: 'ingest' | 'read' = 'ingest'): Promise<string> {
    const answer = await this.request('POST', `/api/v1/accounts/${account.id}/keys`, { role, label: 'test' });
    const { secret } = answer as { secret: string };
    return secret;
  }

  /** Defines a meter, or a new version of it. */
  async defineMeter(key: string, definition: object): Promise<void> {
    await this.request('PUT', `/api/v1/meters/${key}`, definition);
  }

  /**
   * @returns the answer's JSON, null when it has none
   * @throws with the answer, when it is not a success
   */
  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.server.operatorKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { putAccount } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  createApiKey,
  ensureBootstrapKey,
  findApiKeyBySecret,
  listApiKeys,
  revokeApiKey,
  touchApiKeys,
} from './api-keys.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);

async function accountOf(queries: Queries, id: string): Promise<string> {
  const fields = { name: id, kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  await putAccount(queries, { id, ...fields }, NOW);
  return id;
}

onBothStores('API keys', (store) => {
  it('shows the secret once and stores only its hash', async () => {
    const { queries } = store().database;
    const accountId = await accountOf(queries, 'keys-hash');
    const { id, secret, key } = await createApiKey(queries, { accountId, role: 'ingest', label: 'CI' }, NOW);
    expect(secret).toMatch(/^pb_ingest_[A-Za-z0-9_-]{43}$/);
    expect(await findApiKeyBySecret(queries, secret)).toEqual(key);
    expect(key).toEqual({ id, accountId, role: 'ingest', label: 'CI', createdAt: NOW, lastUsedAt: null });
    const { rows } = await queries.execute<{ row: string }>(sql`select to_json(api_keys)::text as row from api_keys`);
    expect(rows.map(({ row }) => row).join()).not.toContain(secret.slice(-43));
  });

  it('finds no unknown, changed or revoked key', async () => {
    const { queries } = store().database;
    const accountId = await accountOf(queries, 'keys-revoked');
    const { id, secret } = await createApiKey(queries, { accountId, role: 'read', label: 'BI' }, NOW);
    expect(await findApiKeyBySecret(queries, `${secret}x`)).toBeNull();
    expect(await revokeApiKey(queries, { accountId: 'another', id }, NOW)).toBe(false);
    expect(await revokeApiKey(queries, { accountId: null, id }, NOW)).toBe(false);
    expect(await revokeApiKey(queries, { accountId, id }, NOW)).toBe(true);
    expect(await revokeApiKey(queries, { accountId, id }, NOW)).toBe(false);
    expect(await findApiKeyBySecret(queries, secret)).toBeNull();
    expect(await listApiKeys(queries, { accountId, after: null, limit: 9 })).toEqual([]);
  });

  it('lists newest first in pages', async () => {
    const { queries } = store().database;
    const accountId = await accountOf(queries, 'keys-list');
    const ids: string[] = [];
    for (const ms of [0, 1, 2]) {
      ids.unshift((await createApiKey(queries, { accountId, role: 'read', label: `${ms}` }, later(ms))).id);
    }
    const first = await listApiKeys(queries, { accountId, after: null, limit: 2 });
    const rest = await listApiKeys(queries, { accountId, after: first.at(-1)?.id ?? null, limit: 2 });
    expect([...first, ...rest].map((key) => key.id)).toEqual(ids);
  });

  it('lets operator keys serve all accounts only', async () => {
    const { queries } = store().database;
    const accountId = await accountOf(queries, 'keys-operator');
    await expect(createApiKey(queries, { accountId, role: 'operator', label: 'no' }, NOW)).rejects.toThrow();
    await expect(
      createApiKey(queries, { accountId: null, role: 'operator', label: 'yes' }, NOW),
    ).resolves.toBeDefined();
  });

  it('notes the latest use of many keys at once', async () => {
    const { queries } = store().database;
    const accountId = await accountOf(queries, 'keys-used');
    const keys = [
      await createApiKey(queries, { accountId, role: 'ingest', label: 'a' }, NOW),
      await createApiKey(queries, { accountId, role: 'ingest', label: 'b' }, NOW),
    ];
    await thirtyTwoAtOnce(store(), (node, index) =>
      touchApiKeys(
        node.queries,
        (index % 2 ? keys : keys.toReversed()).map(({ id }) => ({ id, lastUsedAt: later(index) })),
      ),
    );
    await touchApiKeys(queries, []);
    const listed = await listApiKeys(queries, { accountId, after: null, limit: 9 });
    expect(listed.map((key) => key.lastUsedAt)).toEqual([later(31), later(31)]);
  });

  it('follows OPERATOR_API_KEY when it is set, changed and taken away', async () => {
    const { queries } = store().database;
    const role = async (secret: string) => (await findApiKeyBySecret(queries, secret))?.role ?? null;
    await ensureBootstrapKey(queries, 'first-'.repeat(8), NOW);
    await ensureBootstrapKey(queries, 'first-'.repeat(8), NOW);
    expect(await role('first-'.repeat(8))).toBe('operator');
    await ensureBootstrapKey(queries, 'other-'.repeat(8), NOW);
    expect([await role('first-'.repeat(8)), await role('other-'.repeat(8))]).toEqual([null, 'operator']);
    await ensureBootstrapKey(queries, null, NOW);
    expect(await role('other-'.repeat(8))).toBeNull();
    await ensureBootstrapKey(queries, 'other-'.repeat(8), NOW);
    expect(await role('other-'.repeat(8))).toBe('operator');

    const { secret } = await createApiKey(queries, { accountId: null, role: 'read', label: 'reader' }, NOW);
    await expect(ensureBootstrapKey(queries, secret, NOW)).rejects.toThrow('OPERATOR_API_KEY');
  });
});

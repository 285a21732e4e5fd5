import { expect, it } from 'vitest';
import { putAccount } from '../accounts/accounts.ts';
import { onBothStores } from '../testing/stores.ts';
import { extendSession, findSession, insertSession, sessionsOf } from './sessions.ts';
import {
  accountIdsOf,
  addMembership,
  createUser,
  EmailTakenError,
  findUserByEmail,
  findUserById,
  replacePasswordHash,
} from './users.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');

const person = (email: string) => ({
  email,
  name: 'Ada',
  platformRole: 'customer' as const,
  passwordHash: '$argon2id$first',
});

onBothStores('users', (store) => {
  it('finds people whatever the case of the address, and keeps it as written', async () => {
    const { queries } = store().database;
    const user = await createUser(queries, person('Ada.Löv@Example.com'), NOW);
    expect(await findUserByEmail(queries, ' ada.LÖV@example.COM ')).toEqual(user);
    expect(await findUserById(queries, user.id)).toMatchObject({ email: 'Ada.Löv@Example.com' });
    expect(await findUserByEmail(queries, 'ada@example.com')).toBeNull();
    await expect(createUser(queries, person('ADA.LÖV@EXAMPLE.COM'), NOW)).rejects.toThrow(EmailTakenError);
  });

  it('lets a person see the accounts of their memberships', async () => {
    const { queries } = store().database;
    const { id: userId } = await createUser(queries, person('members@example.com'), NOW);
    for (const id of ['m-two', 'm-one']) {
      const account = { id, name: id, kind: 'personal' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1 };
      await putAccount(queries, { ...account, taxPercent: '0' }, NOW);
      await addMembership(queries, { userId, accountId: id, role: 'member' }, NOW);
    }
    await addMembership(queries, { userId, accountId: 'm-one', role: 'owner' }, NOW);
    expect(await accountIdsOf(queries, userId)).toEqual(['m-one', 'm-two']);
    await expect(addMembership(queries, { userId, accountId: 'none', role: 'owner' }, NOW)).rejects.toThrow();
  });

  it('changes a password only from the one that was checked', async () => {
    const { queries } = store().database;
    const { id: userId } = await createUser(queries, person('change@example.com'), NOW);
    const change = { userId, from: '$argon2id$first', to: '$argon2id$second' };
    expect(await replacePasswordHash(queries, change)).toBe(true);
    expect(await replacePasswordHash(queries, change)).toBe(false);
    await expect(replacePasswordHash(queries, { ...change, from: change.to, to: 'plain text' })).rejects.toThrow();
  });

  it('keeps sessions to the millisecond, and only by hash', async () => {
    const { queries } = store().database;
    const { id: userId } = await createUser(queries, person('sessions@example.com'), NOW);
    const session = { id: 'a'.repeat(64), userId, expiresAt: NOW };
    await insertSession(queries, session);
    expect(await findSession(queries, session.id)).toMatchObject({ session, user: { email: 'sessions@example.com' } });
    const later = new Date(NOW.getTime() + 1);
    await extendSession(queries, session.id, later);
    expect(await sessionsOf(queries, userId)).toEqual([{ ...session, expiresAt: later }]);
    await expect(insertSession(queries, { ...session, id: 'the-token-itself' })).rejects.toThrow();
  });
});

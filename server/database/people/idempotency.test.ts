import { expect, it } from 'vitest';
import { listTeams, putAccount, putTeam } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import { answerOnce, deleteOldAnswers } from './idempotency.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const hours = (n: number) => new Date(NOW.getTime() + n * 3_600_000);

const request = (key: string, requestHash = 'hash') => ({ principal: 'key:1', key, requestHash });
const created = { status: 201, body: '{"id":1}' };

/** Writes something that can be counted, as a write of the API does. */
const writesTeam = (id: string) => async (tx: Queries) => {
  await putTeam(tx, { accountId: 'idem', id, name: id }, NOW);
  return { answer: created };
};

async function prepare(queries: Queries): Promise<void> {
  const fields = { name: 'I', kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  await putAccount(queries, { id: 'idem', ...fields }, NOW);
}

onBothStores('idempotency', (store) => {
  it('works once and repeats the answer', async () => {
    const { database } = store();
    await prepare(database.queries);
    const answer = () => answerOnce(database, request('once'), NOW, writesTeam('once'));
    expect(await answer()).toEqual({ kind: 'answered', answer: created, replayed: false });
    expect(await answer()).toEqual({ kind: 'answered', answer: created, replayed: true });
    const other = { ...request('once'), principal: 'key:2' };
    expect(await answerOnce(database, other, NOW, writesTeam('once'))).toMatchObject({ replayed: false });
  });

  it('refuses the key for another request', async () => {
    const { database } = store();
    await prepare(database.queries);
    await answerOnce(database, request('taken'), NOW, writesTeam('taken'));
    const outcome = await answerOnce(database, request('taken', 'other'), NOW, () => Promise.reject(new Error('ran')));
    expect(outcome).toEqual({ kind: 'mismatch' });
  });

  it('keeps nothing of a request that failed', async () => {
    const { database } = store();
    await prepare(database.queries);
    const failing = answerOnce(database, request('failed'), NOW, async (tx) => {
      await writesTeam('half-done')(tx);
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect((await listTeams(database.queries, 'idem')).map((team) => team.id)).not.toContain('half-done');
    const again = await answerOnce(database, request('failed', 'put right'), NOW, writesTeam('done'));
    expect(again).toMatchObject({ replayed: false });
  });

  it('tells a repetition what was to be remembered, not the secret', async () => {
    const { database } = store();
    const remember = { status: 201, body: '{"secret":null}' };
    const work = async () => ({ answer: { status: 201, body: '{"secret":"s"}' }, remember });
    expect(await answerOnce(database, request('secret'), NOW, work)).toMatchObject({
      answer: { body: '{"secret":"s"}' },
    });
    expect(await answerOnce(database, request('secret'), NOW, work)).toMatchObject({ answer: remember });
  });

  it('frees a key after a day', async () => {
    const { database } = store();
    const work = async () => ({ answer: { status: 204, body: null } });
    const at = (when: Date, hash: string) => answerOnce(database, request('day', hash), when, work);
    await at(NOW, 'a');
    expect(await at(hours(23), 'b')).toEqual({ kind: 'mismatch' });
    expect(await at(hours(25), 'b')).toMatchObject({ kind: 'answered', replayed: false });
    await deleteOldAnswers(database.queries, hours(50));
    expect(await at(hours(25), 'c')).toMatchObject({ kind: 'answered', replayed: false });
  });

  it('lets one of 32 at once do the work', async () => {
    const { database } = store();
    await prepare(database.queries);
    let begun = 0;
    const outcomes = await thirtyTwoAtOnce(store(), (node) =>
      answerOnce(node, request('crowd'), NOW, async (tx) => {
        begun++;
        return writesTeam('crowd')(tx);
      }),
    );
    // A run that lost to another and was rolled back may have begun too; only one was answered with its own work.
    expect(begun).toBeGreaterThanOrEqual(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'answered' && !outcome.replayed)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'mismatch')).toEqual([]);
    expect(await answerOnce(database, request('crowd'), NOW, writesTeam('crowd'))).toMatchObject({ replayed: true });
  });
});

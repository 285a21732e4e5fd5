import { expect, it } from 'vitest';
import { putAccount, type WrittenAccount } from '../database/accounts/accounts.ts';
import { onBothStores } from '../database/testing/stores.ts';
import { readingsAt } from '../metering/watermark.ts';
import { KeptAnswers } from './kept-answers.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

const ACME: WrittenAccount = {
  id: 'acme',
  name: 'Acme',
  kind: 'team',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  anchorDay: 1,
  taxPercent: '0',
};

const OVERVIEW = { accountId: 'acme', page: 'overview', of: { by: 'app' } };

onBothStores('answers that are kept', (store) => {
  /** Answers that tell how many were put together; each takes 100 of the clock's milliseconds. */
  const opened = async () => {
    const { database } = store();
    await putAccount(database.queries, ACME, NOW);
    const at = { ms: 0, through: 1_000, put: 0, registry: { revision: 0 } };
    const { registry } = at;
    const kept = new KeptAnswers({ database, registry, readings: readingsAt(() => at.through) }, () => at.ms);
    const ask = (asked = OVERVIEW) =>
      kept.get(asked, async () => {
        at.ms += 100;
        at.put++;
        return at.put;
      });
    return { queries: database.queries, kept, at, ask };
  };

  it('are given again for a while, in measure of what they took, and to those who ask meanwhile', async () => {
    const { at, ask } = await opened();
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    at.ms += 799;
    expect(await ask()).toBe(1);
    at.ms += 1;
    expect(await ask()).toBe(2);
  });

  it('are of what was asked, and of whom', async () => {
    const { ask } = await opened();
    expect(await ask()).toBe(1);
    expect(await ask({ ...OVERVIEW, of: { by: 'product' } })).toBe(2);
    expect(await ask({ ...OVERVIEW, accountId: 'other' })).toBe(3);
  });

  it('are put together anew as soon as a setting has changed, or a meter', async () => {
    const { queries, at, ask } = await opened();
    await ask();
    await putAccount(queries, { ...ACME, taxPercent: '19' }, NOW);
    expect(await ask()).toBe(2);
    at.registry.revision++;
    expect(await ask()).toBe(3);
    expect(await ask()).toBe(3);
  });

  it('are never older than what somebody was told of the account', async () => {
    const { kept, at, ask } = await opened();
    await ask();
    kept.told('acme', 1_000);
    kept.told('other', 2_000);
    expect(await ask()).toBe(1);
    kept.told('acme', 1_001);
    at.through = 1_001;
    expect(await ask()).toBe(2);
    expect(await ask()).toBe(2);
  });

  it('are no failures: whoever asks then tries again', async () => {
    const { kept, at, ask } = await opened();
    const failing = kept.get(OVERVIEW, () => Promise.reject(new Error('no store')));
    await expect(failing).rejects.toThrow('no store');
    expect(await ask()).toBe(1);
    const partly = { ...OVERVIEW, of: 'a part of it' };
    let asked = 0;
    const read = async () => {
      at.ms += 100;
      return ++asked;
    };
    const askPart = () => kept.get(partly, read, (put) => put > 1);
    expect([await askPart(), await askPart(), await askPart()]).toEqual([1, 2, 2]);
  });
});

import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { frozenCharge } from '../../explanation/testing/frozen.ts';
import type { Queries } from '../database.types.ts';
import { violatedConstraint } from '../errors.ts';
import { insist } from '../testing/insist.ts';
import { openAccount } from '../testing/issue.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  addLinkOpenings,
  countLinkOpenings,
  createExplanationLink,
  listExplanationLinks,
  listLinkOpens,
  openExplanationLink,
  revokeExplanationLink,
  validExplanationLink,
} from './explanation-links.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const HOUR = 3_600_000;
const later = (ms: number) => new Date(NOW.getTime() + ms);
const PAGE = { before: null, limit: 200 };
const OPENING = { network: '203.0.113.0/24', signedIn: false, part: 'page' };
const WHOLE = { hidePayloads: false, hideNames: false };

function share(tx: Queries, accountId: string, { lasts = 24 * HOUR, redaction = WHOLE, chargeId = 'dyno.1' } = {}) {
  const link = {
    chargeId,
    frozen: frozenCharge(chargeId, redaction),
    redaction,
    note: 'For the board',
    createdBy: 'user:1',
    createdByName: 'Robin Quill',
    expiresAt: later(lasts),
  };
  return createExplanationLink(tx, accountId, link, NOW);
}

onBothStores('explanation links', (store) => {
  it('open what was frozen, as often as wanted, and as often as it is noted', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'opened', NOW);
    const { token, link } = await share(queries, 'opened', { redaction: { hidePayloads: true, hideNames: true } });
    expect(token).toMatch(/^[\w-]{43}$/);
    const frozen = frozenCharge('dyno.1', { hidePayloads: true, hideNames: true });
    const opened = await openExplanationLink(queries, token, later(1));
    expect(opened).toEqual({
      id: link.id,
      accountId: 'opened',
      chargeId: 'dyno.1',
      description: frozen.description,
      content: frozen.content,
      basis: frozen.basis,
      contentSha256: frozen.sha256,
      meteredThroughMicros: frozen.meteredThroughMicros,
      hidePayloads: true,
      hideNames: true,
      note: 'For the board',
      createdByName: 'Robin Quill',
      createdAt: NOW,
      expiresAt: later(24 * HOUR),
    });
    const other = { network: null, signedIn: true, part: 'events' };
    const [first = 0, second = 0] = await addLinkOpenings(queries, [
      { ...OPENING, linkId: link.id, openedAt: later(1), count: 1 },
      { ...other, linkId: link.id, openedAt: later(2), count: 3 },
    ]);
    await countLinkOpenings(
      queries,
      new Map([
        [first, 4],
        [second, 30],
      ]),
    );
    expect(await listLinkOpens(queries, 'opened', link.id, PAGE)).toMatchObject([
      { ...other, id: second, openedAt: later(2), count: 33 },
      { ...OPENING, id: first, openedAt: later(1), count: 5 },
    ]);
    expect(await listExplanationLinks(queries, 'opened', PAGE)).toEqual([{ ...link, opens: 38 }]);
  });

  it('show what names the store cannot hold as they are, and say so where they are called', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'nul', NOW);
    const content = JSON.stringify({ app: 'a\u0000b' });
    const frozen = {
      ...{ content, sha256: createHash('sha256').update(content).digest('hex'), basis: content },
      ...{ meteredThroughMicros: 1, description: 'Dynos of a\u0000b' },
    };
    const link = {
      chargeId: 'dyno.1',
      frozen,
      redaction: WHOLE,
      note: null,
      createdBy: 'user:1',
      createdByName: 'Robin',
    };
    const { token } = await createExplanationLink(queries, 'nul', { ...link, expiresAt: later(HOUR) }, NOW);
    expect(await openExplanationLink(queries, token, NOW)).toMatchObject({
      ...{ content, basis: content, description: 'Dynos of a\ufffdb' },
    });
  });

  it('keep one copy of what several show', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'copies', NOW);
    const [one, two] = [await share(queries, 'copies'), await share(queries, 'copies')];
    expect(one.token).not.toBe(two.token);
    const { rows } = await queries.execute(sql`select 1 from frozen_explanations where account_id = 'copies'`);
    expect(rows).toHaveLength(1);
  });

  it('are stored without the token', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'secret', NOW);
    const { token } = await share(queries, 'secret');
    const { rows } = await queries.execute(sql`select * from explanation_links where account_id = 'secret'`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it.each<[string, (link: { token: string; id: string }, queries: Queries) => Promise<[string, Date]>]>([
    ['an unknown token', async () => ['x'.repeat(43), NOW]],
    ['no token', async () => ['', NOW]],
    ['one that has expired', async ({ token }) => [token, later(24 * HOUR)]],
    [
      'one that was revoked',
      async ({ token, id }, queries) => {
        expect(await revokeExplanationLink(queries, 'ended', id, later(5))).toBe(true);
        return [token, later(6)];
      },
    ],
  ])('open nothing with %s', async (_, ended) => {
    const { queries } = store().database;
    await openAccount(queries, 'ended', NOW);
    const { token, link } = await share(queries, 'ended');
    const [tried, at] = await ended({ token, id: link.id }, queries);
    expect(await openExplanationLink(queries, tried, at)).toBeNull();
  });

  it('open until the last millisecond', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'last', NOW);
    const { token } = await share(queries, 'last');
    expect(await openExplanationLink(queries, token, later(24 * HOUR - 1))).not.toBeNull();
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    for (const id of ['mine', 'theirs']) await openAccount(queries, id, NOW);
    const { link } = await share(queries, 'mine');
    expect(await listExplanationLinks(queries, 'theirs', PAGE)).toEqual([]);
    expect(await listLinkOpens(queries, 'theirs', link.id, PAGE)).toBeNull();
    expect(await validExplanationLink(queries, 'theirs', link.id, NOW)).toBeNull();
    expect(await revokeExplanationLink(queries, 'theirs', link.id, NOW)).toBe(false);
    expect(await validExplanationLink(queries, 'mine', link.id, NOW)).toMatchObject({ chargeId: 'dyno.1' });
    expect(await revokeExplanationLink(queries, 'mine', link.id, NOW)).toBe(true);
    expect(await revokeExplanationLink(queries, 'mine', link.id, NOW)).toBe(false);
    expect(await validExplanationLink(queries, 'mine', link.id, NOW)).toBeNull();
  });

  it.each([
    [HOUR - 1, 'explanation_links_expires_at'],
    [366 * 24 * HOUR + 1, 'explanation_links_expires_at'],
  ])('refuse to last %i ms', async (lasts, constraint) => {
    const { queries } = store().database;
    await openAccount(queries, 'lasts', NOW);
    const failure = await share(queries, 'lasts', { lasts }).catch((error: unknown) => error);
    expect(violatedConstraint(failure)).toBe(constraint);
  });

  it('refuse a whole address, and content that is not what was hashed', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'whole', NOW);
    const { link: whole } = await share(queries, 'whole');
    for (const network of ['203.0.113.9/32', '203.0.113.0/25', '2001:db8::/64']) {
      const opening = { ...OPENING, network, linkId: whole.id, openedAt: NOW, count: 1 };
      const failure = await addLinkOpenings(queries, [opening]).catch((e: unknown) => e);
      expect(violatedConstraint(failure), network).toBe('explanation_link_opens_network');
    }
    const forged = { ...frozenCharge('dyno.1'), content: '{}' };
    const fields = { redaction: WHOLE, note: null, createdBy: 'user:1', createdByName: 'R', expiresAt: later(HOUR) };
    const link = createExplanationLink(queries, 'whole', { chargeId: 'dyno.1', frozen: forged, ...fields }, NOW);
    await expect(link).rejects.toThrow('another hash');
  });

  it('open nothing from the moment they are revoked', async () => {
    const { database } = store();
    await openAccount(database.queries, 'race', NOW);
    const { token, link } = await share(database.queries, 'race');
    await thirtyTwoAtOnce(store(), async (node, index) => {
      if (index !== 8) return openExplanationLink(node.queries, token, NOW);
      await node.serializable((tx) => revokeExplanationLink(tx, 'race', link.id, NOW));
      expect(await openExplanationLink(node.queries, token, NOW)).toBeNull();
      return null;
    });
  });

  it('are made 32 at once of the same explanation', async () => {
    await openAccount(store().database.queries, 'makers', NOW);
    const made = await thirtyTwoAtOnce(store(), (node) => insist(node, (tx) => share(tx, 'makers')));
    expect(new Set(made.map(({ token }) => token)).size).toBe(32);
    expect(await listExplanationLinks(store().database.queries, 'makers', PAGE)).toHaveLength(32);
  });
});

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { violatedConstraint } from '../database/errors.ts';
import { listGrants } from '../database/invoices/credits.ts';
import { addMembership, createUser, type MembershipRole, type PlatformRole } from '../database/people/users.ts';
import { createExplanationLink, revokeExplanationLink } from '../database/support/explanation-links.ts';
import {
  getQuestion,
  insertReply,
  listQuestions,
  listReplies,
  questionsInStates,
  type Speaker,
} from '../database/support/questions.ts';
import { insist } from '../database/testing/insist.ts';
import { openAccount } from '../database/testing/issue.ts';
import { onBothStores, type StoreUnderTest, thirtyTwoAtOnce } from '../database/testing/stores.ts';
import { frozenCharge } from '../explanation/testing/frozen.ts';
import { createQuestions, type NewQuestion, QuestionRefusedError } from './questions.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const PAGE = { before: null, limit: 200 };
let clock = NOW;
const questions = createQuestions({
  publicUrl: 'https://billing.example',
  supportCreditLimit: '100.50',
  now: () => clock,
});
const PROGRAM: Speaker = { principal: 'key:1', name: 'a program', userId: null, isSupport: false, isOperator: false };
const OPERATOR: Speaker = { principal: 'key:2', name: 'operator key', userId: null, isSupport: true, isOperator: true };
const REFS = [
  { source: '/dynos', id: 'e-1' },
  { source: '/dynos', id: 'e-2' },
];

const question = (more: Partial<NewQuestion> = {}): NewQuestion => ({
  chargeId: 'dyno.1',
  asked: { frozen: frozenCharge('dyno.1') },
  eventRefs: REFS,
  text: 'Why did this run all night?',
  ...more,
});

/** A person who may speak; support without an account. */
async function person(
  { database }: StoreUnderTest,
  name: string,
  platformRole: PlatformRole,
  member?: { accountId: string; role: MembershipRole },
): Promise<Speaker> {
  const user = { email: `${name}@example.com`, name, platformRole, passwordHash: '$argon2id$x' };
  const { id } = await createUser(database.queries, user, NOW);
  if (member) await addMembership(database.queries, { userId: id, ...member }, NOW);
  const [isSupport, isOperator] = [platformRole !== 'customer', platformRole === 'operator'];
  return { principal: `user:${id}`, name, userId: id, isSupport, isOperator };
}

/** Asks as a program or a person. @returns the question's id */
async function ask({ database }: StoreUnderTest, accountId: string, by: Speaker, more: Partial<NewQuestion> = {}) {
  const asked = await insist(database, (tx) => questions.ask(tx, accountId, question(more), by));
  if (asked === null) throw new Error('nothing was asked');
  return asked.id;
}

async function reply(store: StoreUnderTest, accountId: string, id: string, by: Speaker, credit: string | null = null) {
  return insist(store.database, (tx) => questions.reply(tx, accountId, id, { text: 'Words.', credit }, by));
}

/** Takes what is in the outbox: whom it tells what. */
async function mailsOf({ database }: StoreUnderTest): Promise<string[]> {
  const { rows } = await database.queries.execute<{ to_address: string; subject: string; id: string }>(
    sql`with taken as (delete from mails returning *) select * from taken order by to_address`,
  );
  return rows.map(({ to_address, subject }) => `${to_address}: ${subject.split(' ')[0]}`);
}

onBothStores('questions', (store) => {
  it('are asked, answered, credited, opened again and closed, and each time the other side is told', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'life', NOW);
    const ada = await person(store(), 'ada', 'customer', { accountId: 'life', role: 'member' });
    await person(store(), 'olga', 'customer', { accountId: 'life', role: 'owner' });
    const sam = await person(store(), 'sam', 'support');
    await person(store(), 'sue', 'support');

    const id = await ask(store(), 'life', ada);
    expect(await mailsOf(store())).toEqual(['sam@example.com: Question', 'sue@example.com: Question']);
    expect(await getQuestion(queries, 'life', id)).toEqual({
      id,
      accountId: 'life',
      chargeId: 'dyno.1',
      description: 'Standard-1X dynos · shop · web',
      contentSha256: frozenCharge('dyno.1').sha256,
      meteredThroughMicros: 1_795_521_600_000_000,
      linkId: null,
      eventRefs: REFS,
      text: 'Why did this run all night?',
      state: 'open',
      round: 1,
      askedByName: 'ada',
      userId: ada.userId,
      askedAt: NOW,
      changedAt: NOW,
    });

    expect(await reply(store(), 'life', id, sam)).toMatchObject({ state: 'answered', round: 1 });
    expect(await mailsOf(store())).toEqual(['ada@example.com: Answer']);
    expect(await reply(store(), 'life', id, ada)).toMatchObject({ state: 'open', round: 2 });
    expect(await reply(store(), 'life', id, ada)).toMatchObject({ state: 'open', round: 2 });
    expect(await mailsOf(store())).toHaveLength(4);
    expect(await reply(store(), 'life', id, sam, '12.50')).toMatchObject({ state: 'credited', round: 2 });
    expect(await mailsOf(store())).toEqual(['ada@example.com: Credit']);
    expect(await reply(store(), 'life', id, sam)).toMatchObject({ state: 'credited' });
    expect(await mailsOf(store())).toEqual(['ada@example.com: Answer']);
    for (const _ of [1, 2]) {
      const closed = await insist(store().database, (tx) => questions.close(tx, 'life', id, ada));
      expect(closed).toMatchObject({ state: 'closed' });
    }
    expect(await mailsOf(store())).toEqual(['sam@example.com: Closed:', 'sue@example.com: Closed:']);

    const history = await listReplies(queries, 'life', id);
    expect(history.map(({ byName, isSupport, state, text }) => [byName, isSupport, state, text])).toEqual([
      ['sam', true, 'answered', 'Words.'],
      ['ada', false, 'open', 'Words.'],
      ['ada', false, 'open', 'Words.'],
      ['sam', true, 'credited', 'Words.'],
      ['sam', true, 'credited', 'Words.'],
      ['ada', false, 'closed', null],
    ]);
    const [grant] = await listGrants(queries, 'life', PAGE);
    expect(history[3]?.credit).toEqual({ grantId: grant?.id, amount: '12.5', currency: 'USD' });
    expect(history[4]?.credit).toBeNull();
    expect(grant).toMatchObject({ amount: '12.5', balance: '12.5', currency: 'USD', expiresAt: null });
    expect(grant?.reason).toBe(
      `Standard-1X dynos · shop · web (charge dyno.1, question ${id}); events: e-1 of /dynos, e-2 of /dynos`,
    );
  });

  it('of a program, or of somebody who has left, are answered to who owns the account or pays for it', async () => {
    await openAccount(store().database.queries, 'program', NOW);
    await person(store(), 'owner', 'customer', { accountId: 'program', role: 'owner' });
    await person(store(), 'payer', 'customer', { accountId: 'program', role: 'billing' });
    await person(store(), 'member', 'customer', { accountId: 'program', role: 'member' });
    const gone = await person(store(), 'gone', 'customer');
    for (const by of [PROGRAM, gone]) {
      const id = await ask(store(), 'program', by);
      await mailsOf(store());
      await reply(store(), 'program', id, OPERATOR);
      expect(await mailsOf(store())).toEqual(['owner@example.com: Answer', 'payer@example.com: Answer']);
    }
  });

  it('may be asked of what a link shows, as long as it opens', async () => {
    const { database } = store();
    for (const id of ['linked', 'unlinked']) await openAccount(database.queries, id, NOW);
    const frozen = frozenCharge('dyno.1', { hidePayloads: true, hideNames: true });
    const { link } = await createExplanationLink(
      database.queries,
      'linked',
      {
        chargeId: 'dyno.1',
        frozen,
        redaction: { hidePayloads: true, hideNames: true },
        note: null,
        createdBy: 'user:1',
        createdByName: 'Robin',
        expiresAt: new Date(NOW.getTime() + 86_400_000),
      },
      NOW,
    );
    const asked = { linkId: link.id };
    const id = await ask(store(), 'linked', PROGRAM, { asked });
    const kept = { linkId: link.id, contentSha256: frozen.sha256 };
    expect(await getQuestion(database.queries, 'linked', id)).toMatchObject(kept);
    const refused = (accountId: string, more: Partial<NewQuestion> = {}) =>
      expect(ask(store(), accountId, PROGRAM, { asked, ...more })).rejects.toThrow(QuestionRefusedError);
    await refused('unlinked');
    await refused('linked', { chargeId: 'dyno.2' });
    await revokeExplanationLink(database.queries, 'linked', link.id, NOW);
    await refused('linked');
  });

  it.each([
    ['USD', '0', 'amount'],
    ['USD', '-1', 'amount'],
    ['USD', '0.005', 'amount'],
    ['JPY', '0.5', 'amount'],
  ])('refuse a credit in %s of %s, and then nothing was said', async (currency, amount, what) => {
    const { queries } = store().database;
    const account = `wrong-${currency.toLowerCase()}`;
    await openAccount(queries, account, NOW, currency);
    const id = await ask(store(), account, PROGRAM);
    await mailsOf(store());
    const failure = await reply(store(), account, id, OPERATOR, amount).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'QuestionRefusedError', what });
    expect(await listReplies(queries, account, id)).toEqual([]);
    expect(await mailsOf(store())).toEqual([]);
  });

  it('get no credit from the customer, neither by a mistake of ours', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'generous', NOW);
    const id = await ask(store(), 'generous', PROGRAM);
    await expect(reply(store(), 'generous', id, PROGRAM, '5')).rejects.toThrow('Only support');
    await reply(store(), 'generous', id, OPERATOR, '5');
    const [grant] = await listGrants(queries, 'generous', PAGE);
    const asked = await getQuestion(queries, 'generous', id);
    if (!asked || !grant) throw new Error('nothing was granted');
    const written = { text: 'Mine', state: 'credited' as const, round: 2, creditGrantId: grant.id };
    const stolen = await insertReply(queries, asked, written, PROGRAM, NOW).catch((error: unknown) => error);
    expect(violatedConstraint(stolen)).toBe('question_replies_credit_by_support');
    const twice = await insertReply(queries, asked, written, OPERATOR, NOW).catch((error: unknown) => error);
    expect(violatedConstraint(twice)).toBe('question_replies_credit_grant');
  });

  it('are the account’s own', async () => {
    const { queries } = store().database;
    for (const id of ['mine', 'theirs']) await openAccount(queries, id, NOW);
    const id = await ask(store(), 'mine', PROGRAM);
    await reply(store(), 'mine', id, OPERATOR);
    expect(await getQuestion(queries, 'theirs', id)).toBeNull();
    expect(await listQuestions(queries, 'theirs', PAGE)).toEqual([]);
    expect(await listReplies(queries, 'theirs', id)).toEqual([]);
    expect(await reply(store(), 'theirs', id, OPERATOR, '5')).toBeNull();
    expect(await insist(store().database, (tx) => questions.close(tx, 'theirs', id, OPERATOR))).toBeNull();
    expect(await listGrants(queries, 'theirs', PAGE)).toEqual([]);
    expect(await getQuestion(queries, 'mine', id)).toMatchObject({ state: 'answered' });
  });

  it('wait for support in the order they were asked', async () => {
    const { queries } = store().database;
    await queries.execute(sql`delete from question_replies`);
    await queries.execute(sql`delete from questions`);
    for (const id of ['first', 'second']) await openAccount(queries, id, NOW);
    const one = await ask(store(), 'first', PROGRAM);
    const two = await ask(store(), 'second', PROGRAM);
    const done = await ask(store(), 'first', PROGRAM);
    await reply(store(), 'first', done, OPERATOR);
    const waiting = await questionsInStates(queries, ['open'], 10);
    expect(waiting.map(({ id, accountName }) => [id, accountName]).sort()).toEqual(
      [
        [one, 'first'],
        [two, 'second'],
      ].sort(),
    );
    expect(await questionsInStates(queries, ['answered', 'credited'], 10)).toMatchObject([{ id: done }]);
    expect(await questionsInStates(queries, ['open', 'answered'], 2)).toHaveLength(2);
  });

  it('are credited once when 32 supporters grant at once', async () => {
    const { database } = store();
    await openAccount(database.queries, 'crowd', NOW);
    await person(store(), 'carla', 'customer', { accountId: 'crowd', role: 'owner' });
    const id = await ask(store(), 'crowd', PROGRAM);
    await mailsOf(store());
    const results = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) => questions.reply(tx, 'crowd', id, { text: `From ${index}`, credit: '5.00' }, OPERATOR)).catch(
        (error: unknown) => {
          if (error instanceof QuestionRefusedError) return error.what;
          throw error;
        },
      ),
    );
    expect(results.filter((result) => result === 'credit')).toHaveLength(31);
    expect(await listGrants(database.queries, 'crowd', PAGE)).toMatchObject([{ amount: '5' }]);
    expect(await listReplies(database.queries, 'crowd', id)).toHaveLength(1);
    expect(await mailsOf(store())).toEqual(['carla@example.com: Credit']);
  });

  it('grant no more in a day than support may, over all questions of an account, however many are answered at once', async () => {
    const { database } = store();
    await openAccount(database.queries, 'limit', NOW);
    await openAccount(database.queries, 'other', NOW);
    const [sam, sue] = [await person(store(), 'lim', 'support'), await person(store(), 'lisa', 'support')];
    const asked: string[] = [];
    for (let i = 0; i < 32; i++) asked.push(await ask(store(), 'limit', PROGRAM));
    const what = (error: unknown) => {
      if (error instanceof QuestionRefusedError) return error.what;
      throw error;
    };
    const results = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) =>
        questions.reply(tx, 'limit', asked[index] ?? '', { text: 'Sorry.', credit: '10' }, sam),
      ).catch(what),
    );
    expect(results.filter((result) => result === 'limit')).toHaveLength(22);
    const grants = await listGrants(database.queries, 'limit', PAGE);
    expect(grants).toHaveLength(10);
    expect(new Set(grants.map(({ amount, grantedBy }) => `${amount} ${grantedBy}`))).toEqual(new Set(['10 lim']));
    // What is refused leaves nothing; half a unit is left, to the cent.
    const open = asked.filter((_, i) => results[i] === 'limit');
    const [next = '', last = ''] = open;
    expect(await listReplies(database.queries, 'limit', next)).toEqual([]);
    const grant = (credit: string, by = sam, id = next, account = 'limit') =>
      reply(store(), account, id, by, credit).catch(what);
    expect(await grant('0.51')).toBe('limit');
    expect(await grant('0.50')).toMatchObject({ state: 'credited' });
    // The customer replies, so that another credit could follow: still the same day.
    await reply(store(), 'limit', next, PROGRAM);
    expect(await grant('0.01')).toBe('limit');
    // Another one of support, another account and an operator have room of their own.
    expect(await grant('100.51', sue)).toBe('limit');
    expect(await grant('100.50', sue)).toMatchObject({ state: 'credited' });
    expect(await grant('1', sam, await ask(store(), 'other', PROGRAM), 'other')).toMatchObject({ state: 'credited' });
    expect(await grant('100000', OPERATOR, last)).toMatchObject({ state: 'credited' });
    try {
      clock = new Date('2026-11-24T23:59:59.999Z');
      expect(await grant('0.01', sam, open[2])).toBe('limit');
      clock = new Date('2026-11-25T00:00:00.000Z');
      expect(await grant('100.50', sam, open[2])).toMatchObject({ state: 'credited' });
    } finally {
      clock = NOW;
    }
  });

  it('end in the state of what was said last when customers and support write at once', async () => {
    const { database } = store();
    await openAccount(database.queries, 'talk', NOW);
    const id = await ask(store(), 'talk', PROGRAM);
    await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) =>
        questions.reply(tx, 'talk', id, { text: `${index}`, credit: null }, index % 2 === 0 ? PROGRAM : OPERATOR),
      ),
    );
    const history = await listReplies(database.queries, 'talk', id);
    expect(history).toHaveLength(32);
    const asked = await getQuestion(database.queries, 'talk', id);
    const last = history.at(-1);
    expect(asked?.state).toBe(last?.isSupport ? 'answered' : 'open');
    // Each time the customer spoke after an answer, a round began.
    const begun = history.filter((said, i) => !said.isSupport && history[i - 1]?.isSupport).length;
    expect(asked?.round).toBe(1 + begun);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.types.ts';
import { createUser } from '../database/people/users.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import { openAccount } from '../database/testing/issue.ts';
import { freezeAnything, frozenCharge } from '../explanation/testing/frozen.ts';
import { createQuestions } from '../support/questions.ts';
import { createQuestionsPages } from './questions-pages.ts';

let clock = new Date('2026-11-24T12:00:00.000Z');
const now = () => clock;
const CHARGE = '2026-11-abc';

let database: Database;
let close: () => Promise<void>;
let pages: ReturnType<typeof createQuestionsPages>;
let ada: Viewer;
let eve: Viewer;
let sam: Viewer;

beforeAll(async () => {
  ({ database, close } = await openEmbeddedPostgres());
  const questions = createQuestions({ publicUrl: 'https://billing.example', supportCreditLimit: '100', now });
  pages = createQuestionsPages({
    database,
    questions,
    freeze: freezeAnything,
    about: async () => null,
    publicUrl: 'https://billing.example',
    now,
  });
  for (const id of ['mine', 'theirs']) await openAccount(database.queries, id, clock);
  ada = await viewer('ada', 'customer', ['mine']);
  eve = await viewer('eve', 'customer', ['theirs']);
  sam = await viewer('sam', 'support', []);
}, FIRST_OPENING_MS);
afterAll(() => close?.());

async function viewer(name: string, platformRole: Viewer['platformRole'], accountIds: string[]): Promise<Viewer> {
  const email = `${name}@example.com`;
  const { id } = await createUser(database.queries, { email, name, platformRole, passwordHash: '$argon2id$x' }, clock);
  return { userId: id, email, name, platformRole, accountIds };
}

const ask = async (text = 'Why?') => {
  clock = new Date(clock.getTime() + 1_000);
  const asked = { accountId: 'mine', chargeId: CHARGE, eventRefs: [{ source: '/dynos', id: 'e-1' }], text };
  const answer = await pages.ask(ada, asked);
  if ('error' in answer) throw new Error(answer.error);
  return { accountId: 'mine', questionId: answer.questionId };
};

it('show a question to both sides, and the credit to whom it belongs', async () => {
  const one = await ask(' Why?\r\nIt was off. ');
  expect(await pages.one(ada, one)).toMatchObject({
    account: { id: 'mine', currency: 'USD', minorUnit: 2 },
    question: {
      description: 'Standard-1X dynos · shop · web',
      text: 'Why?\nIt was off.',
      state: 'open',
      askedBy: 'ada',
      chargeId: CHARGE,
      eventRefs: [{ source: '/dynos', id: 'e-1' }],
      meteredThrough: '2026-11-24T12:00:00.000000Z',
      sha256: frozenCharge(CHARGE).sha256,
    },
    entries: [],
    isSupport: false,
    mayCredit: false,
  });
  expect(await pages.one(sam, one)).toMatchObject({ isSupport: true, mayCredit: true });
  expect(await pages.reply(sam, { ...one, text: 'Sorry.', credit: ' 5 ' })).toEqual({ questionId: one.questionId });
  expect(await pages.one(sam, one)).toMatchObject({ mayCredit: false, question: { state: 'credited' } });
  expect(await pages.one(ada, one)).toMatchObject({
    entries: [
      { text: 'Sorry.', by: 'sam', isSupport: true, credit: { amount: '5.00', currency: 'USD', minorUnit: 2 } },
    ],
  });
  await pages.reply(ada, { ...one, text: 'Thanks.', credit: '' });
  expect(await pages.one(sam, one)).toMatchObject({ mayCredit: true, question: { state: 'open' } });
  await pages.close(ada, one);
  expect(await pages.one(ada, one)).toMatchObject({ question: { state: 'closed' }, entries: [{}, {}, { text: null }] });
});

it.each([
  [{ text: ' ' }, 'text', 'empty'],
  [{ text: 'x'.repeat(5_001) }, 'text', '5000'],
  [{ credit: 'five' }, 'credit', 'decimal'],
  [{ credit: '0.001' }, 'credit', '2 decimals'],
  [{ credit: '-5' }, 'credit', 'above zero'],
  [{ credit: '1e5' }, 'credit', 'decimal'],
])('say what is wrong with %j', async (wrong, field, error) => {
  const one = await ask();
  const answer = await pages.reply(sam, { ...one, text: 'Words.', credit: '', ...wrong });
  expect(answer).toEqual({ field, error: expect.stringContaining(error) });
  expect(await pages.one(sam, one)).toMatchObject({ entries: [], question: { state: 'open' } });
});

it('list a customer’s questions and what waits for support', async () => {
  const [first, second] = [await ask('First'), await ask('Second')];
  await pages.reply(sam, { ...first, text: 'An answer.', credit: '' });
  const { account, data, nextCursor } = await pages.list(ada, { accountId: 'mine' });
  expect(account).toMatchObject({ id: 'mine', timeZone: 'UTC' });
  expect(data.slice(0, 2)).toMatchObject([
    { text: 'Second', state: 'open' },
    { text: 'First', state: 'answered' },
  ]);
  expect(nextCursor).toBeNull();
  expect((await pages.list(ada, { accountId: 'mine', cursor: second.questionId })).data[0]).toMatchObject({
    text: 'First',
  });
  const { waiting } = await pages.inbox(sam);
  expect(waiting.at(-1)).toMatchObject({ id: second.questionId, accountId: 'mine', accountName: 'mine' });
  expect(waiting.map(({ id }) => id)).not.toContain(first.questionId);
});

it('are nobody else’s', async () => {
  const one = await ask();
  const elsewhere = { ...one, accountId: 'theirs' };
  const text = 'Words.';
  const tries = [
    pages.list(eve, { accountId: 'mine' }),
    pages.one(eve, one),
    pages.one(eve, elsewhere),
    pages.reply(eve, { ...one, text, credit: '' }),
    pages.reply(eve, { ...elsewhere, text, credit: '' }),
    pages.reply(sam, { ...elsewhere, text, credit: '5' }),
    pages.close(eve, elsewhere),
    pages.ask(eve, { accountId: 'mine', chargeId: CHARGE, eventRefs: [], text }),
    pages.askForm(eve, { accountId: 'mine', chargeId: CHARGE }),
    pages.askForm(ada, { accountId: 'mine', chargeId: 'nothing' }),
    pages.inbox(ada),
    pages.one(ada, { ...one, questionId: 'qst_\u0000' }),
    pages.close(ada, { ...one, questionId: '' }),
  ];
  for (const tried of tries) {
    const thrown: unknown = await tried.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Response);
    expect(thrown).toMatchObject({ status: 404 });
  }
  const refused = await pages.reply(ada, { ...one, text, credit: '5' });
  expect(refused).toMatchObject({ field: 'credit', error: expect.stringContaining('Only support') });
});

import { beforeAll, expect, it } from 'vitest';
import { openAccount } from '../../database/testing/issue.ts';
import { freezeAnything, frozenCharge } from '../../explanation/testing/frozen.ts';
import { createQuestions } from '../../support/questions.ts';
import { addExplanationLinkEndpoints } from '../explanations/explanation-links.ts';
import { apiForTests, type Called, PUBLIC_URL } from '../testing/api-under-test.ts';
import { addQuestionEndpoints } from './questions.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const now = () => NOW;
const CHARGE = '2026-11-abc';

const api = apiForTests(now, {
  more: [
    (to) =>
      addExplanationLinkEndpoints(to, {
        ...{ freeze: freezeAnything, publicUrl: PUBLIC_URL },
        flushOpenings: async () => {},
      }),
    (to) =>
      addQuestionEndpoints(to, {
        freeze: freezeAnything,
        questions: createQuestions({ publicUrl: PUBLIC_URL, supportCreditLimit: '10.00', now }),
      }),
  ],
});
/** As whom: a `Cookie` header, or a key. */
let customer: Record<string, string>;
let support: Record<string, string>;
let reader: Record<string, string>;
let operator: Record<string, string>;

beforeAll(async () => {
  for (const id of ['mine', 'theirs']) await openAccount(api.database.queries, id, NOW);
  customer = await api.signedIn({ name: 'a customer', accountId: 'mine', role: 'owner' });
  support = await api.signedIn({ name: 'a support', platformRole: 'support' });
  reader = { authorization: `Bearer ${await api.keyOf('read', 'mine')}` };
  operator = { authorization: `Bearer ${api.key}` };
});

const QUESTIONS = '/v1/accounts/mine/questions';
const as = (who: Record<string, string>, method: string, path: string, body?: object) =>
  api.call(method, path, { headers: who, ...(body === undefined ? {} : { body }) });
const ask = (who = customer, body: object = {}) =>
  as(who, 'POST', QUESTIONS, { chargeId: CHARGE, text: 'Why?', ...body });
const idOf = ({ body }: Called) => (body as { id: string }).id;
const reply = (who: Record<string, string>, id: string, body: object = {}) =>
  as(who, 'POST', `${QUESTIONS}/${id}/replies`, { text: 'Words.', ...body });

it('are asked, answered with a credit, opened again and closed', async () => {
  const eventRefs = [{ source: '/dynos', id: 'e-1' }];
  const asked = await ask(customer, { text: '  Why?\r\n\r\nIt was off.  ', eventRefs });
  const id = idOf(asked);
  expect(asked).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^qst_/),
      chargeId: CHARGE,
      description: 'Standard-1X dynos · shop · web',
      linkId: null,
      eventRefs,
      text: 'Why?\n\nIt was off.',
      state: 'open',
      askedBy: 'a customer',
      askedAt: NOW.toISOString(),
      changedAt: NOW.toISOString(),
    },
  });
  const credited = await reply(support, id, { credit: { amount: '5.00' } });
  expect(credited).toMatchObject({ status: 201, body: { id, state: 'credited' } });
  expect(await reply(customer, id)).toMatchObject({ body: { state: 'open' } });
  expect(await reply(operator, id, { credit: { amount: '2.50' } })).toMatchObject({ body: { state: 'credited' } });
  expect(await as(customer, 'POST', `${QUESTIONS}/${id}/close`)).toMatchObject({
    status: 200,
    body: { state: 'closed' },
  });

  const frozen = frozenCharge(CHARGE);
  for (const who of [customer, reader, support, operator]) {
    expect((await as(who, 'GET', `${QUESTIONS}/${id}`)).body).toMatchObject({
      id,
      state: 'closed',
      explanation: {
        content: JSON.parse(frozen.content),
        sha256: frozen.sha256,
        meteredThrough: '2026-11-24T12:00:00.000000Z',
      },
      replies: [
        { by: 'a support', isSupport: true, state: 'credited', credit: { amount: '5.00', currency: 'USD' } },
        { by: 'a customer', isSupport: false, state: 'open', credit: null },
        { by: 'operator', isSupport: true, state: 'credited', credit: { amount: '2.50' } },
        { by: 'a customer', isSupport: false, state: 'closed', text: null },
      ],
    });
  }
  const credits = await as(reader, 'GET', '/v1/accounts/mine/credits');
  const reason = expect.stringMatching(`charge ${CHARGE}, question ${id}.; events: e-1 of /dynos`);
  const { data } = credits.body as { data: { amount: string; reason: string }[] };
  expect(data.map(({ amount }) => amount).sort()).toEqual(['2.50', '5.00']);
  expect(data).toMatchObject([{ reason }, { reason }]);
});

it('grant a credit once, whatever is repeated', async () => {
  const id = idOf(await ask());
  const headers = { ...support, 'idempotency-key': 'c1' };
  const first = await reply(headers, id, { credit: { amount: '1.00' } });
  expect(await reply(headers, id, { credit: { amount: '1.00' } })).toMatchObject({ status: 201, body: first.body });
  expect(await reply(support, id, { credit: { amount: '1.00' } })).toMatchObject({
    status: 409,
    body: { errors: [{ pointer: '#/credit' }] },
  });
  const { body } = await as(support, 'GET', `${QUESTIONS}/${id}`);
  expect(body).toMatchObject({ replies: [{ credit: { amount: '1.00' } }] });
});

it('are credited by support and operators only', async () => {
  const id = idOf(await ask());
  for (const who of [customer, reader]) {
    expect(await reply(who, id, { credit: { amount: '5' } })).toMatchObject({ status: 403 });
  }
  expect(await as(support, 'GET', `${QUESTIONS}/${id}`)).toMatchObject({ body: { state: 'open', replies: [] } });
});

it('are credited by support up to its limit of a day, by operators beyond', async () => {
  await openAccount(api.database.queries, 'limited', NOW);
  const under = '/v1/accounts/limited/questions';
  const one = idOf(await as(operator, 'POST', under, { chargeId: CHARGE, text: 'Why?' }));
  const credit = (who: Record<string, string>, amount: string) =>
    as(who, 'POST', `${under}/${one}/replies`, { text: 'Words.', credit: { amount } });
  expect(await credit(support, '10.01')).toMatchObject({
    status: 403,
    body: {
      detail: expect.stringContaining('at most 10.00 USD a day (UTC); you can grant 10.00 USD more today'),
      errors: [{ pointer: '#/credit/amount' }],
    },
  });
  expect(await as(support, 'GET', `${under}/${one}`)).toMatchObject({ body: { state: 'open', replies: [] } });
  expect(await credit(operator, '99999.00')).toMatchObject({ status: 201 });
  const grants = async (who: Record<string, string>) =>
    (await as(who, 'GET', '/v1/accounts/limited/credits')).body as { data: { grantedBy: string }[] };
  expect((await grants(support)).data).toMatchObject([{ grantedBy: 'operator', amount: '99999.00' }]);
  const theirs = { authorization: `Bearer ${await api.keyOf('read', 'limited')}` };
  expect((await grants(theirs)).data).toMatchObject([{ grantedBy: 'Plainbill support' }]);
  const given = { amount: '3.00', reason: 'Hello' };
  expect(await as(operator, 'POST', '/v1/accounts/limited/credits', given)).toMatchObject({
    body: { grantedBy: 'operator' },
  });
});

it('may be asked from an explanation link', async () => {
  const made = await as(customer, 'POST', '/v1/accounts/mine/explanation-links', { chargeId: CHARGE, hideNames: true });
  const linkId = idOf(made);
  const id = idOf(await ask(customer, { linkId }));
  const { sha256 } = frozenCharge(CHARGE, { hidePayloads: false, hideNames: true });
  expect(await as(support, 'GET', `${QUESTIONS}/${id}`)).toMatchObject({ body: { linkId, explanation: { sha256 } } });
  await as(customer, 'DELETE', `/v1/accounts/mine/explanation-links/${linkId}`);
  expect(await ask(customer, { linkId })).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/linkId' }] } });
});

const REF = { source: '/dynos', id: 'e-1' };
it.each([
  [{ text: ' \n ' }, '#/text', 'empty'],
  [{ text: 'a\u0000b' }, '#/text', 'control characters'],
  [{ text: 'x'.repeat(5_001) }, '#/text', '5000'],
  [{ chargeId: 'nothing' }, '#/chargeId', 'no charge'],
  [{ eventRefs: [REF, REF] }, '#/eventRefs', 'twice'],
  [{ eventRefs: Array.from({ length: 101 }, (_, i) => ({ ...REF, id: `${i}` })) }, '#/eventRefs', '100'],
  [{ eventRefs: [{ source: '', id: 'e-1' }] }, '#/eventRefs/0/source', 'empty'],
  [{ state: 'closed' }, '#/state', 'not known'],
])('may not be %j', async (wrong, pointer, detail) => {
  expect(await ask(customer, wrong)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
  });
});

it.each([
  [{ text: '' }, '#/text'],
  [{ credit: { amount: '0' } }, '#/credit/amount'],
  [{ credit: { amount: '0.001' } }, '#/credit/amount'],
  [{ credit: { amount: '-1' } }, '#/credit/amount'],
  [{ credit: '5' }, '#/credit'],
])('are not replied to with %j', async (wrong, pointer) => {
  const id = idOf(await ask());
  expect(await reply(support, id, wrong)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  expect(await as(support, 'GET', `${QUESTIONS}/${id}`)).toMatchObject({ body: { replies: [] } });
});

it('are listed newest first, and are the account’s own', async () => {
  const [one, two] = [idOf(await ask()), idOf(await ask())];
  const listed = (await as(customer, 'GET', `${QUESTIONS}?limit=200`)).body as { data: { id: string }[] };
  const ids = listed.data.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort().reverse());
  expect(ids).toEqual(expect.arrayContaining([one, two]));

  const stranger = await api.signedIn({ name: 'a customer', accountId: 'theirs', role: 'owner' });
  const theirs = `/v1/accounts/theirs/questions/${one}`;
  for (const [method, path, who, body] of [
    ['GET', QUESTIONS, stranger],
    ['GET', `${QUESTIONS}/${one}`, stranger],
    ['POST', QUESTIONS, stranger, { chargeId: CHARGE, text: 'Why?' }],
    ['POST', `${QUESTIONS}/${one}/replies`, stranger, { text: 'Words.' }],
    ['POST', `${QUESTIONS}/${one}/close`, stranger],
    ['GET', theirs, stranger],
    ['GET', theirs, operator],
    ['POST', `${theirs}/replies`, operator, { text: 'Words.', credit: { amount: '5' } }],
    ['POST', `${theirs}/close`, operator],
    ['POST', '/v1/accounts/nobody/questions', operator, { chargeId: CHARGE, text: 'Why?' }],
  ] as const) {
    expect(await as(who, method, path, body), `${method} ${path}`).toMatchObject({ status: 404 });
  }
  expect((await as(operator, 'GET', '/v1/accounts/theirs/questions')).body).toEqual({ data: [], nextCursor: null });
});

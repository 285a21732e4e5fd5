import { z } from 'zod';
import {
  type CreditEntry,
  type CreditGrant,
  grantCredit,
  listEntries,
  listGrants,
} from '../../database/invoices/credits.ts';
import { minorUnitOf } from '../../domain/currencies.ts';
import { moneyText, parseAmount, roundToMinorUnit } from '../../domain/money.ts';
import { type GrantorShown, grantorShown } from '../../support/grantor-shown.ts';
import { positiveDecimalSchema } from '../endpoint/decimal-schema.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { instantSchema } from '../endpoint/instant-schema.ts';
import { type Principal, visibleAccounts } from '../endpoint/principal.ts';
import {
  callerIdSchema,
  pageOf,
  pageQuerySchema,
  pageSchema,
  sequenceBefore,
  textSchema,
  timestampSchema,
} from '../endpoint/schemas.ts';
import { speakerOfPrincipal } from '../endpoint/speaker.ts';
import { existingAccount } from './accounts.ts';

const grantSchema = z
  .object({
    id: callerIdSchema,
    amount: z.string(),
    pays: z.enum(['charges', 'total']).meta({
      description:
        '`charges`: drawn before tax. `total`: drawn after tax; what an invoice that came to less than nothing gave back with its tax.',
    }),
    drawn: z.string().meta({ description: 'By invoices, less what came back when one became void.' }),
    lapsed: z.string().meta({
      description: 'What had not been drawn when it expired, or when the invoice that had granted it was taken back.',
    }),
    balance: z.string().meta({ description: '`amount` less `drawn` and `lapsed`.' }),
    currency: z.string(),
    reason: z.string(),
    expiresAt: timestampSchema.nullable(),
    grantedBy: z.string().nullable().meta({
      description:
        'Who granted it: to the platform’s own people and keys the person or the key’s label, to customers `Plainbill support`. `null`: an invoice did, or it was not recorded.',
    }),
    createdAt: timestampSchema,
  })
  .meta({ id: 'CreditGrant' });

const entrySchema = z
  .object({
    id: z.string(),
    grantId: callerIdSchema,
    kind: z.enum(['grant', 'draw', 'lapse', 'return', 'restore', 'revoke']),
    amount: z.string().meta({ description: 'What the balance changed by.' }),
    currency: z.string(),
    invoiceId: z.string().nullable(),
    at: timestampSchema,
  })
  .meta({ id: 'CreditEntry' });

const accountParams = z.object({ accountId: callerIdSchema });

/** Credits granted to an account, and their ledger. */
export function addCreditEndpoints(api: Api): void {
  addGranting(api);
  addGrantList(api);
  addLedger(api);
}

function addGranting(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/credits',
      tag: 'Credits',
      summary: 'Grant money, in the currency of the account',
      description:
        'Invoices draw it down; what expires first goes first. A grant still pays for the period it expires with.',
      role: 'operator',
      params: accountParams,
      body: z.strictObject({
        amount: positiveDecimalSchema,
        reason: textSchema(500).meta({ description: 'The customer reads it.' }),
        expiresAt: instantSchema.nullish(),
      }),
      answers: { 201: { description: 'Granted.', schema: grantSchema } },
    },
    async ({ params: { accountId }, body, principal, queries }) => {
      const { currency } = await existingAccount(queries, accountId);
      const minorUnit = minorUnitOf(currency);
      const amount = parseAmount(body.amount);
      if (roundToMinorUnit(amount, minorUnit) !== amount) {
        throw refused(400, '#/amount', `Must have at most ${minorUnit} decimals: invoices are in ${currency}.`);
      }
      const expiresAt = body.expiresAt ?? null;
      if (expiresAt !== null && expiresAt <= api.now()) throw refused(400, '#/expiresAt', 'Must be in the future.');
      const by = speakerOfPrincipal(principal);
      const granted = { amount: body.amount, currency, reason: body.reason, expiresAt, by };
      const grant = await grantCredit(queries, accountId, granted, api.now());
      return { status: 201, body: shownGrant(grant, grantorShown(isOurs(principal))) };
    },
  );
}

function addGrantList(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/credits',
      tag: 'Credits',
      summary: 'Credit grants with what is left of them, newest first',
      role: 'read',
      params: accountParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(grantSchema) } },
    },
    async ({ params: { accountId }, query, principal, queries }) => {
      await existingAccount(queries, accountId);
      const shown = (grant: CreditGrant) => shownGrant(grant, grantorShown(isOurs(principal)));
      const rows = await listGrants(queries, accountId, { before: query.cursor ?? null, limit: query.limit + 1 });
      return { status: 200, body: pageOf(rows, query.limit, (row) => row.id, shown) };
    },
  );
}

function addLedger(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/credits/entries',
      tag: 'Credits',
      summary: 'The ledger: every change of a grant’s balance, newest first',
      role: 'read',
      params: accountParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'One page.', schema: pageSchema(entrySchema) } },
    },
    async ({ params: { accountId }, query, queries }) => {
      await existingAccount(queries, accountId);
      const page = { before: sequenceBefore(query.cursor), limit: query.limit + 1 };
      const rows = await listEntries(queries, accountId, page);
      return { status: 200, body: pageOf(rows, query.limit, (row) => String(row.id), shownEntry) };
    },
  );
}

/** Whoever sees all accounts is of the platform. */
const isOurs = (principal: Principal): boolean => visibleAccounts(principal) === null;

function shownGrant(grant: CreditGrant, grantor: GrantorShown): z.output<typeof grantSchema> {
  const money = moneyIn(grant.currency);
  return {
    ...grant,
    amount: money(grant.amount),
    drawn: money(grant.drawn),
    lapsed: money(grant.lapsed),
    balance: money(grant.balance),
    grantedBy: grantor(grant),
    expiresAt: grant.expiresAt?.toISOString() ?? null,
    createdAt: grant.createdAt.toISOString(),
  };
}

function shownEntry(entry: CreditEntry): z.output<typeof entrySchema> {
  const amount = moneyIn(entry.currency)(entry.amount);
  return { ...entry, id: String(entry.id), amount, at: entry.at.toISOString() };
}

/** Amounts as people read them: `12.50`. */
function moneyIn(currency: string): (amount: string) => string {
  const minorUnit = minorUnitOf(currency);
  return (amount) => moneyText(parseAmount(amount), minorUnit);
}

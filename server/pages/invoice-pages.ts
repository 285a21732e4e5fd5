import type { Viewer } from '../access/viewer.ts';
import type { InvoiceList, InvoiceView } from '../billing/invoice.types.ts';
import { frozenPricing } from '../billing/invoices/corrections.ts';
import { sumOfAmounts } from '../billing/invoices/invoice-days.ts';
import type { Invoices, InvoicesDeps } from '../billing/invoices/invoices.ts';
import { type Pricing, pricingOf } from '../billing/pricing.ts';
import type { Account } from '../database/accounts/accounts.ts';
import { getInvoice } from '../database/invoices/invoices.ts';
import { moneyText, parseAmount } from '../domain/money.ts';
import { type AccountTeams, accountTeams } from './grouping/account-teams.ts';
import { type ChargeChoice, chosenGroups, chosenLines } from './grouping/charge-choice.ts';
import { invoiceArithmetic } from './invoice-arithmetic.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { cursorAsked, notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import type { ChosenCharges, InvoicePage } from './spend-pages.types.ts';

const INVOICES_ON_A_PAGE = 24;
const NOTHING: InvoiceList = { data: [], nextCursor: null };

export interface InvoicePagesDeps extends InvoicesDeps {
  invoices: Invoices;
  kept: KeptAnswers;
}

/** Builds the answers of the invoice pages; see `PageAnswers`. */
export function createInvoicePages(deps: InvoicePagesDeps) {
  const { database, registry, invoices, now } = deps;

  /** The pricing the invoice was computed with. */
  async function pricingBehind(account: Account, { id, state }: InvoiceView): Promise<Pricing> {
    const pricing = await pricingOf(database.queries, account);
    const isStored = state === 'final' || state === 'void';
    const stored = isStored ? await getInvoice(database.queries, account.id, id) : null;
    return stored === null ? pricing : frozenPricing(deps, pricing, stored);
  }

  async function chosen(
    account: Account,
    teams: AccountTeams,
    { view, choice }: { view: InvoiceView; choice: ChargeChoice },
  ): Promise<ChosenCharges> {
    const pricing = await pricingBehind(account, view);
    const license = pricing.licenses.find(({ id }) => id === choice.license);
    const meter = choice.meter === undefined ? undefined : registry.current(choice.meter);
    if (choice.license !== undefined && license === undefined) throw notFound('There is no such license.');
    if (choice.meter !== undefined && meter === undefined) throw notFound(`There is no meter "${choice.meter}".`);
    const lines = chosenLines(view.lines, choice, pricing, teams);
    const { app, exceptApps, ...anyApp } = choice;
    const isSplit = meter !== undefined && (app !== undefined || exceptApps !== undefined);
    const amount = lines.reduce((sum, line) => sum + parseAmount(line.amount), 0n);
    return {
      ...chosenGroups(choice, { teams, lines: view.lines }),
      license: license === undefined ? null : { id: license.id, product: license.product },
      meter: meter === undefined ? null : { key: meter.key, description: meter.description },
      chargeIds: lines.map(({ chargeId }) => chargeId),
      amountExact: sumOfAmounts(lines.map(({ amountExact }) => amountExact)),
      amount: moneyText(amount, view.minorUnit),
      ofNoApp: isSplit
        ? chosenLines(view.lines, anyApp, pricing, teams).filter(({ lineValues }) => lineValues.app === undefined)
            .length
        : 0,
    };
  }

  async function one(
    account: Account,
    teams: AccountTeams,
    { invoiceId, choice }: { invoiceId: string; choice: ChargeChoice },
  ): Promise<InvoicePage> {
    const invoice = await invoices.find(account.id, invoiceId);
    if (invoice === null) throw notFound('There is no such invoice; an account without prices has none.');
    return {
      invoice,
      arithmetic: invoiceArithmetic(invoice),
      chosen: Object.keys(choice).length === 0 ? null : await chosen(account, teams, { view: invoice, choice }),
    };
  }

  return {
    list: async (viewer: Viewer, { accountId, cursor }: { accountId: string; cursor?: string }) => {
      const scope = await pageScope(database.queries, viewer, { accountId }, now());
      const after = cursorAsked(cursor, /^\d{1,9}$/);
      const read = () => invoices.list(accountId, { cursor: after, limit: INVOICES_ON_A_PAGE });
      const list = await deps.kept.get({ accountId, page: 'invoices', of: { after, scope } }, read);
      return { ...(list ?? NOTHING), account: accountOfPage(scope.account) };
    },
    one: async (
      viewer: Viewer,
      { accountId, invoiceId, choice = {} }: { accountId: string; invoiceId: string; choice?: ChargeChoice },
    ): Promise<InvoicePage> => {
      const scope = await pageScope(database.queries, viewer, { accountId }, now());
      const teams = await accountTeams(database.queries, scope.account.id);
      const of = { invoiceId, choice, scope, teams: [...teams.teamOf, ...teams.names] };
      return deps.kept.get({ accountId, page: 'invoice', of }, () => one(scope.account, teams, { invoiceId, choice }));
    },
  };
}

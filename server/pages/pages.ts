import type { ClickHouse } from '../../clickhouse/index.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ChargesReader } from '../billing/account-charges.ts';
import type { Invoices } from '../billing/invoices/invoices.ts';
import { listAccounts, listAccountsByIds } from '../database/accounts/accounts.ts';
import type { Database } from '../database/database.types.ts';
import type { CorrectionsOfCharges } from '../explanation/corrections/corrections-of-charges.ts';
import type { Freeze } from '../explanation/explanation.types.ts';
import type { Explanations } from '../explanation/explanations.ts';
import type { DaysOfCharges } from '../explanation/levels/day-of-charge.ts';
import type { Receipts } from '../explanation/receipt.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import type { LinkOpenings } from '../support/link-openings.ts';
import { createAboutQuestion } from '../support/question-explanation.ts';
import type { Questions } from '../support/questions.ts';
import type { UsageReader } from '../usage/usage.ts';
import { createChangesPage } from './changes-page.ts';
import { createCreditsPage } from './credits-page.ts';
import { createDayPage } from './day-page.ts';
import { createExplanationLinksPages } from './explanation-links-pages.ts';
import { createExplanationPages } from './explanation-pages.ts';
import { createInvoicePages } from './invoice-pages.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { createLicensesPage } from './licenses-page.ts';
import { createOverview } from './overview.ts';
import { createQuestionsPages } from './questions-pages.ts';
import { createSharedExplanation } from './shared-explanation.ts';
import { createUsagePage } from './usage-page.ts';

/** What pages are put together from. */
export interface PagesDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  kept: KeptAnswers;
  charges: ChargesReader;
  invoices: Invoices;
  explanations: Explanations;
  changes: ChangesReader;
  days: DaysOfCharges;
  corrections: CorrectionsOfCharges;
  receipts: Receipts;
  freeze: Freeze;
  openings: LinkOpenings;
  questions: Questions;
  publicUrl: string;
  now: () => Date;
  onError: (error: unknown) => void;
}

/**
 * What every page is answered with, and what its forms do: functions of a viewer and a question. All throw a 404 `Response` for what
 * is not there or not the viewer's.
 */
export function createPageAnswers(deps: PagesDeps) {
  const { database } = deps;
  const about = createAboutQuestion(deps);
  return {
    /** Accounts the viewer may see, by name. */
    accountsOf: async (viewer: Viewer) => {
      const accounts =
        viewer.platformRole === 'customer'
          ? await listAccountsByIds(database.queries, viewer.accountIds)
          : await listAccounts(database.queries, { after: null, limit: 500 });
      return accounts.map(({ id, name, kind, timeZone }) => ({ id, name, kind, timeZone }));
    },
    overview: createOverview(deps),
    usage: createUsagePage({ ...deps, queries: database.queries }),
    licenses: createLicensesPage(deps),
    credits: createCreditsPage(deps),
    day: createDayPage(deps),
    changes: createChangesPage(deps),
    invoices: createInvoicePages(deps),
    explanation: createExplanationPages(deps),
    explanationLinks: createExplanationLinksPages(deps),
    sharedExplanation: createSharedExplanation(deps),
    questions: createQuestionsPages({ ...deps, about }),
  };
}

/** The answers of all pages. */
export type PageAnswers = ReturnType<typeof createPageAnswers>;

type Answer = (...asked: never[]) => Promise<unknown>;
interface Answers {
  [name: string]: Answer | Answers;
}

/** The same answers, each of them asked through `guard`: what can go wrong with any page is worded in one place. */
export function guarded<Given extends Answers>(
  answers: Given,
  guard: <Each extends Answer>(answer: Each) => Each,
): Given {
  const entries = Object.entries(answers).map(([name, answer]) => [
    name,
    typeof answer === 'function' ? guard(answer) : guarded(answer, guard),
  ]);
  return Object.fromEntries(entries) as Given;
}

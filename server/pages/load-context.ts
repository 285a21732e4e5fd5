import type { AppLoadContext } from '@remix-run/node';
import type { Viewer } from '../access/viewer.ts';
import type { InvoiceList } from '../billing/invoice.types.ts';
import type { UsagePage, UsagePageQuestion } from '../usage/usage.types.ts';
import type { ChargeChoice } from './charge-choice.ts';
import type { createCreditsPage } from './credits-page.ts';
import type { createDayPage } from './day-page.ts';
import type { createExplanationLinksPages } from './explanation-links-pages.ts';
import type { createExplanationPages } from './explanation-pages.ts';
import type { createQuestionsPages } from './questions-pages.ts';
import type { createSharedExplanation } from './shared-explanation.ts';
import type { InvoicePage, LicensesPage, OverviewPage } from './spend-pages.types.ts';

/** What a Remix loader or action gets from the server; the only way values reach a page. */
export interface PlainbillContext {
  /** CSP nonce of this response; handed to React by context, never through loader data. */
  nonce: string;
  /** The clock; loaders never ask the machine. */
  now: () => Date;
  viewer: Viewer | null;
  /** Told of what failed and is not the person's fault; for the log, without anybody's data. */
  onError: (error: unknown) => void;
  /** Shown on the sign-in page of a demo; `null` otherwise. */
  demoSignIn: { email: string; password: string }[] | null;
  auth: {
    /** The `Set-Cookie` value to send, or why not, in words for the person. */
    signIn: (input: {
      email: string;
      password: string;
      ip: string;
    }) => Promise<{ setCookie: string } | { error: string; retryAfterSeconds?: number }>;
    /** Why a network may not try now, before its form is read; `null` when it may. */
    signInRefusal: (ip: string) => Promise<{ error: string; retryAfterSeconds: number } | null>;
    signOut: (cookieHeader: string | null) => Promise<{ setCookie: string }>;
  };
  /** Client address of this request, for limits. */
  ip: string;
  services: {
    /** Accounts the viewer may see, by name. */
    accountsOf: (viewer: Viewer) => Promise<{ id: string; name: string; kind: string; timeZone: string }[]>;
    /** Throws a 404 `Response` when the account is not the viewer's or a period, meter or dimension does not exist. */
    usagePage: (viewer: Viewer, question: UsagePageQuestion) => Promise<UsagePage>;
    /** Throws a 404 `Response` like all of them, when the account is not the viewer's. */
    overview: (viewer: Viewer, question: { accountId: string }) => Promise<OverviewPage>;
    licensesPage: (viewer: Viewer, question: { accountId: string; period?: string }) => Promise<LicensesPage>;
    invoices: (
      viewer: Viewer,
      question: { accountId: string; cursor?: string },
    ) => Promise<InvoiceList & { account: { id: string; name: string; timeZone: string; kind: string } }>;
    /** With a choice of charges it tells what those come to. */
    invoice: (
      viewer: Viewer,
      question: { accountId: string; invoiceId: string; choice?: ChargeChoice },
    ) => Promise<InvoicePage>;
    /** Money granted, and what became of it. */
    creditsPage: ReturnType<typeof createCreditsPage>;
    /** What a day cost, charge by charge. */
    day: ReturnType<typeof createDayPage>;
    /** A charge opened, down to its events. */
    explanation: ReturnType<typeof createExplanationPages>;
    /** Links that show a charge as it was to whoever has them. */
    explanationLinks: ReturnType<typeof createExplanationLinksPages>;
    /** What such a link shows. */
    sharedExplanation: ReturnType<typeof createSharedExplanation>;
    /** Questions about charges: what their pages show, and what their forms do. */
    questions: ReturnType<typeof createQuestionsPages>;
  };
}

export type LoadContext = AppLoadContext;

declare module '@remix-run/node' {
  interface AppLoadContext extends PlainbillContext {}
}

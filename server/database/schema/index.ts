import * as accountSettings from './account-settings.ts';
import * as accounts from './accounts.ts';
import * as apiKeys from './api-keys.ts';
import * as billingPeriods from './billing-periods.ts';
import * as credits from './credits.ts';
import * as explanations from './explanations.ts';
import * as invoices from './invoices.ts';
import * as licenses from './licenses.ts';
import * as mails from './mails.ts';
import * as meters from './meters.ts';
import * as questions from './questions.ts';
import * as rateCards from './rate-cards.ts';
import * as users from './users.ts';

/** Every table, for the drivers and for the test that compares them with the migrations. Queries import the one they need. */
export const schema = {
  ...accountSettings,
  ...accounts,
  ...apiKeys,
  ...billingPeriods,
  ...credits,
  ...explanations,
  ...invoices,
  ...licenses,
  ...mails,
  ...meters,
  ...questions,
  ...rateCards,
  ...users,
};

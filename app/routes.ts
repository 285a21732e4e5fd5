import type { UNSAFE_RouteConfig as RouteConfig } from '@remix-run/dev';

/** Every screen and its address. Links to them come from `paths.ts`. */
export default [
  { index: true, file: 'routes/home.tsx' },
  { path: 'sign-in', file: 'routes/sign-in.tsx' },
  { path: 'sign-out', file: 'routes/sign-out.tsx' },
  { path: 'inbox', file: 'routes/inbox.tsx' },
  { path: 's/:token', file: 'routes/explanation-link/route.tsx' },
  { path: 's/:token/resources/:resource', file: 'routes/explanation-link-resource/route.tsx' },
  { path: 's/:token/events', file: 'routes/explanation-link-events/route.tsx' },
  { path: 'accounts', file: 'routes/accounts.tsx' },
  {
    path: 'accounts/:accountId',
    file: 'routes/account.tsx',
    children: [
      { index: true, file: 'routes/overview/route.tsx' },
      { path: 'usage', file: 'routes/usage/route.tsx' },
      { path: 'days/:day', file: 'routes/day/route.tsx' },
      { path: 'changes', file: 'routes/changes/route.tsx' },
      { path: 'licenses', file: 'routes/licenses/route.tsx' },
      { path: 'invoices', file: 'routes/invoices/route.tsx' },
      { path: 'invoices/:invoiceId', file: 'routes/invoice/route.tsx' },
      { path: 'charges/:chargeId', file: 'routes/charge/route.tsx' },
      { path: 'charges/:chargeId/resources/:resource', file: 'routes/charge-resource/route.tsx' },
      { path: 'charges/:chargeId/days/:day', file: 'routes/charge-day/route.tsx' },
      { path: 'charges/:chargeId/events', file: 'routes/charge-events/route.tsx' },
      { path: 'credits', file: 'routes/credits/route.tsx' },
      { path: 'events', file: 'routes/event/route.tsx' },
      { path: 'links', file: 'routes/links/route.tsx' },
      { path: 'questions', file: 'routes/questions/route.tsx' },
      { path: 'questions/new', file: 'routes/ask/route.tsx' },
      { path: 'questions/:questionId', file: 'routes/question/route.tsx' },
    ],
  },
  { path: '*', file: 'routes/not-found.tsx' },
] satisfies RouteConfig;

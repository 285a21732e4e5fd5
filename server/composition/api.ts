import type { Logger } from 'pino';
import { accountsTouched, type ClickHouse, firstUseOfAccount, lastEventOfAccount } from '../../clickhouse/index.ts';
import { addUserEndpoints } from '../api/accounts/users.ts';
import type { ApiKeyCache } from '../api/endpoint/api-key-cache.ts';
import { addEventsIn } from '../api/events/events-in.ts';
import { addEventsOut } from '../api/events/events-out.ts';
import { addChangesEndpoints } from '../api/explanations/changes.ts';
import { addChargeDays } from '../api/explanations/charge-days.ts';
import { addCorrectionEndpoints } from '../api/explanations/corrections.ts';
import { addExplanationLinkEndpoints } from '../api/explanations/explanation-links.ts';
import { addExplanationEndpoints } from '../api/explanations/explanations.ts';
import { addInvoiceFiles } from '../api/invoices/invoice-files.ts';
import { addInvoiceEndpoints } from '../api/invoices/invoices.ts';
import { addMeterQuery } from '../api/meters/meter-query.ts';
import { addQuestionEndpoints } from '../api/questions/questions.ts';
import { apiRouter } from '../api/router.ts';
import type { Auth } from '../auth/auth.ts';
import { readEventTime } from '../domain/instant.ts';
import { shownPath } from '../doors/shown-path.ts';
import type { Shares } from '../fairness/shares.ts';
import type { Measuring } from '../measuring.ts';
import type { Stores } from '../stores.ts';
import { eventsPage } from '../usage/event-lookup.ts';
import type { Rooms } from './rooms.ts';
import { isUnavailable } from './unavailable.ts';

/** What the API is put together from. */
export interface ApiDeps {
  database: Stores['database'];
  /** For what looks for an account's ends: it waits for nobody's turn. */
  lane: ClickHouse['read'];
  /** Whoever reads it waits for a turn. */
  store: ClickHouse;
  measuring: Measuring;
  rooms: Rooms;
  auth: Auth;
  keys: ApiKeyCache;
  shares: Shares;
  publicUrl: string;
  log: Logger;
  now: () => Date;
}

/** How long a meter change waits for its history before it is answered and goes on in the background. */
const METER_CHANGE_MS = 10_000;

/** The HTTP API over the rooms. */
export function createApi({
  lane,
  store,
  measuring,
  rooms,
  auth,
  log,
  ...deps
}: ApiDeps): ReturnType<typeof apiRouter> {
  const { registry, roller } = measuring;
  const { invoices, explanations, changes, days, corrections, freeze, openings, questions, receipts } = rooms;
  const { publicUrl } = deps;
  return apiRouter({
    ...deps,
    auth,
    firstUse: (accountId) => firstUseOfAccount(lane, accountId),
    onTold: (accountId, meteredThrough) => rooms.kept.told(accountId, readEventTime(meteredThrough) ?? 0),
    lastUse: (accountId) => lastEventOfAccount(lane, accountId),
    onAccountChanged: measuring.accountChanged,
    holdEnd: measuring.holdEnd,
    onMeterChange: async (meter) => {
      await roller.meterChanged(meter.key, meter.version, METER_CHANGE_MS);
    },
    accountsTouched: (of, from) => accountsTouched(lane, of, from),
    isUnavailable,
    onError: (error, req) => log.error({ err: error, path: shownPath(req.originalUrl) }, 'a request failed'),
    more: [
      (to) => addEventsIn(to, measuring.ingest),
      (to) => addEventsOut(to, { page: (filter) => eventsPage(store, filter), lookUp: receipts.lookUp }),
      (to) => addMeterQuery(to, measuring.query),
      (to) => addUserEndpoints(to, auth),
      (to) => addInvoiceFiles(to, { invoices, publicUrl }),
      (to) => addInvoiceEndpoints(to, { invoices, registry }),
      (to) => addExplanationEndpoints(to, { explanations, changes, readings: measuring.watermark }),
      (to) => addChargeDays(to, { days }),
      (to) => addChangesEndpoints(to, { changes }),
      (to) => addCorrectionEndpoints(to, { corrections }),
      (to) => addExplanationLinkEndpoints(to, { freeze, flushOpenings: openings.flush, publicUrl }),
      (to) => addQuestionEndpoints(to, { freeze, questions }),
    ],
  });
}

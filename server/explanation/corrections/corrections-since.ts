import type { LateContributions } from '../../../clickhouse/index.ts';
import { carrierOf, standingOf } from '../../billing/invoices/standing.ts';
import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import { amendedSince } from '../../database/accounts/amendments.ts';
import { finalPeriods, type InvoiceHead } from '../../database/invoices/invoices.ts';
import type { Micros } from '../../domain/instant.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import { chargeAsOf } from '../charge/charge-as-of.ts';
import type { ExplanationDeps } from '../charge/find-charge.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { ChargeMark } from '../explanation.types.ts';
import { TOLD, told } from '../why/marks.ts';
import { cameTo, chargedIn } from './correction.ts';
import type { ChargedBefore, CorrectionsSince } from './correction.types.ts';
import { lateEventsOf } from './late-events.ts';

const NOTHING: CorrectionsSince = { corrections: [], pending: null, marks: [] };

/** What late events have changed about a charge of a final invoice; nothing of one that is not final. */
export async function correctionsSince(
  deps: ExplanationDeps,
  find: (accountId: string, chargeId: string) => Promise<FoundCharge | null>,
  accountId: string,
  chargeId: string,
): Promise<CorrectionsSince | null> {
  const { queries } = deps.database;
  const found = await find(accountId, chargeId);
  if (found === null) return null;
  const account = await getAccount(queries, accountId);
  if (found.issued === null || account === null) return NOTHING;
  const finals = await finalPeriods(queries, accountId);
  const head = finals.find(({ period }) => period.key === found.period.key);
  if (head === undefined) return NOTHING;
  const meteredThrough = await deps.readings.read(async (now) => now);
  const known = { by: meteredThrough, meters: deps.registry.currentMeters(), at: deps.now() };
  const line = { priceKey: found.line.priceKey, lineValues: found.line.lineValues };
  const now = await chargeAsOf(deps, account, { head, line, known });
  const isAmended = await amendedSince(queries, accountId, head);
  if (now === null || !(isAmended || (await mayHaveCome(deps, now, { head, by: meteredThrough })))) return NOTHING;
  const later = finals.filter(({ period }) => period.from >= head.period.from);
  const [charged, stands, stood] = await Promise.all([
    chargedIn(deps, account, { head, chargeId }, later),
    cameTo(deps, now),
    cameTo(deps, found),
  ]);
  const names = new Set([...stands.resources, ...stood.resources].map(({ resource }) => resource));
  const late = await lateEventsOf(
    deps.store,
    now,
    { after: head.meteredThroughMicros, by: meteredThrough },
    { resources: names, limit: TOLD + 1 },
  );
  const draft = await onDraft(deps, account, head, chargeId);
  const billed = charged.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
  const open = draft === null ? stands.amount - billed : 0n;
  return {
    corrections: [...charged.filter((each) => each.chargeId !== chargeId), ...(draft === null ? [] : [draft])],
    pending: open === 0n ? null : { amountExact: amountText(open) },
    marks: marksOf(found, late),
  };
}

/** Whether any event that may bear on it came later at all: most charges have none, and nothing needs to be rated. */
async function mayHaveCome(
  { store }: ExplanationDeps,
  found: FoundCharge,
  { head, by }: { head: InvoiceHead; by: Micros },
) {
  const received = { after: head.meteredThroughMicros, by };
  return (await lateEventsOf(store, found, received, { resources: null, limit: 1 })).count > 0;
}

/** The correction as it stands on the invoice that is made next. */
async function onDraft(
  deps: ExplanationDeps,
  account: Account,
  head: InvoiceHead,
  chargeId: string,
): Promise<ChargedBefore | null> {
  const { queries } = deps.database;
  const period = carrierOf(await standingOf(queries, account, deps.now()), head);
  if (period === null) return null;
  const { view } = await deps.invoices.computed(account, period.key);
  const line = view.lines.find(({ corrects }) => corrects?.invoiceId === head.id && corrects.chargeId === chargeId);
  const invoice = { id: view.id, number: view.number, state: view.state, periodKey: period.key };
  return line === undefined ? null : { chargeId: line.chargeId, invoice, amountExact: line.amountExact };
}

/** Where late events happened; a level from before the period counts from its begin. */
function marksOf({ period }: FoundCharge, { events, count, last }: LateContributions): ChargeMark[] {
  const at = (time: number) => toRfc3339(Math.max(time, period.from));
  const marks = events.map(({ time, subject }): ChargeMark => {
    const text = `An event of ${subject} came after the invoice was final`;
    return { kind: 'correction', at: at(time), text, resource: subject };
  });
  const rest = (more: number) => `${more} more came after the invoice was final`;
  return told(marks, rest, last === null ? null : { count, at: at(last) });
}

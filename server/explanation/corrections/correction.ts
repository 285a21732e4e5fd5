import type { InvoiceLine, InvoiceView } from '../../billing/invoice.types.ts';
import { standingOf } from '../../billing/invoices/standing.ts';
import { storedView } from '../../billing/invoices/stored-invoice.ts';
import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import { getInvoice, type InvoiceHead } from '../../database/invoices/invoices.ts';
import { periodOfCorrection } from '../../domain/correction-id.ts';
import type { Micros } from '../../domain/instant.ts';
import { readEventTime, toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import { chargeAsOf, type Known, knownWith } from '../charge/charge-as-of.ts';
import type { ExplanationDeps } from '../charge/find-charge.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { openCharge } from '../charge/open-charge.ts';
import { readAsItStands } from '../charge/standing-still.ts';
import type { ExplainedResource } from '../explanation.types.ts';
import { resourcesOf } from '../levels/resources.ts';
import type { ChargedBefore, CorrectedResource, Correction, NamedInvoice } from './correction.types.ts';
import { lateEventsOf, withAmounts } from './late-events.ts';

const RESOURCES = 200;
const EVENTS = 200;
/** How often it is read again when events came in between. */
const TRIES = 3;

/** A correction's line, where it stands and what it is about. */
interface Placed {
  account: Account;
  finals: readonly InvoiceHead[];
  view: InvoiceView;
  line: InvoiceLine & Required<Pick<InvoiceLine, 'corrects'>>;
  /** The invoice whose charge it corrects. */
  head: InvoiceHead;
  known: Known;
}

/** What a charge came to at some time. */
export interface CameTo {
  amount: bigint;
  base: bigint;
  resources: readonly ExplainedResource[];
}

/** A correction opened; `null` when the account has none by this id. */
export async function explainedCorrection(
  deps: ExplanationDeps,
  accountId: string,
  correctionId: string,
): Promise<Correction | null> {
  for (let tries = 1; ; tries++) {
    const placed = await placeOf(deps, accountId, correctionId);
    if (placed === null) return null;
    const correction = await explained(deps, placed);
    // A draft's line is computed a moment before the rest.
    if (correction === null || correction.checks.difference === '0' || tries >= TRIES) return correction;
  }
}

async function placeOf(deps: ExplanationDeps, accountId: string, correctionId: string): Promise<Placed | null> {
  const { queries } = deps.database;
  const periodKey = periodOfCorrection(correctionId);
  const account = periodKey === null ? null : await getAccount(queries, accountId);
  if (periodKey === null || account === null) return null;
  const { finals, periods } = await standingOf(queries, account, deps.now());
  const carrying = finals.find(({ period }) => period.key === periodKey);
  const isKnown = periods.some(({ key }) => key === periodKey);
  const draft = async () => (isKnown ? (await deps.invoices.computed(account, periodKey)).view : null);
  const view = carrying ? await issuedView(deps, account, carrying) : await draft();
  const line = view?.lines.find(({ chargeId, corrects }) => chargeId === correctionId && corrects !== undefined);
  const head = finals.find(({ id }) => id === line?.corrects?.invoiceId);
  if (view === null || line?.corrects === undefined || head === undefined) return null;
  const known = carrying
    ? await knownWith(deps, carrying)
    : { by: readEventTime(view.meteredThrough) as Micros, meters: deps.registry.currentMeters(), at: deps.now() };
  return { account, finals, view, line: { ...line, corrects: line.corrects }, head, known };
}

async function issuedView(
  { database }: ExplanationDeps,
  account: Account,
  { id }: InvoiceHead,
): Promise<InvoiceView | null> {
  const stored = await getInvoice(database.queries, account.id, id);
  return stored && storedView(stored);
}

async function explained(deps: ExplanationDeps, placed: Placed): Promise<Correction | null> {
  const { account, view, line, head, known, finals } = placed;
  const earlier = finals.filter(({ period }) => period.from >= head.period.from && period.to <= startOf(view));
  const charged = await chargedIn(deps, account, { head, chargeId: line.corrects.chargeId }, earlier);
  const last = earlier.reduce((a, b) => (a.meteredThroughMicros >= b.meteredThroughMicros ? a : b), head);
  const then = await knownWith(deps, last);
  const [was, is] = await Promise.all(
    [then, known].map((each) => chargeAsOf(deps, account, { head, line, known: each })),
  );
  if (was == null || is == null) return null;
  const [before, now] = await Promise.all([cameTo(deps, was), cameTo(deps, is)]);
  const moved = differences(before.resources, now.resources);
  const base = now.base - before.base;
  const sum = moved.reduce((total, { amountExact }) => total + parseAmount(amountExact), base);
  const names = new Set([...before.resources, ...now.resources].map(({ resource }) => resource));
  const late = await lateEventsOf(
    deps.store,
    is,
    { after: then.by, by: known.by },
    { resources: names, limit: EVENTS },
  );
  const others = moved.slice(RESOURCES);
  const { id, number, state, period, currency, minorUnit } = view;
  return {
    account: { id: account.id, name: account.name, timeZone: view.period.timeZone, kind: account.kind },
    invoice: { id, number, state, period, currency, minorUnit },
    charge: line,
    original: {
      chargeId: line.corrects.chargeId,
      invoice: namedHead(head),
      charged: charged.some(({ chargeId }) => chargeId === line.corrects.chargeId),
    },
    before: charged,
    chargedBefore: amountText(charged.reduce((total, { amountExact }) => total + parseAmount(amountExact), 0n)),
    now: amountText(now.amount),
    resources: moved.slice(0, RESOURCES),
    others: {
      count: others.length,
      amountExact: amountText(others.reduce((total, { amountExact }) => total + parseAmount(amountExact), 0n)),
    },
    base: amountText(base),
    events: await withAmounts(deps.charges, deps.store, is, late.events),
    eventCount: late.count,
    checks: {
      sumOfParts: amountText(sum),
      line: line.amountExact,
      difference: amountText(sum - parseAmount(line.amountExact)),
    },
    meteredThrough: toRfc3339(known.by),
    receivedAfter: toRfc3339(then.by),
  };
}

const startOf = ({ period }: InvoiceView) => readEventTime(period.from) as Micros;

const namedHead = ({ id, number, period }: InvoiceHead): NamedInvoice => ({
  ...{ id, number, state: 'final', periodKey: period.key },
});

/** What final invoices charge of a charge: at first, and by corrections of it. */
export async function chargedIn(
  deps: ExplanationDeps,
  account: Account,
  { head, chargeId }: { head: InvoiceHead; chargeId: string },
  invoices: readonly InvoiceHead[],
): Promise<ChargedBefore[]> {
  const charged: ChargedBefore[] = [];
  for (const each of [...invoices].sort((a, b) => a.period.from - b.period.from)) {
    const view = await issuedView(deps, account, each);
    for (const line of view?.lines ?? []) {
      const isIt =
        each.id === head.id
          ? line.corrects === undefined && line.chargeId === chargeId
          : line.corrects?.invoiceId === head.id && line.corrects.chargeId === chargeId;
      if (!isIt) continue;
      charged.push({ chargeId: line.chargeId, invoice: namedHead(each), amountExact: line.amountExact });
    }
  }
  return charged;
}

/** What the charge comes to, and by which resources; nothing where there is no usage of it. */
export async function cameTo({ charges, store }: ExplanationDeps, found: FoundCharge): Promise<CameTo> {
  const inside = await readAsItStands(store, found, async (standing) => {
    const opened = await openCharge(charges, store, standing);
    return opened && { rated: opened.rated, resources: await resourcesOf(store, standing, opened) };
  });
  if (inside === null) return { amount: 0n, base: 0n, resources: [] };
  const { rated, resources } = inside;
  return { amount: parseAmount(rated.amountExact), base: parseAmount(rated.base), resources };
}

function differences(before: readonly ExplainedResource[], now: readonly ExplainedResource[]): CorrectedResource[] {
  const amounts = (resources: readonly ExplainedResource[]) =>
    new Map(resources.map(({ resource, amountExact }) => [resource, amountExact]));
  const [was, is] = [amounts(before), amounts(now)];
  const size = (amount: bigint) => (amount < 0n ? -amount : amount);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((resource) => {
      const [old, young] = [was.get(resource) ?? '0', is.get(resource) ?? '0'];
      return { resource, old, young, amount: parseAmount(young) - parseAmount(old) };
    })
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => {
      if (size(a.amount) !== size(b.amount)) return size(a.amount) > size(b.amount) ? -1 : 1;
      return a.resource < b.resource ? -1 : 1;
    })
    .map(({ resource, old, young, amount }) => ({
      resource,
      before: old,
      now: young,
      amountExact: amountText(amount),
    }));
}

import type { InvoiceLine } from '../../../server/billing/invoice.types.ts';
import { exact, exactSum } from '../../../server/domain/testing/exact.ts';
import type { ExplainedEvent, ExplainedResource } from '../../../server/explanation/explanation.types.ts';
import { OpenedCharge } from './opened-charge.ts';

/** How a charge is read, and what it must be made of. */
interface Reading {
  get: (path: string) => Promise<unknown>;
  accountId: string;
  /** Resources on a page. */
  resources: number;
  /** Events, intervals and hours on a page. */
  rows: number;
  /** Keys of the events of a charge of counted usage, as `eventKey` tells them; of levels not every event counts. */
  events: (line: InvoiceLine) => string[];
}

/** What an event is told by. */
export const eventKey = ({ source, id }: { source: string; id: string }): string => `${source} ${id}`;

const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));
const quantities = (rows: readonly { quantity: string }[]) => exactSum(rows.map(({ quantity }) => quantity));

/** Everything that can be said against a charge, read to its last page in every way there is: nothing. */
export async function faultsOf(line: InvoiceLine, reading: Reading): Promise<string[]> {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${line.priceKey} ${JSON.stringify(line.lineValues)}: ${fault}`);
  };
  const charge = new OpenedCharge(reading.get, reading.accountId, line.chargeId);
  const explained = await charge.explained(reading.resources);
  const { checks, resources, base, steps, comparison } = explained;
  const { aggregation } = explained.meter;
  const isLevel = aggregation === 'time_weighted';
  const whole = exact(line.amountExact);
  must(explained.charge.amountExact === line.amountExact, `explains ${explained.charge.amountExact}`);
  must(checks.difference === '0', `difference ${checks.difference}`);
  must(checks.line === line.amountExact, `line ${checks.line}`);
  must(exact(line.amount) - whole === exact(checks.rounding), `rounding ${checks.rounding}`);
  must(amounts(resources) + exact(base) === whole, `resources ${amounts(resources)}, base ${base}`);
  must(new Set(resources.map(({ resource }) => resource)).size === explained.resourceCount, 'resources are repeated');
  must(quantities(resources) === exact(line.quantity), 'quantity of resources');
  must(exactSum(steps.flatMap(({ amount }) => amount ?? [])) === exact(line.amount), 'steps');
  if (comparison) {
    must(amounts(comparison.drivers) === exact(comparison.difference), 'comparison');
    must(whole - exact(comparison.previous.amountExact) === exact(comparison.difference), 'what is compared');
  }
  const check = await charge.check();
  must(check.difference === '0' && check.sumOfParts === line.amountExact, `check ${check.sumOfParts}`);

  const events = await charge.events(reading.rows);
  must(events.wrongTotals.length === 0, `events ${events.wrongTotals}`);
  must(amounts(events.rows) + exact(base) === whole, `events ${amounts(events.rows)}`);
  must(quantities(events.rows) === exact(line.quantity), 'quantity of events');
  for (const fault of orderFaults(events.rows, isLevel)) must(false, fault);
  const seen = events.rows.map(eventKey).sort();
  if (!isLevel) must(seen.join() === reading.events(line).sort().join(), 'which events');
  else must(new Set(seen).size === seen.length, 'an event comes twice');

  const openResource = async ({ resource, amountExact, quantity, events: count }: ExplainedResource) => {
    const own = await charge.events(reading.rows, { resource });
    must(amounts(own.rows) === exact(amountExact), `${resource}: events ${amounts(own.rows)}, not ${amountExact}`);
    must(own.wrongTotals.length === 0, `${resource}: events ${own.wrongTotals}`);
    const among = events.rows.filter((event) => event.resource === resource);
    must(JSON.stringify(own.rows) === JSON.stringify(among), `${resource}: its events are other ones`);
    const isAdditive = aggregation === 'count' || aggregation === 'sum';
    if (isAdditive) must(own.rows.length === count, `${resource}: ${own.rows.length} events, not ${count}`);
    if (!isAdditive && !isLevel) return;
    const parts = isLevel ? await charge.intervals(resource, reading.rows) : await charge.hours(resource, reading.rows);
    must(parts.wrongTotals.length === 0, `${resource}: parts ${parts.wrongTotals}`);
    must(amounts(parts.rows) === exact(amountExact), `${resource}: parts ${amounts(parts.rows)}, not ${amountExact}`);
    must(quantities(parts.rows) === exact(quantity), `${resource}: quantity of parts`);
  };
  await Promise.all(resources.map(openResource));
  return faults;
}

/** Events come in order, and the charge stands at what came so far. */
function orderFaults(events: readonly ExplainedEvent[], isLevel: boolean): string[] {
  const faults: string[] = [];
  let running = 0n;
  let before = '';
  for (const { id, eventTime, quantity, runningQuantity } of events) {
    running += exact(quantity);
    if (running !== exact(runningQuantity)) faults.push(`${id} stands at ${runningQuantity}`);
    // A level reaches into the period from before it.
    if (!isLevel && eventTime < before) faults.push(`${id} comes late`);
    before = eventTime;
  }
  return faults.slice(0, 3);
}

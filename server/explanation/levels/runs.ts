import { toRfc3339 } from '../../domain/instant.ts';
import { amountText, quantityText } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import type { ExplainedRuns, RunLane } from '../explanation.types.ts';
import { slotNumber } from './intervals.ts';

/** So many lanes are drawn: those that cost most. */
const MOST_LANES = 12;
/** So many stretches are told of all lanes together. */
const MOST_STRETCHES = 160;
/** Pauses shorter than that part of the period are the first that are left out, where there are too many stretches. */
const FINEST = 512;

interface Stretch {
  from: number;
  to: number;
  level: bigint;
  isCharged: boolean;
}

interface Lane {
  resource: string;
  slot: number;
  amount: bigint;
  quantity: bigint;
  stretches: Stretch[];
}

/** When what costs most ran, slot by slot; `null` of what is not metered by levels. */
export function runsOf({ period }: FoundCharge, { parts }: OpenedCharge): ExplainedRuns | null {
  const lanes = lanesOf(parts);
  if (lanes.length === 0) return null;
  const told = lanes.sort(byAmount).slice(0, MOST_LANES);
  const most = Math.floor(MOST_STRETCHES / told.length);
  return {
    lanes: told.sort(byName).map((lane) => shown(lane, period, most)),
    others: lanes.length - told.length,
  };
}

function lanesOf(parts: readonly RatedPart[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const part of parts) {
    const { kind, subject, slot, quantity, from, to } = part.contribution;
    if (kind !== 'interval' || to <= from) continue;
    const key = `${slot} ${subject}`;
    const lane = lanes.get(key) ?? {
      ...{ resource: subject, slot: slotNumber(slot), amount: 0n, quantity: 0n, stretches: [] },
    };
    lanes.set(key, lane);
    const amount = part.amount - part.coveredAmount;
    lane.amount += amount;
    lane.quantity += quantity;
    lane.stretches.push({ from, to, level: (quantity * 1_000_000n) / BigInt(to - from), isCharged: amount !== 0n });
  }
  return [...lanes.values()];
}

function shown(
  { resource, slot, amount, quantity, stretches }: Lane,
  period: FoundCharge['period'],
  most: number,
): RunLane {
  const inTime = stretches.sort((a, b) => a.from - b.from);
  let told = joined(inTime, 0);
  const isWhole = told.length <= most;
  for (let part = FINEST; told.length > most && part >= 1; part /= 2)
    told = joined(told, (period.to - period.from) / part);
  return {
    ...{ resource, slot, quantity: quantityText(quantity), amountExact: amountText(amount) },
    stretches: told.map(({ from, to, level, isCharged }) => ({
      ...{ from: toRfc3339(from), to: toRfc3339(to), level: quantityText(level), isCharged },
    })),
    isWhole,
  };
}

/** Stretches alike that follow each other, as one; also over pauses that are no longer than that, whatever they are at. */
function joined(stretches: readonly Stretch[], pause: number): Stretch[] {
  const whole: Stretch[] = [];
  for (const stretch of stretches) {
    const last = whole.at(-1);
    const isAlike = last?.level === stretch.level && last.isCharged === stretch.isCharged;
    if (last === undefined || stretch.from - last.to > pause || (pause === 0 && !isAlike)) whole.push({ ...stretch });
    else {
      last.to = Math.max(last.to, stretch.to);
      last.isCharged ||= stretch.isCharged;
      if (stretch.level > last.level) last.level = stretch.level;
    }
  }
  return whole;
}

function byAmount(a: Lane, b: Lane): number {
  return compare(b.amount, a.amount) || compare(b.quantity, a.quantity) || byName(a, b);
}

function byName(a: Lane, b: Lane): number {
  return compare(a.resource, b.resource) || a.slot - b.slot;
}

function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

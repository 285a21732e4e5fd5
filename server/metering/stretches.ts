import { addsUp, isLevels } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import type { MeterDefinition } from '../domain/meter.ts';
import type { CompiledMeter } from './extract.ts';
import type { LevelTimes } from './intervals.ts';

/** A span of time, half-open. */
interface Span {
  from: Micros;
  to: Micros;
}

/** A meter as it measures in a stretch of time in which its aggregation is one. */
export interface MeterStretch<Of extends CompiledMeter = CompiledMeter> extends Span {
  meter: Of;
}

/**
 * The meter in each stretch of a span in which its aggregation, and how its levels are, stays the same: rising, apart. In
 * each it starts from nothing, and what it comes to in the span is the sum of them. While it is archived it measures
 * nothing, and goes on after. A meter that was never changed so is itself the one stretch; one that rules nowhere in the
 * span has none.
 */
export function stretchesOf<Of extends CompiledMeter>(meter: Of, span: Span): MeterStretch<Of>[] {
  if (meter.rulings === undefined) return [{ meter, ...span }];
  const stretches: MeterStretch<Of>[] = [];
  for (const { from, to, definition } of meter.rulings) {
    const start = Math.max(from ?? span.from, span.from);
    const end = Math.min(to ?? span.to, span.to);
    if (start >= end || definition === null) continue;
    const last = stretches.at(-1);
    const measures = measuring(meter, definition);
    if (last === undefined || !measureAlike(last.meter, measures)) {
      stretches.push({ meter: measures, from: start, to: end });
      continue;
    }
    const { aggregation } = last.meter;
    last.meter = aggregation === definition.aggregation ? measures : { ...measures, aggregation: 'sum' };
    last.to = end;
  }
  const [only, ...others] = stretches;
  // Around it there is nothing to measure.
  return only !== undefined && others.length === 0 ? [{ ...only, ...span }] : stretches;
}

/**
 * The meter as one for the whole of a span: with the aggregation it has there. Where that changes, with one of which
 * neither windows nor groups add up, so that nobody takes their sum for the whole.
 */
export function meterIn<Of extends CompiledMeter>(meter: Of, span: Span): Of {
  if (meter.rulings === undefined) return meter;
  const stretches = stretchesOf(meter, span).map((stretch) => stretch.meter);
  const last = stretches.at(-1);
  if (last === undefined || stretches.length === 1) return last ?? meter;
  const like =
    stretches.find(({ aggregation }) => isLevels(aggregation)) ??
    stretches.findLast(({ aggregation }) => !addsUp(aggregation)) ??
    last;
  return { ...like, description: last.description, unit: last.unit };
}

/** When a meter's contributions are levels; `null` when they never are. */
export function levelTimesOf(meter: CompiledMeter): LevelTimes | null {
  const { rulings } = meter;
  if (rulings === undefined) {
    if (!isLevels(meter.aggregation)) return null;
    const levels = meter.levels ?? 'amount';
    return { at: () => levels, isMixed: false, ends: [] };
  }
  const kinds = rulings.map(({ from, definition }) => ({
    from: from ?? Number.NEGATIVE_INFINITY,
    kind: kindOf(definition),
  }));
  if (kinds.every(({ kind }) => kind === null)) return null;
  const at = (time: Micros) => kinds.findLast(({ from }) => from <= time)?.kind ?? null;
  const ends = kinds.flatMap(({ from, kind }, i) => {
    const before = kinds[i - 1]?.kind ?? null;
    return before !== null && before !== kind ? [from] : [];
  });
  const isMixed = rulings.some(({ definition }) => definition !== null && kindOf(definition) === null);
  return { at, isMixed, ends };
}

/** Whether the meter is asked for a latest value at some time. */
export function isEverLatest({ aggregation, rulings }: CompiledMeter): boolean {
  if (rulings === undefined) return aggregation === 'latest';
  return rulings.some(({ definition }) => definition?.aggregation === 'latest');
}

function kindOf(definition: MeterDefinition | null): 'slots' | 'amount' | null {
  return definition !== null && isLevels(definition.aggregation) ? (definition.levels ?? 'amount') : null;
}

function measureAlike(a: MeterDefinition, b: MeterDefinition): boolean {
  if (addsUp(a.aggregation) && addsUp(b.aggregation)) return true;
  return a.aggregation === b.aggregation && kindOf(a) === kindOf(b);
}

/** The meter with another definition of it in place of the one that rules last; its dimensions stay all it ever had. */
function measuring<Of extends CompiledMeter>(
  meter: Of,
  definition: NonNullable<CompiledMeter['rulings']>[0]['definition'],
): Of {
  const { levels: _, valuePath: __, ...rest } = meter;
  return { ...rest, ...definition } as Of;
}

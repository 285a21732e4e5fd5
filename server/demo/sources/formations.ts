import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { busyness, DAY, MINUTE, momentIn, monthOf } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { type FormationChange, PROCESSES, type ProcessPlan } from '../fleet.ts';
import { fraction, hash, textHash } from '../random.ts';

/** How often the autoscaler may act. */
const STEP = 20 * MINUTE;

/** Level of a process from a moment on, and who or what brought it there. */
interface Level {
  quantity: number;
  size: string;
  cause: string;
  actor: string;
}

/** Levels of the standing formation: one at the start of history, then one at each change. */
export function formations(world: DemoWorld): EventSource {
  return {
    spanDays: 0,
    eventsOf: (day) => PROCESSES.flatMap((plan) => eventsOfProcess(world, plan, day * DAY)),
  };
}

function eventsOfProcess(world: DemoWorld, plan: ProcessPlan, from: number): DemoEvent[] {
  const moments = new Set<number>();
  if (from === world.anchor) moments.add(from);
  for (const { at } of changesUntil(world, plan, from + DAY)) if (at >= from) moments.add(at);
  if (plan.auto !== undefined) {
    for (let step = from; step < from + DAY; step += STEP) moments.add(actsAt(world, plan, step));
  }
  const events: DemoEvent[] = [];
  for (const at of [...moments].sort((a, b) => a - b)) {
    const level = levelAt(world, plan, at);
    const before = at === world.anchor ? null : levelAt(world, plan, at - 1);
    if (before === null ? level.quantity === 0 : before.quantity === level.quantity && before.size === level.size)
      continue;
    events.push(formationEvent(world, plan, at, level, before));
  }
  return events;
}

function formationEvent(
  world: DemoWorld,
  plan: ProcessPlan,
  at: number,
  level: Level,
  before: Level | null,
): DemoEvent {
  return demoEvent(world.seed, {
    accountId: ENTERPRISE,
    at,
    source: '//platform/formation',
    type: EVENT_TYPES.formation,
    subject: `${plan.app}/${plan.process}`,
    data: {
      app: plan.app,
      process: plan.process,
      size: level.size,
      team: TEAM_OF_APP[plan.app],
      quantity: level.quantity,
      previousQuantity: before?.quantity ?? 0,
      ...(before !== null && before.size !== level.size ? { previousSize: before.size } : {}),
      cause: before === null ? 'carried-over' : level.cause,
      actor: before === null ? 'platform' : level.actor,
      ...(plan.space === undefined ? {} : { space: plan.space }),
    },
  });
}

/** Every planned change before `until`, oldest first. */
function changesUntil(world: DemoWorld, plan: ProcessPlan, until: number): { at: number; change: FormationChange }[] {
  const last = monthOf(world.anchor, until);
  const due: { at: number; change: FormationChange }[] = [];
  for (const change of plan.changes ?? []) {
    // A monthly change before the one just past no longer matters: the same change came again.
    const months = change.month === 'every' ? [last - 1, last] : [change.month];
    for (const month of months) {
      if (month < 0) continue;
      const at = momentIn(world.anchor, month, change.day, change.time);
      if (at < until) due.push({ at, change });
    }
  }
  return due.sort((a, b) => a.at - b.at);
}

function levelAt(world: DemoWorld, plan: ProcessPlan, at: number): Level {
  const level: Level = { quantity: plan.quantity, size: plan.size, cause: 'carried-over', actor: 'platform' };
  let changedAt = world.anchor;
  for (const { at: when, change } of changesUntil(world, plan, at + 1)) {
    level.quantity = change.quantity ?? level.quantity;
    level.size = change.size ?? level.size;
    level.cause = change.cause;
    level.actor = change.actor;
    changedAt = when;
  }
  if (plan.auto === undefined) return level;
  const step = Math.floor(at / STEP) * STEP;
  const acts = actsAt(world, plan, step);
  const quantity = wanted(world, plan, at >= acts ? step : step - STEP);
  return changedAt === at ? { ...level, quantity } : { ...level, quantity, cause: 'autoscale', actor: 'autoscaler' };
}

/** When within its step the autoscaler acts: in the first minute, to the millisecond. */
function actsAt(world: DemoWorld, plan: ProcessPlan, step: number): number {
  return step + (hash(world.seed, 0xac75, nameOf(plan), step) % MINUTE);
}

/** How many dynos the autoscaler wants during a step. */
function wanted(world: DemoWorld, plan: ProcessPlan, step: number): number {
  if (plan.auto === undefined) return plan.quantity;
  const { min, max, incident } = plan.auto;
  if (incident !== undefined) {
    const month = monthOf(world.anchor, step);
    const from = momentIn(world.anchor, month, incident.day, incident.from);
    const to = momentIn(world.anchor, month, incident.day, incident.to);
    if (step >= from && step < to) return incident.quantity;
  }
  // Noise that drifts over three hours, so that neighbouring steps mostly agree.
  const drift = 3 * 60 * MINUTE;
  const block = Math.floor(step / drift);
  const share = (step % drift) / drift;
  const here = fraction(world.seed, 0x10ad, nameOf(plan), block);
  const next = fraction(world.seed, 0x10ad, nameOf(plan), block + 1);
  const noise = here + (next - here) * share;
  const load = (busyness(step) / 1.8) * (0.7 + 0.6 * noise);
  return Math.min(max, min + Math.round((max - min) * load * 0.85));
}

function nameOf(plan: ProcessPlan): number {
  return textHash(`${plan.app}/${plan.process}`);
}

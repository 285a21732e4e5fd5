import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { momentIn } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { ADDONS, LOAD_TEST_SPACE, PRIVATE_SPACE } from '../estate.ts';
import { plannedSource } from '../planned.ts';

/** What is said of an add-on that comes, changes plan or goes. */
export interface AddonLevel {
  accountId: string;
  at: number;
  id: string;
  app: string;
  team: string | null;
  service: string;
  plan: string;
  present: boolean;
  actor: string;
  cause: string;
  more?: Record<string, unknown>;
}

/** The level event of an add-on: 1 while it is there, 0 once it is gone. */
export function addonEvent(world: DemoWorld, level: AddonLevel): DemoEvent {
  return demoEvent(world.seed, {
    accountId: level.accountId,
    at: level.at,
    source: '//platform/addons',
    type: EVENT_TYPES.addon,
    subject: level.id,
    data: {
      app: level.app,
      service: level.service,
      plan: level.plan,
      ...(level.team === null ? {} : { team: level.team }),
      quantity: level.present ? 1 : 0,
      cause: level.cause,
      actor: level.actor,
      ...level.more,
    },
  });
}

/** Add-ons and private spaces of the standing apps: what is there when history begins, then each step of their lives. */
export function addons(world: DemoWorld): EventSource {
  return plannedSource([...addonEvents(world), ...spaceEvents(world)]);
}

function addonEvents(world: DemoWorld): DemoEvent[] {
  return ADDONS.flatMap((addon) => {
    const common = {
      accountId: ENTERPRISE,
      id: addon.id,
      app: addon.app,
      team: TEAM_OF_APP[addon.app] ?? null,
      service: addon.service,
    };
    let plan = addon.plan;
    const events: DemoEvent[] = [];
    if (plan !== null) {
      events.push(
        addonEvent(world, {
          ...common,
          at: world.anchor,
          plan,
          present: true,
          actor: 'platform',
          cause: 'carried-over',
        }),
      );
    }
    for (const step of addon.steps ?? []) {
      const now = step.plan ?? plan;
      if (now === null) throw new Error(`add-on ${addon.id} ends before it begins`);
      events.push(
        addonEvent(world, {
          ...common,
          at: momentIn(world.anchor, step.month, step.day, step.time),
          plan: now,
          present: step.plan !== null,
          actor: step.actor,
          cause: step.cause,
          more: {
            ...(plan !== null && plan !== now ? { previousPlan: plan } : {}),
            ...(step.note === undefined ? {} : { note: step.note }),
          },
        }),
      );
      plan = step.plan;
    }
    return events;
  });
}

function spaceEvents(world: DemoWorld): DemoEvent[] {
  const { month, from, to, actor } = LOAD_TEST_SPACE;
  return [
    spaceEvent(world, PRIVATE_SPACE, world.anchor, 1, 'carried-over', 'platform'),
    spaceEvent(world, LOAD_TEST_SPACE, momentIn(world.anchor, month, from.day, from.time), 1, 'created', actor),
    spaceEvent(world, LOAD_TEST_SPACE, momentIn(world.anchor, month, to.day, to.time), 0, 'destroyed', actor),
  ];
}

function spaceEvent(
  world: DemoWorld,
  space: { id: string; kind: string; team: string },
  at: number,
  quantity: number,
  cause: string,
  actor: string,
): DemoEvent {
  return demoEvent(world.seed, {
    accountId: ENTERPRISE,
    at,
    source: '//platform/spaces',
    type: EVENT_TYPES.space,
    subject: space.id,
    data: { space: space.id, kind: space.kind, team: space.team, quantity, cause, actor },
  });
}

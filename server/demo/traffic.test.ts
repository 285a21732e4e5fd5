import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDON_PLANS } from '../catalog/addons.ts';
import { EVENT_TYPES, METERS, RATE_CARD } from '../catalog/catalog.ts';
import { DEMO_ACCOUNTS, REPLAY_ACCOUNT, TEAM_OF_APP } from './accounts.ts';
import { DAY, HOUR } from './calendar.ts';
import { byEventTime, type DemoEvent, isStraggler, receivedAt } from './demo-event.ts';
import { createDemoTraffic } from './traffic.ts';

const anchor = new Date('2026-08-01T00:00:00Z');
const end = new Date('2026-11-24T14:03:07.250Z');
const traffic = createDemoTraffic({ seed: 7, anchor });

function between(from: number, to: number, from7 = traffic): DemoEvent[] {
  return [...from7.eventsBetween(new Date(from), new Date(to))];
}

/** A moment of the history or of the months in which the demo runs on. */
const moment = fc.integer({ min: anchor.getTime() - DAY, max: end.getTime() + 60 * DAY });
/** Spans from an instant to a day; short ones are what the live simulator asks for. */
const span = fc.oneof(
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 0, max: HOUR }),
  fc.integer({ min: 0, max: DAY }),
);

describe('slices of the traffic', () => {
  it('concatenate: [a, c) is [a, b) and [b, c)', () => {
    fc.assert(
      fc.property(moment, span, span, (a, first, second) => {
        const b = a + first;
        const c = b + second;
        expect([...between(a, b), ...between(b, c)]).toEqual(between(a, c));
      }),
      { numRuns: 25 },
    );
  });

  it('do not depend on what was asked before', () => {
    fc.assert(
      fc.property(moment, span, (from, length) => {
        const fresh = createDemoTraffic({ seed: 7, anchor });
        expect(between(from, from + length, fresh)).toEqual(between(from, from + length));
      }),
      { numRuns: 8 },
    );
  });

  it('are in event-time order and within their bounds', () => {
    fc.assert(
      fc.property(moment, span, (from, length) => {
        const events = between(from, from + length);
        expect(events.toSorted(byEventTime)).toEqual(events);
        for (const { timeMicros } of events) {
          expect(timeMicros).toBeGreaterThanOrEqual(Math.max(from, anchor.getTime()) * 1000);
          expect(timeMicros).toBeLessThan((from + length) * 1000);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('are empty before history and for an empty span', () => {
    expect(between(anchor.getTime() - DAY, anchor.getTime())).toEqual([]);
    expect(between(end.getTime(), end.getTime())).toEqual([]);
    expect(between(end.getTime(), end.getTime() - 1000)).toEqual([]);
  });

  it('differ with the seed', () => {
    const other = createDemoTraffic({ seed: 8, anchor });
    const ids = new Set(between(end.getTime() - HOUR, end.getTime()).map(({ event }) => event.id));
    const others = between(end.getTime() - HOUR, end.getTime(), other);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(({ event }) => ids.has(event.id))).toEqual([]);
  });

  it('need a history that starts with a month', () => {
    expect(() => createDemoTraffic({ seed: 7, anchor: new Date('2026-08-02T00:00:00Z') })).toThrow(RangeError);
    expect(() => createDemoTraffic({ seed: 7, anchor: new Date('2026-08-01T02:00:00Z') })).toThrow(RangeError);
  });
});

describe('the whole history', () => {
  const all = between(anchor.getTime(), end.getTime());
  const late = traffic.stragglersBetween(anchor, end);
  const ofType = (type: string) => all.filter(({ event }) => event.type === type);

  it('has a size that seeds quickly', () => {
    expect(all.length).toBeGreaterThan(200_000);
    expect(all.length).toBeLessThan(400_000);
  });

  it('uses no id twice', () => {
    expect(new Set([...all, ...late].map(({ event }) => event.id)).size).toBe(all.length + late.length);
  });

  it('starts with the levels that were in force', () => {
    const first = all.filter(({ timeMicros }) => timeMicros === anchor.getTime() * 1000);
    const subjects = first.map(({ event }) => event.subject);
    expect(subjects).toEqual(expect.arrayContaining(['acme-api/web', 'postgresql-round-31807', 'acme-core', 'acme']));
    expect(first.every(({ event }) => event.data.quantity === undefined || Number(event.data.quantity) >= 1)).toBe(
      true,
    );
  });

  it('leaves the replay account empty', () => {
    expect(all.some(({ accountId }) => accountId === REPLAY_ACCOUNT)).toBe(false);
  });

  it('feeds every meter of the catalog, values and dimensions included', () => {
    const withoutTeams = new Set(DEMO_ACCOUNTS.filter(({ teams }) => !teams.length).map(({ account }) => account.id));
    for (const [key, meter] of Object.entries(METERS)) {
      const events = ofType(meter.eventType);
      expect(events.length, key).toBeGreaterThan(0);
      for (const { event, accountId } of events) {
        for (const path of [meter.valuePath ?? [], Object.values(meter.dimensions)].flat()) {
          const field = path.slice('$.'.length);
          if (field === 'team' && withoutTeams.has(accountId)) continue;
          if (event.data[field] === undefined) expect.fail(`${key}: ${event.subject} lacks ${path}`);
        }
      }
    }
  });

  it('uses only what the rate card prices', () => {
    const sizes = new Set(ofType(EVENT_TYPES.formation).map(({ event }) => `dyno.${event.data.size}`));
    const plans = new Set(ofType(EVENT_TYPES.addon).map(({ event }) => `${event.data.service}:${event.data.plan}`));
    const models = new Set(ofType(EVENT_TYPES.inference).map(({ event }) => `inference.context.${event.data.model}`));
    const priced = RATE_CARD.prices.map((price) => price.key);
    expect(priced).toEqual(expect.arrayContaining([...sizes, ...models]));
    expect(ADDON_PLANS.map(({ service, plan }) => `${service}:${plan}`)).toEqual(expect.arrayContaining([...plans]));
  });

  it('ends every short dyno it starts', () => {
    const open = new Map<string, number>();
    for (const { event, timeMicros } of ofType(EVENT_TYPES.formation)) {
      if (!/\/(run|scheduler|release)\.\d+$/.test(event.subject)) continue;
      if (event.data.quantity === 1) open.set(event.subject, timeMicros);
      else expect(open.delete(event.subject), event.subject).toBe(true);
    }
    // Only those may still run that started in the last hours.
    for (const started of open.values()) expect(started).toBeGreaterThan((end.getTime() - 4 * HOUR) * 1000);
  });

  it('closes review apps with their databases, and keeps some open', () => {
    const levels = new Map<string, unknown>();
    for (const { event } of all) if (event.subject.includes('-pr-')) levels.set(event.subject, event.data.quantity);
    const open = [...levels].filter(([, quantity]) => quantity === 1);
    expect(levels.size).toBeGreaterThan(300);
    expect(open.length).toBeGreaterThan(1);
    expect(open.length).toBeLessThan(40);
  });

  it('has an autoscaler that scales both ways, and sizes that change', () => {
    const web = ofType(EVENT_TYPES.formation).filter(({ event }) => event.subject === 'acme-api/web');
    const by = (cause: string) => web.filter(({ event }) => event.data.cause === cause);
    expect(by('autoscale').some(({ event }) => Number(event.data.quantity) > Number(event.data.previousQuantity))).toBe(
      true,
    );
    expect(by('autoscale').some(({ event }) => Number(event.data.quantity) < Number(event.data.previousQuantity))).toBe(
      true,
    );
    expect(by('resize').map(({ event }) => event.data.size)).toEqual(['performance-m', 'standard-2x']);
  });

  it('names the level before each change truly', () => {
    const quantities = new Map<string, number>();
    for (const { accountId, event } of [...all, ...late].sort(byEventTime)) {
      if (event.type !== EVENT_TYPES.formation || event.data.previousQuantity === undefined) continue;
      const resource = `${accountId} ${event.subject}`;
      expect(event.data.previousQuantity, resource).toBe(quantities.get(resource) ?? 0);
      quantities.set(resource, Number(event.data.quantity));
    }
  });

  it('keeps an add-on that outlived its app, and both databases during an upgrade', () => {
    const life = (id: string) =>
      all.filter(({ event }) => event.subject === id).map(({ event }) => event.data.quantity);
    expect(life('acme-import/web')).toEqual([1, 0]);
    expect(life('postgresql-opaque-66513')).toEqual([1]);
    const [, ended] = all.filter(({ event }) => event.subject === 'postgresql-round-31807');
    const [begun] = all.filter(({ event }) => event.subject === 'postgresql-solid-90355');
    expect(begun?.timeMicros).toBeLessThan(ended?.timeMicros ?? 0);
  });

  it('arrives within seconds, a few events within hours', () => {
    const hours = all.filter(({ receiveDelayMillis }) => receiveDelayMillis > 2000);
    expect(hours.length).toBeGreaterThan(50);
    expect(hours.length).toBeLessThan(all.length / 500);
    expect(hours.some(isStraggler)).toBe(false);
  });

  it('tells of stragglers by their arrival alone', () => {
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(isStraggler)).toBe(true);
    const ids = new Set(all.map(({ event }) => event.id));
    expect(late.filter(({ event }) => ids.has(event.id))).toEqual([]);
    const arrivals = late.map(receivedAt);
    const first = new Date(arrivals[0] ?? 0);
    expect([...traffic.stragglersBetween(anchor, first), ...traffic.stragglersBetween(first, end)]).toEqual(late);
    expect(arrivals.toSorted((a, b) => a - b)).toEqual(arrivals);
  });

  it('peaks in Connect rows on the 14th', () => {
    const main = ofType(EVENT_TYPES.connect).filter(({ event }) => event.subject === 'crm-main');
    const october = main.filter(({ event }) => event.time.startsWith('2026-10'));
    const peak = october.reduce((a, b) => (Number(b.event.data.rows) > Number(a.event.data.rows) ? b : a));
    expect(peak.event.time).toMatch(/^2026-10-14T0[2-6]/);
  });

  it('names the team of every standing app', () => {
    for (const { event } of all) {
      const team = TEAM_OF_APP[String(event.data.app)];
      if (team !== undefined && event.data.team !== team) expect.fail(`${event.subject} has team ${event.data.team}`);
    }
  });
});

import { readEventTime } from '../../domain/instant.ts';
import type { Explanations } from '../../explanation/explanations.ts';
import type { ChangesReader } from '../../explanation/why/changes/changes.ts';
import type { Readings } from '../../metering/watermark.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { Problem } from '../endpoint/problem.ts';
import { comparisonOf } from './comparison.ts';
import {
  chargeParams,
  checksSchema,
  eventSchema,
  eventsQuery,
  explanationPageOf,
  explanationSchema,
  hourSchema,
  intervalSchema,
  pageQuery,
  resourceParams,
  resourceSchema,
} from './explanation-schema.ts';

const UNDER = '/v1/accounts/{accountId}/charges/{chargeId}/explanation';

/** What explanations are told from. */
interface ExplanationDeps {
  explanations: Explanations;
  changes: ChangesReader;
  readings: Readings;
}

/** A charge opened: what it is made of, down to the events. */
export function addExplanationEndpoints(api: Api, deps: ExplanationDeps): void {
  addChargeExplanation(api, deps);
  addChargeCheck(api, deps);
  addResourceOfCharge(api, deps);
  addIntervalsOfResource(api, deps);
  addHoursOfResource(api, deps);
  addEventsOfCharge(api, deps);
}

function addChargeExplanation(api: Api, deps: ExplanationDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: UNDER,
      tag: 'Explanations',
      summary: 'What a charge is made of: steps, prices, resources, and the check that they add up',
      role: 'read',
      params: chargeParams,
      query: pageQuery,
      answers: { 200: { description: 'The explanation, with a page of resources.', schema: explanationSchema } },
    },
    async ({ params: { accountId, chargeId }, query }) => {
      const page = pageAsked(query);
      const answer = deps.readings.together(async () => {
        const explanation = await deps.explanations.explain(accountId, chargeId, page);
        if (explanation === null) return null;
        // What is told of the whole charge is told once.
        const comparison = page.cursor === null ? await comparisonOf(deps, accountId, chargeId) : null;
        return { ...explanation, comparison };
      });
      return { status: 200, body: await opened(answer, chargeId) };
    },
  );
}

function addChargeCheck(api: Api, { explanations }: { explanations: Explanations }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${UNDER}/check`,
      tag: 'Explanations',
      summary: 'Rates every single event of a charge again and compares their sum with the line',
      role: 'read',
      params: chargeParams,
      answers: { 200: { description: 'What they come to.', schema: checksSchema } },
    },
    async ({ params: { accountId, chargeId } }) => {
      return { status: 200, body: await opened(explanations.check(accountId, chargeId), chargeId) };
    },
  );
}

function addResourceOfCharge(api: Api, { explanations }: { explanations: Explanations }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${UNDER}/resources/{resource}`,
      tag: 'Explanations',
      summary: 'What one resource adds to a charge',
      role: 'read',
      params: resourceParams,
      answers: { 200: { description: 'The resource, as in the list of them.', schema: resourceSchema } },
    },
    async ({ params: { accountId, chargeId, resource: name } }) => {
      const answer = await opened(
        explanations.resource(accountId, chargeId, name),
        chargeId,
        `with resource "${name}"`,
      );
      return { status: 200, body: answer.resource };
    },
  );
}

function addIntervalsOfResource(api: Api, { explanations }: { explanations: Explanations }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${UNDER}/resources/{resource}/intervals`,
      tag: 'Explanations',
      summary: 'What a resource of a charge ran, stretch by stretch as it was charged',
      role: 'read',
      params: resourceParams,
      query: pageQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: explanationPageOf(intervalSchema) } },
    },
    async ({ params: { accountId, chargeId, resource: name }, query }) => {
      const page = explanations.intervals(accountId, chargeId, { resource: name, ...pageAsked(query) });
      return { status: 200, body: await opened(page, chargeId, `with intervals of "${name}"`) };
    },
  );
}

function addHoursOfResource(api: Api, { explanations }: { explanations: Explanations }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${UNDER}/resources/{resource}/hours`,
      tag: 'Explanations',
      summary: 'Counted usage of a resource of a charge, hour by hour',
      role: 'read',
      params: resourceParams,
      query: pageQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: explanationPageOf(hourSchema) } },
    },
    async ({ params: { accountId, chargeId, resource: name }, query }) => {
      const page = explanations.hours(accountId, chargeId, { resource: name, ...pageAsked(query) });
      return { status: 200, body: await opened(page, chargeId, `with hours of "${name}"`) };
    },
  );
}

function addEventsOfCharge(api: Api, { explanations }: { explanations: Explanations }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${UNDER}/events`,
      tag: 'Explanations',
      summary: 'The events a charge is made of, in the order they count, each with what it adds',
      role: 'read',
      params: chargeParams,
      query: eventsQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: explanationPageOf(eventSchema) } },
    },
    async ({ params: { accountId, chargeId }, query: { resource: name, from, to, ...page } }) => {
      const micros = (text: string | undefined) => (text === undefined ? null : readEventTime(text));
      const events = explanations.events(accountId, chargeId, {
        ...{ resource: name ?? null, from: micros(from), to: micros(to), ...pageAsked(page) },
      });
      return { status: 200, body: await opened(events, chargeId) };
    },
  );
}

/** The page a query asks for. */
export function pageAsked({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  return { limit, cursor: cursor ?? null };
}

/** @throws Problem 404 for what is not there, 400 for a cursor that no page gave */
export async function opened<Answer>(answer: Promise<Answer | null>, chargeId: string, inside = ''): Promise<Answer> {
  try {
    const value = await answer;
    if (value !== null) return value;
  } catch (error) {
    if (error instanceof RangeError) throw refused(400, '?cursor', 'Must be the nextCursor of the page before.');
    throw error;
  }
  throw new Problem(404, `The account has no charge "${chargeId}"${inside === '' ? '' : ` ${inside}`}.`);
}

import { maySee } from '../access/may-see.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.types.ts';
import { type OpenedLink, openExplanationLink } from '../database/support/explanation-links.ts';
import { addsUp, isLevels } from '../domain/aggregation.ts';
import { type Change, changeOfId } from '../domain/change-id.ts';
import { readEventTime, toRfc3339 } from '../domain/instant.ts';
import type { FoundCharge } from '../explanation/charge/found-charge.ts';
import { type Naming, namingAgain, namingNothing, namingWith } from '../explanation/charge/names.ts';
import type {
  ExplainedEvent,
  ExplainedResource,
  ExplainedWindow,
  ExplanationPage,
} from '../explanation/explanation.types.ts';
import type { Explanations } from '../explanation/explanations.ts';
import { asShared, hashOf } from '../explanation/kept/as-shared.ts';
import { readBasis } from '../explanation/kept/basis.ts';
import { chargeOf } from '../explanation/kept/charge-of-basis.ts';
import { changeAsShared, hashOfChange } from '../explanation/kept/freeze-change.ts';
import { readChange, readChangeBasis } from '../explanation/kept/frozen-change.ts';
import { type FrozenContent, readContent } from '../explanation/kept/frozen-content.ts';
import {
  eventWithoutContent,
  eventWithoutNames,
  intervalWithoutContent,
  intervalWithoutNames,
  resourceWithoutName,
} from '../explanation/kept/hidden-names.ts';
import { openCursor, sealCursor } from '../explanation/kept/sealed-cursor.ts';
import type { IntervalOrder } from '../explanation/levels/intervals.ts';
import { networkOf } from '../fairness/network-of.ts';
import type { LinkOpenings } from '../support/link-openings.ts';
import { shown } from './changes-page.ts';
import type { SharedBelow, SharedChange, SharedExplanation } from './explanation-links.types.ts';
import { notFound } from './not-found.ts';

const ROWS = 100;
const RESOURCES_AT_ONCE = 10_000;

/** Whoever has a link: signed in or not. */
interface Reader {
  viewer: Viewer | null;
  token: string;
  ip: string;
}

/** What the levels below one frozen explanation are read with, and what of it is hidden. */
interface Below {
  link: OpenedLink;
  content: FrozenContent;
  found: FoundCharge;
  secret: string;
  naming: Naming | null;
}

/**
 * Builds what a link shows. Each answer is noted with the link. All are `null` for a link that is unknown, has expired or
 * was taken back: nobody can tell which. Of what is not in its one explanation they throw a 404 `Response`.
 */
export function createSharedExplanation(deps: {
  database: Database;
  explanations: Explanations;
  openings: Pick<LinkOpenings, 'note'>;
  now: () => Date;
}) {
  const { database, explanations, openings, now } = deps;

  const open = async ({ viewer, token, ip }: Reader, part: string): Promise<OpenedLink | null> => {
    const link = await openExplanationLink(database.queries, token, now());
    if (link !== null) openings.note(link.id, { network: networkOf(ip), signedIn: viewer !== null, part });
    return link;
  };

  async function below(reader: Reader, part: string): Promise<Below | null> {
    const link = await open(reader, part);
    if (link === null) return null;
    // A difference is shown as a whole.
    if (changeOfId(link.chargeId) !== null) throw notThere();
    if (link.basis === null) throw notFound('What is below this explanation was not kept.');
    const basis = readBasis(link.basis);
    const { secret } = basis;
    const found = await chargeOf(database.queries, basis);
    const content = shownOf(link);
    return { link, content, found, secret, naming: link.hideNames ? namingWith(secret) : null };
  }

  return {
    /** The first level of a charge, or a difference, as it was frozen. */
    first: async (reader: Reader): Promise<SharedExplanation | SharedChange | null> => {
      const link = await open(reader, 'page');
      if (link === null) return null;
      const change = changeOfId(link.chargeId);
      return change === null ? firstLevel(link, reader.viewer, explanations) : wholeChange(link, change, reader.viewer);
    },
    /** Resources after the first page. */
    resources: async (reader: Reader, cursor: string): Promise<SharedBelow<ExplainedResource> | null> => {
      const at = await below(reader, 'resources');
      if (at === null) return null;
      return read(at, cursor, resourceWithoutName, (page) => explanations.of.resources(at.found, page));
    },
    /** A resource's intervals, or its hours; `null` of both for what is metered by neither. */
    resource: async (reader: Reader, asked: ResourceAsked) => {
      const at = await below(reader, 'resource');
      if (at === null) return null;
      return levelsOf(at, asked, explanations);
    },
    events: async (
      reader: Reader,
      asked: {
        resource: string | null;
        from: string | null;
        to: string | null;
        day: string | null;
        cursor: string | null;
      },
    ): Promise<SharedBelow<ExplainedEvent> | null> => {
      const at = await below(reader, 'events');
      if (at === null) return null;
      const resource = asked.resource === null ? null : await nameOf(explanations, at, asked.resource);
      const within = { resource, from: instant(asked.from), to: instant(asked.to), day: asked.day };
      const page = await read(at, asked.cursor, eventWithoutNames, (question) =>
        explanations.of.events(at.found, { ...within, ...question }),
      );
      if (page.data.length === 0 && resource !== null) throw notThere();
      return at.link.hidePayloads ? { ...page, data: page.data.map(eventWithoutContent) } : page;
    },
  };
}

async function firstLevel(
  link: OpenedLink,
  viewer: Viewer | null,
  explanations: Explanations,
): Promise<SharedExplanation> {
  const { accountId, chargeId } = link;
  const sees = viewer !== null && maySee(viewer, accountId);
  const today = sees ? await explanations.line(accountId, chargeId) : null;
  const content = shownOf(link);
  const { hidePayloads, hideNames } = content.redaction;
  const { changes, ...shownContent } = content;
  return {
    kind: 'charge',
    content: shownContent,
    ...(changes === undefined ? {} : { changes: changes && shown(changes, changes.drivers.length) }),
    contentSha256: hidePayloads || hideNames ? hashOf(content) : link.contentSha256,
    sharedAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    goesDeeper: link.basis !== null,
    now: today && {
      ...{ accountId, chargeId, amountExact: today.amountExact, meteredThrough: toRfc3339(today.meteredThrough) },
    },
  };
}

interface ResourceAsked {
  resource: string;
  order: IntervalOrder;
  cursor: string | null;
}

function wholeChange(link: OpenedLink, asked: Change, viewer: Viewer | null): SharedChange {
  const { accountId, content, basis, hidePayloads, hideNames } = link;
  const naming = basis === null ? namingNothing : namingWith(readChangeBasis(basis).secret);
  const shownAs = changeAsShared(readChange(content).told, { hidePayloads, hideNames }, namingAgain(naming));
  const { changes, ...told } = shownAs.told;
  return {
    kind: 'change',
    told: { ...told, changes: shown(changes, changes.drivers.length) },
    contentSha256: hashOfChange(shownAs),
    sharedAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    now: viewer !== null && maySee(viewer, accountId) ? { accountId, asked } : null,
  };
}

async function levelsOf(at: Below, asked: ResourceAsked, explanations: Explanations) {
  const resource = await nameOf(explanations, at, asked.resource);
  const { aggregation } = at.content.explanation.meter;
  const { of } = explanations;
  const { order } = asked;
  const intervals = isLevels(aggregation)
    ? await read(at, asked.cursor, intervalWithoutNames, (page) => of.intervals(at.found, { resource, order, ...page }))
    : null;
  const hides = at.link.hidePayloads;
  return {
    explanation: at.content.explanation,
    intervals: intervals && hides ? { ...intervals, data: intervals.data.map(intervalWithoutContent) } : intervals,
    hours: addsUp(aggregation)
      ? await read<ExplainedWindow>(at, asked.cursor, asItIs, (page) => of.hours(at.found, { resource, ...page }))
      : null,
  };
}

/** What was kept, with everything hidden that the link is to hide: what was kept long ago may say more. */
function shownOf({ content, basis, hidePayloads, hideNames }: OpenedLink): FrozenContent {
  const naming = basis === null ? namingNothing : namingWith(readBasis(basis).secret);
  return asShared(readContent(content), { hidePayloads, hideNames }, namingAgain(naming));
}

const asItIs = <Row>(row: Row): Row => row;

/** A page of what is below, without names where they are hidden. @throws a 404 `Response` for what is not there */
async function read<Row>(
  { content, secret, naming }: Below,
  cursor: string | null,
  hide: (row: Row, naming: Naming) => Row,
  page: (question: { cursor: string | null; limit: number }) => Promise<ExplanationPage<Row> | null>,
): Promise<SharedBelow<Row>> {
  try {
    const question = { cursor: cursor === null ? null : openCursor(secret, cursor), limit: ROWS };
    const answer = await page(question);
    if (answer !== null) {
      const { data, pageTotal, nextCursor, previousCursor } = answer;
      const sealed = (cursor: string | null) => (cursor === null ? null : sealCursor(secret, cursor));
      return {
        explanation: content.explanation,
        data: naming === null ? data : data.map((row) => hide(row, naming)),
        pageTotal,
        nextCursor: sealed(nextCursor),
        ...(previousCursor === undefined ? {} : { previousCursor: sealed(previousCursor) }),
      };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw notThere();
}

/** The resource that is shown by a name. @throws a 404 `Response` when no resource of the explanation is */
async function nameOf(explanations: Explanations, { found, naming }: Below, shown: string): Promise<string> {
  if (naming === null) return shown;
  let cursor: string | null = null;
  do {
    const page: ExplanationPage<ExplainedResource> | null = await explanations.of.resources(found, {
      cursor,
      limit: RESOURCES_AT_ONCE,
    });
    for (const { resource } of page?.data ?? []) {
      if (naming('resource', resource) === shown) return resource;
    }
    cursor = page?.nextCursor ?? null;
  } while (cursor !== null);
  throw notThere();
}

/** @throws a 404 `Response` for what is no instant */
function instant(text: string | null): number | null {
  if (text === null) return null;
  const at = readEventTime(text);
  if (at === null) throw notThere();
  return at;
}

function notThere(): Response {
  return notFound('There is nothing like that in this explanation.');
}

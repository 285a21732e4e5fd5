import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.types.ts';
import { readEventTime } from '../domain/instant.ts';
import type { CorrectionsOfCharges } from '../explanation/corrections/corrections-of-charges.ts';
import type { Explanations } from '../explanation/explanations.ts';
import type { DaysOfCharges } from '../explanation/levels/day-of-charge.ts';
import type { IntervalOrder } from '../explanation/levels/intervals.ts';
import type { Receipts } from '../explanation/receipt.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import { changesBeside } from './changes-page.ts';
import { notFound } from './not-found.ts';
import { pageScope } from './page-scope.ts';
import type { ChangesBeside } from './spend-pages.types.ts';

interface OfCharge {
  accountId: string;
  chargeId: string;
  cursor?: string;
}

const ROWS = 50;
/** So many drivers stand beside a charge. */
const DRIVERS = 5;

/** Builds the answers of the pages that open a charge; all throw a 404 `Response` for what is not there or not the viewer's. */
export function createExplanationPages(deps: {
  database: Database;
  explanations: Explanations;
  days: DaysOfCharges;
  corrections: CorrectionsOfCharges;
  receipts: Receipts;
  changes: ChangesReader;
  now: () => Date;
  onError: (error: unknown) => void;
}) {
  const { database, explanations, days, now } = deps;
  const page = ({ cursor }: { cursor?: string }) => ({ cursor: cursor ?? null, limit: ROWS });

  /** Nobody learns from an answer whether a charge is another's or nobody's. */
  async function open<Answer>(
    viewer: Viewer,
    { accountId }: { accountId: string },
    read: () => Promise<Answer | null>,
  ) {
    await pageScope(database.queries, viewer, { accountId }, now());
    try {
      const answer = await read();
      if (answer !== null) return answer;
    } catch (error) {
      if (error instanceof RangeError) throw notFound('There is no such page of this charge.');
      throw error;
    }
    throw notFound('There is no such charge in this account.');
  }

  return {
    correction: (viewer: Viewer, question: OfCharge) =>
      open(viewer, question, () => deps.corrections.correction(question.accountId, question.chargeId)),
    correctionsSince: (viewer: Viewer, question: OfCharge) =>
      open(viewer, question, () => deps.corrections.since(question.accountId, question.chargeId)),
    explain: (viewer: Viewer, question: OfCharge) =>
      open(viewer, question, () => explanations.explain(question.accountId, question.chargeId, page(question))),
    /** The largest drivers of the difference to the period before. */
    changes: async (viewer: Viewer, { accountId, chargeId }: OfCharge): Promise<ChangesBeside> => {
      await pageScope(database.queries, viewer, { accountId }, now());
      return changesBeside(deps.changes.ofCharge(accountId, chargeId), DRIVERS, deps.onError);
    },
    resource: (viewer: Viewer, { resource, ...question }: OfCharge & { resource: string }) =>
      open(viewer, question, () => explanations.resource(question.accountId, question.chargeId, resource)),
    head: (viewer: Viewer, question: OfCharge) =>
      open(viewer, question, () => explanations.head(question.accountId, question.chargeId)),
    day: (viewer: Viewer, { day, ...question }: OfCharge & { day: string }) =>
      open(viewer, question, () => days(question.accountId, question.chargeId, { day, ...page(question) })),
    intervals: (
      viewer: Viewer,
      { resource, order, ...question }: OfCharge & { resource: string; order: IntervalOrder },
    ) =>
      open(viewer, question, () =>
        explanations.intervals(question.accountId, question.chargeId, { resource, order, ...page(question) }),
      ),
    windows: (viewer: Viewer, { resource, ...question }: OfCharge & { resource: string }) =>
      open(viewer, question, () =>
        explanations.hours(question.accountId, question.chargeId, { resource, ...page(question) }),
      ),
    events: (viewer: Viewer, question: OfCharge & { resource?: string; from?: string; to?: string; day?: string }) =>
      open(viewer, question, () =>
        explanations.events(question.accountId, question.chargeId, {
          resource: question.resource ?? null,
          from: instant(question.from),
          to: instant(question.to),
          day: question.day ?? null,
          ...page(question),
        }),
      ),
    receipt: async (viewer: Viewer, { accountId, source, id }: { accountId: string; source: string; id: string }) => {
      await pageScope(database.queries, viewer, { accountId }, now());
      const found = await deps.receipts.page(accountId, source, id);
      if (found === null) throw notFound('The account has no event by this source and id.');
      return found;
    },
  };
}

/** @throws RangeError for what is no instant */
function instant(text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = readEventTime(text);
  if (at === null) throw new RangeError(`"${text}" is no instant`);
  return at;
}

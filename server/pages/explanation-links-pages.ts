import type { Viewer } from '../access/viewer.ts';
import type { Database, Queries } from '../database/database.types.ts';
import {
  createExplanationLink,
  type ExplanationLink,
  listExplanationLinks,
  listLinkOpens,
  revokeExplanationLink,
} from '../database/support/explanation-links.ts';
import { changeOfId } from '../domain/change-id.ts';
import { LINK_NOTE_LONGEST, LINK_TERMS } from '../domain/policy.ts';
import { unfitInLine } from '../domain/text/plain-text.ts';
import type { Freeze } from '../explanation/explanation.types.ts';
import type { LinkOpenings } from '../support/link-openings.ts';
import { speakerOf } from '../support/speaker.ts';
import type { ExplanationLinksPage, ExplanationLinkView } from './explanation-links.types.ts';
import { cursorAsked, notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';

const LINKS_SHOWN = 20;
const LINKS_ON_A_PAGE = 50;
const OPENINGS_SHOWN = 20;
const LINK_ID = /^lnk_[a-z0-9]{1,60}$/;
const HOUR_MS = 3_600_000;

/** What the share form is put together from. */
export interface ExplanationLinksPagesDeps {
  database: Database;
  freeze: Freeze;
  openings: Pick<LinkOpenings, 'flush'>;
  publicUrl: string;
  now: () => Date;
}

/** Builds what the share form does; see `PageAnswers.explanationLinks`. */
export function createExplanationLinksPages({ database, freeze, openings, publicUrl, now }: ExplanationLinksPagesDeps) {
  const { queries } = database;
  const accountFor = (viewer: Viewer, accountId: string) => pageScope(queries, viewer, { accountId }, now());

  const viewOf = (accountId: string, link: ExplanationLink) => linkView(queries, accountId, link);

  return {
    list: async (
      viewer: Viewer,
      { accountId, chargeId }: { accountId: string; chargeId: string },
    ): Promise<ExplanationLinkView[]> => {
      await accountFor(viewer, accountId);
      await openings.flush();
      const links = await listExplanationLinks(queries, accountId, { before: null, limit: LINKS_SHOWN, chargeId });
      return Promise.all(links.map((link) => viewOf(accountId, link)));
    },
    /** All links of an account, newest first, also those that ended. */
    ofAccount: async (viewer: Viewer, asked: { accountId: string; cursor?: string }): Promise<ExplanationLinksPage> => {
      const { account } = await accountFor(viewer, asked.accountId);
      const before = cursorAsked(asked.cursor, LINK_ID);
      await openings.flush();
      const rows = await listExplanationLinks(queries, account.id, { before, limit: LINKS_ON_A_PAGE + 1 });
      const links = rows.slice(0, LINKS_ON_A_PAGE);
      return {
        account: accountOfPage(account),
        data: await Promise.all(
          links.map(async (link) => {
            const change = changeOfId(link.chargeId);
            const subject = { chargeId: change === null ? link.chargeId : null, change };
            return { ...(await viewOf(account.id, link)), ...subject, description: link.description };
          }),
        ),
        nextCursor: rows.length > links.length ? (links.at(-1)?.id ?? null) : null,
      };
    },
    create: async (viewer: Viewer, asked: LinkAsked): Promise<{ url: string } | { error: string }> => {
      const { accountId, chargeId, hidePayloads, hideNames } = asked;
      await accountFor(viewer, accountId);
      const read = readAsked(asked);
      if ('error' in read) return read;
      const redaction = { hidePayloads, hideNames };
      const frozen = await freeze(accountId, chargeId, redaction);
      if (frozen === null) throw notFound('There is no such charge in this account, or nothing to compare.');
      const { principal, name } = speakerOf(viewer);
      const at = now();
      const link = {
        ...{ chargeId, frozen, redaction, note: read.note, createdBy: principal, createdByName: name },
        expiresAt: new Date(at.getTime() + read.hours * HOUR_MS),
      };
      const made = await database.serializable((tx) => createExplanationLink(tx, accountId, link, at));
      return { url: `${publicUrl}/s/${made.token}` };
    },
    revoke: async (viewer: Viewer, { accountId, linkId }: { accountId: string; linkId: string }): Promise<void> => {
      await accountFor(viewer, accountId);
      // What stands in a form may have been written by anybody; a link that is none has nothing to be revoked.
      if (LINK_ID.test(linkId)) await revokeExplanationLink(queries, accountId, linkId, now());
    },
  };
}

async function linkView(queries: Queries, accountId: string, link: ExplanationLink): Promise<ExplanationLinkView> {
  const { id, note, hidePayloads, hideNames, opens, createdByName, createdAt, expiresAt, revokedAt } = link;
  const opened = await listLinkOpens(queries, accountId, id, { before: null, limit: OPENINGS_SHOWN });
  return {
    ...{ id, note, hidePayloads, hideNames, opens, createdBy: createdByName },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    openings: (opened ?? []).map(({ id, openedAt, count, network, signedIn }) => {
      return { id, at: openedAt.toISOString(), count, network, signedIn };
    }),
  };
}

/** What a share form asks for. */
interface LinkAsked {
  accountId: string;
  /** Of the charge, or of the difference. */
  chargeId: string;
  expiresIn: string;
  note: string;
  hidePayloads: boolean;
  hideNames: boolean;
}

/** For how many hours the link is to be valid and with which note, or what is wrong with the form. */
function readAsked({ expiresIn, note: text }: LinkAsked): { hours: number; note: string | null } | { error: string } {
  const hours = LINK_TERMS.find(({ name }) => name === expiresIn)?.hours;
  if (hours === undefined) return { error: 'Choose how long the link is valid.' };
  const note = text.trim();
  if (note.length > LINK_NOTE_LONGEST || unfitInLine(note) !== null) {
    return { error: `Write the note in one line of at most ${LINK_NOTE_LONGEST} characters.` };
  }
  return { hours, note: note === '' ? null : note };
}

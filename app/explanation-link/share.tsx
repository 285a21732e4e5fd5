import { Form, Link } from '@remix-run/react';
import { LINK_NOTE_LONGEST, LINK_TERM, LINK_TERMS } from '#server/domain/policy.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import type { ExplanationLinkView } from '#server/pages/explanation-links.types.ts';
import { momentText } from '../format/time.ts';
import { paths } from '../paths.ts';

/** What came of sharing: an address, or why not. */
export interface Shared {
  url: string | null;
  error?: string;
}

interface ShareProps {
  links: ExplanationLinkView[];
  made: Shared | undefined;
  account: Explanation['account'];
  loadedAt: string;
  /** What is shared, in a word. */
  what: 'explanation' | 'difference';
  /** The id of the difference, of one. */
  change?: string;
}

/** Makes links to what the page shows as it is now, and shows those that were made, who opened them, and takes them back. */
export function Share({ links, made, account, loadedAt, what, change }: ShareProps) {
  const moment = (instant: string) => momentText(instant, account.timeZone, loadedAt);
  return (
    <section id="share" className="card scroll-mt-4 print:hidden" aria-labelledby="share-title">
      <h2 id="share-title" className="mb-2">
        Share
      </h2>
      <p className="mb-3 max-w-150 text-ink-2">
        A link shows this {what} as it is now to whoever has it, without signing in, until it expires or you take it
        back. Nothing else of the account can be reached by it.{' '}
        <Link className="text-link" to={paths.links(account.id)}>
          All links of {account.name}
        </Link>
      </p>
      {made?.error && <p className="note-bad mb-3">{made.error}</p>}
      {made?.url && (
        <p className="note-plain mb-3" role="status">
          Shown once, so copy it now:{' '}
          <a className="text-link break-anywhere" href={made.url}>
            {made.url}
          </a>
        </p>
      )}
      <NewLink change={change} />
      {links.length > 0 && <LinkTable links={links} moment={moment} of={what === 'explanation' ? 'charge' : what} />}
    </section>
  );
}

/** For how long, and without what. */
function NewLink({ change }: { change: string | undefined }) {
  return (
    <Form method="post" className="flex flex-wrap items-end gap-3" preventScrollReset>
      {change !== undefined && <input type="hidden" name="change" value={change} />}
      <label className="field">
        Valid for
        <select className="input" name="expiresIn" defaultValue={LINK_TERM.name}>
          {LINK_TERMS.map(({ name, words }) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        Note, for yourself
        <input className="input" name="note" maxLength={LINK_NOTE_LONGEST} />
      </label>
      <label className="flex min-h-9 items-center gap-2">
        <input type="checkbox" name="hidePayloads" /> without what events contain
      </label>
      <label className="flex min-h-9 items-center gap-2">
        <input type="checkbox" name="hideNames" /> without names
      </label>
      <button className="button-primary" type="submit" name="intent" value="share">
        Make a link
      </button>
    </Form>
  );
}

type Moment = (instant: string) => string;

function LinkTable({ links, moment, of }: { links: ExplanationLinkView[]; moment: Moment; of: string }) {
  return (
    <table className="numbers mt-4">
      <caption className="sr-only">Links to this {of}</caption>
      <thead>
        <tr>
          <th scope="col">Made</th>
          <th scope="col" className="on-wide">
            Until
          </th>
          <th scope="col" className="n">
            Opened
          </th>
          <th scope="col">
            <span className="sr-only">Take back</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <LinkRow key={link.id} link={link} moment={moment} />
        ))}
      </tbody>
    </table>
  );
}

function LinkRow({ link, moment }: { link: ExplanationLinkView; moment: Moment }) {
  return (
    <tr>
      <th scope="row" className="break-anywhere">
        {moment(link.createdAt)} <span className="text-ink-3">by {link.createdBy}</span>
        {link.note && <span className="block text-ink-2">{link.note}</span>}
        {link.openings.length > 0 && (
          <details>
            <summary className="w-fit text-ink-3">who opened it</summary>
            <ul className="plain-list text-fine">
              {link.openings.map((opening) => (
                <li key={opening.id}>
                  {moment(opening.at)}, {opening.network ?? 'network not known'},{' '}
                  {opening.signedIn ? 'signed in' : 'not signed in'}
                  {opening.count > 1 && `, ${opening.count} times in that minute`}
                </li>
              ))}
            </ul>
          </details>
        )}
      </th>
      <td className="on-wide">{link.revokedAt ? `taken back ${moment(link.revokedAt)}` : moment(link.expiresAt)}</td>
      <td className="n">{link.opens}</td>
      <td>
        {link.revokedAt === null && (
          <Form method="post" preventScrollReset>
            <input type="hidden" name="link" value={link.id} />
            <button className="button" type="submit" name="intent" value="revoke">
              Take back
            </button>
          </Form>
        )}
      </td>
    </tr>
  );
}

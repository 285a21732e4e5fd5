import { Form, Link } from '@remix-run/react';
import type { ExplanationLinksPage } from '#server/pages/explanation-links.types.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface LinkRowProps {
  link: ExplanationLinksPage['data'][number];
  account: ExplanationLinksPage['account'];
  loadedAt: string;
}

/** One link; what has ended says so, and cannot be taken back any more. */
export function LinkRow({ link, account, loadedAt }: LinkRowProps) {
  const moment = (instant: string) => (
    <time dateTime={instant} title={instant}>
      {momentText(instant, account.timeZone, loadedAt)}
    </time>
  );
  const { revokedAt, expiresAt, openings, chargeId, change } = link;
  const to =
    change !== null ? paths.change(account.id, change) : chargeId !== null ? paths.charge(account.id, chargeId) : null;
  const earlier = link.opens - openings.reduce((sum, { count }) => sum + count, 0);
  const hasEnded = revokedAt !== null || expiresAt <= loadedAt;
  const until =
    revokedAt !== null ? (
      <>taken back {moment(revokedAt)}</>
    ) : (
      <>
        {hasEnded ? 'ended ' : 'until '}
        {moment(expiresAt)}
      </>
    );
  return (
    <tr className="line-row">
      {/* What can be opened gives a header no name of its own. */}
      <th scope="row" className="break-anywhere" aria-label={link.description}>
        {to === null ? (
          <b className="font-semibold">{link.description}</b>
        ) : (
          <Link className="text-link font-semibold" to={to}>
            {link.description}
          </Link>
        )}{' '}
        {hasEnded && <span className="tag tag-over">ended</span>}
        {link.note !== null && <span className="block text-ink-2">{link.note}</span>}
        <span className="block text-fine text-ink-3">
          made {moment(link.createdAt)} by {link.createdBy}
          {link.hideNames && ', without names'}
          {link.hidePayloads && ', without what events contain'}
        </span>
        <span className="block text-fine text-ink-3 wide:hidden">{until}</span>
        {openings.length > 0 && (
          <details>
            <summary className="w-fit text-fine text-ink-3">who opened it</summary>
            <ul className="plain-list text-fine">
              {openings.map((opening) => (
                <li key={opening.id}>
                  {moment(opening.at)}, {opening.network ?? 'network not known'},{' '}
                  {opening.signedIn ? 'signed in' : 'not signed in'}
                  {opening.count > 1 && `, ${opening.count} times in that minute`}
                </li>
              ))}
            </ul>
            {earlier > 0 && <p className="text-fine">and {earlier} earlier</p>}
          </details>
        )}
      </th>
      <td className="on-wide text-ink-2">{until}</td>
      <td className="n">{link.opens}</td>
      <td>
        {!hasEnded && (
          <Form method="post" preventScrollReset>
            <input type="hidden" name="link" value={link.id} />
            <button className="button" type="submit">
              Take back
            </button>
          </Form>
        )}
      </td>
    </tr>
  );
}

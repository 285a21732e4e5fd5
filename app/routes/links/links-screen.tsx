import { Link } from '@remix-run/react';
import type { ExplanationLinksPage } from '#server/pages/explanation-links.types.ts';
import { paths } from '../../paths.ts';
import { LinkRow } from './link-row.tsx';

interface LinksScreenProps {
  page: ExplanationLinksPage;
  /** Nothing is newer than these. */
  isFirst: boolean;
  loadedAt: string;
}

/** Every link to a charge, or a difference, of the account: what it shows, to whom it was opened, and the way to take it back. */
export function LinksScreen({ page, isFirst, loadedAt }: LinksScreenProps) {
  const { account, data, nextCursor } = page;
  return (
    <>
      <h1 className="mb-1">Links</h1>
      <p className="mb-4 max-w-150 text-ink-2">
        Each shows one charge, or one difference, as it was, to whoever has it, until it ends. The address of a link was
        shown once, when it was made, and cannot be shown again.
      </p>
      <section className="card">
        {data.length === 0 ? (
          <p className="max-w-150 text-ink-2">
            {isFirst
              ? 'No charge has been shared yet. Open a charge, or what changed, and share it there.'
              : 'No link is older than these.'}
          </p>
        ) : (
          <table className="numbers">
            <caption className="sr-only">Links, newest first</caption>
            <thead>
              <tr>
                <th scope="col">What it shows</th>
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
              {data.map((link) => (
                <LinkRow key={link.id} link={link} account={account} loadedAt={loadedAt} />
              ))}
            </tbody>
          </table>
        )}
        {(nextCursor !== null || !isFirst) && (
          <p className="mt-3 flex gap-4">
            {!isFirst && (
              <Link className="text-link" to={paths.links(account.id)}>
                Newest links
              </Link>
            )}
            {nextCursor !== null && (
              <Link className="text-link" to={paths.links(account.id, nextCursor)}>
                Older links
              </Link>
            )}
          </p>
        )}
      </section>
    </>
  );
}

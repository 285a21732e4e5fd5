import { Link } from '@remix-run/react';
import type { SharedChange } from '#server/pages/explanation-links.types.ts';
import { ChangesBody } from '../../changes/changes-body.tsx';
import { ChangesHead } from '../../changes/changes-head.tsx';
import { namesOf } from '../../changes/span-names.ts';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

/** A difference as it was when it was shared, for whoever has the link; nothing in it leads into the account. */
export function SharedChangeScreen({ shared }: { shared: SharedChange }) {
  const { told, contentSha256, expiresAt, now } = shared;
  const { account, changes } = told;
  const names = namesOf(told, changes);
  const moment = (instant: string) => (
    <time dateTime={instant} title={instant}>
      {momentText(instant, account.timeZone, null)}
    </time>
  );
  const today = now && paths.change(now.accountId, now.asked);
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-250 px-4 py-6 outline-none">
      <p className="note-plain mb-4">
        This is what made the difference when everything up to {moment(changes.meteredThrough)} was metered. It does not
        change. The link ends {moment(expiresAt)}.
        {today && (
          <>
            {' '}
            <Link className="text-link" to={today}>
              What changed, as it is now
            </Link>
          </>
        )}
      </p>
      <ChangesHead of={told} changes={changes} names={names} from={`${account.name}, ${names.now}`} loadedAt={null} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <ChangesBody accountId={null} changes={changes} names={names} />
        <p className="text-fine text-ink-3">
          SHA-256 of what is shown: <span className="break-anywhere font-mono">{contentSha256}</span>
        </p>
      </div>
    </main>
  );
}

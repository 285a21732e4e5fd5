import { Link } from '@remix-run/react';
import { exactText } from '#server/domain/decimal.ts';
import type { SharedExplanation } from '#server/pages/explanation-links.types.ts';
import { ChargeChanges } from '../../changes/charge-changes.tsx';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { ExplanationBody } from '../../explanation/explanation-body.tsx';
import { Resources } from '../../explanation/resources.tsx';
import { SharedBy } from '../../explanation-link/shared-by.tsx';
import { momentText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

interface SharedScreenProps {
  token: string;
  shared: SharedExplanation;
}

/** A charge as it was when it was shared, for whoever has the link. */
export function SharedScreen({ token, shared }: SharedScreenProps) {
  const { content, changes, contentSha256, expiresAt, goesDeeper, now } = shared;
  const { explanation } = content;
  const { account, invoice, meteredThrough, charge, resourceCount, resources, nextResources } = explanation;
  const moment = (instant: string) => momentText(instant, account.timeZone, null);
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-250 px-4 py-6 outline-none">
      <p className="note-plain mb-4">
        <SharedBy account={account} /> This is how the charge stood when everything up to{' '}
        <time dateTime={meteredThrough} title={meteredThrough}>
          {moment(meteredThrough)}
        </time>{' '}
        was metered. It does not change. The link ends {moment(expiresAt)}.
        {now && (
          <>
            {' '}
            {now.amountExact === charge.amountExact
              ? 'Nothing changed since.'
              : `Now it comes to ${exactText(now.amountExact, invoice.minorUnit)} ${invoice.currency}, metered through ${moment(now.meteredThrough)}.`}{' '}
            <Link className="text-link" to={paths.charge(now.accountId, now.chargeId)}>
              The charge as it is now
            </Link>
          </>
        )}
      </p>
      <ChargeHead explanation={explanation} loadedAt={null} linked={false}>
        {goesDeeper && (
          <p className="mt-2 print:hidden">
            <Link className="button" to={paths.sharedEvents(token)}>
              All events
            </Link>
          </p>
        )}
      </ChargeHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <ExplanationBody
          explanation={explanation}
          loadedAt={null}
          allEvents={goesDeeper ? paths.sharedEvents(token) : null}
        >
          <ChargeChanges changes={changes} invoice={invoice} to={null} />
        </ExplanationBody>
        <section className="card" aria-labelledby="resources">
          <h2 id="resources" className="mb-2">
            {resourceCount === 1 ? 'One resource' : `${resourceCount} resources`}
          </h2>
          <Resources
            explanation={explanation}
            resources={resources}
            to={goesDeeper ? (name) => paths.sharedResource(token, name) : null}
          />
          {goesDeeper && nextResources !== null && (
            <p className="mt-3">
              <Link className="text-link" to={paths.shared(token, nextResources)}>
                Further resources
              </Link>
            </p>
          )}
        </section>
        <p className="text-fine text-ink-3">
          SHA-256 of what is shown: <span className="break-anywhere font-mono">{contentSha256}</span>
        </p>
      </div>
    </main>
  );
}

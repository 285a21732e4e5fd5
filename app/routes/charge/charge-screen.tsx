import { Link } from '@remix-run/react';
import type { CorrectionsSince } from '#server/explanation/corrections/correction.types.ts';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import type { ExplanationLinkView } from '#server/pages/explanation-links.types.ts';
import type { ChangesBeside } from '#server/pages/spend-pages.types.ts';
import { ChargeChanges } from '../../changes/charge-changes.tsx';
import { ChargeHead } from '../../explanation/charge-head.tsx';
import { ExplanationBody } from '../../explanation/explanation-body.tsx';
import { Resources } from '../../explanation/resources.tsx';
import { Share, type Shared } from '../../explanation-link/share.tsx';
import { dayOf } from '../../format/time.ts';
import { paths } from '../../paths.ts';
import { CorrectedSince } from './corrected-since.tsx';

interface ChargeScreenProps {
  explanation: Explanation;
  since: CorrectionsSince;
  /** Against the period before; `null` without one, and on later pages. */
  changes: ChangesBeside;
  links: ExplanationLinkView[];
  /** What came of sharing it just now. */
  made: Shared | undefined;
  isFirst: boolean;
  loadedAt: string;
}

/** A charge opened: why it is what it is, down to its resources. */
export function ChargeScreen({ explanation, since, changes, links, made, isFirst, loadedAt }: ChargeScreenProps) {
  const marks = [...explanation.marks, ...since.marks].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const { account, charge, nextResources, resources, resourceCount } = explanation;
  return (
    <>
      <ChargeHead explanation={explanation} loadedAt={loadedAt} linked>
        <p className="mt-2 flex flex-wrap gap-2 print:hidden">
          <Link className="button" to={paths.chargeEvents(account.id, charge.chargeId)}>
            All events
          </Link>
          <Link className="button" to={paths.chargeDay(account.id, charge.chargeId, lastDayOf(explanation))}>
            Day by day
          </Link>
          <Link className="button" to={paths.changes(account.id, { charge: charge.chargeId })}>
            What changed
          </Link>
          <Link className="button" to={paths.ask(account.id, charge.chargeId)}>
            Ask about it
          </Link>
          <a className="button" href="#share">
            Share
          </a>
        </p>
      </ChargeHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {isFirst && <CorrectedSince explanation={explanation} since={since} />}
        {isFirst && (
          <ExplanationBody
            explanation={{ ...explanation, marks }}
            loadedAt={loadedAt}
            linked
            allEvents={paths.chargeEvents(account.id, charge.chargeId)}
          >
            <ChargeChanges
              changes={changes}
              invoice={explanation.invoice}
              to={paths.changes(account.id, { charge: charge.chargeId })}
            />
          </ExplanationBody>
        )}
        <section className="card" aria-labelledby="resources">
          <h2 id="resources" className="mb-2">
            {resourceCount === 1 ? 'One resource' : `${resourceCount} resources`}
          </h2>
          <Resources
            explanation={explanation}
            resources={resources}
            to={(resource) => paths.chargeResource(account.id, charge.chargeId, resource)}
          />
          <p className="mt-3 flex gap-3">
            {!isFirst && (
              <Link className="text-link" to={paths.charge(account.id, charge.chargeId)}>
                From the first
              </Link>
            )}
            {nextResources !== null && (
              <Link className="text-link" to={paths.charge(account.id, charge.chargeId, nextResources)}>
                Further resources
              </Link>
            )}
          </p>
        </section>
        <Share links={links} made={made} account={account} loadedAt={loadedAt} what="explanation" />
      </div>
    </>
  );
}

/** The last day of the charge that is metered, if only in part. */
function lastDayOf({ invoice: { period }, meteredThrough }: Pick<Explanation, 'invoice' | 'meteredThrough'>): string {
  const last = Math.min(Date.parse(meteredThrough), Date.parse(period.to) - 1);
  return dayOf(new Date(Math.max(last, Date.parse(period.from))).toISOString(), period.timeZone);
}

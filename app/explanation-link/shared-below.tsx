import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { Explanation } from '#server/explanation/explanation.types.ts';
import { ChargeHead } from '../explanation/charge-head.tsx';
import { paths } from '../paths.ts';
import { SharedBy } from './shared-by.tsx';

interface SharedBelowProps {
  token: string;
  explanation: Explanation;
  /** What is listed. */
  title: string;
  children: ReactNode;
}

/** The frame of a page below a shared explanation: which charge it is of, as of when, and the way back. */
export function SharedBelow({ token, explanation, title, children }: SharedBelowProps) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-250 px-4 py-6 outline-none">
      <p className="note-plain mb-4">
        <SharedBy account={explanation.account} /> This is what the charge was made of when it was shared. It does not
        change.{' '}
        <Link className="text-link" to={paths.shared(token)}>
          Back to the whole charge
        </Link>
      </p>
      <ChargeHead explanation={explanation} loadedAt={null} linked={false} />
      <section className="card" aria-labelledby="listed">
        <h2 id="listed" className="mb-2 break-anywhere">
          {title}
        </h2>
        {children}
      </section>
    </main>
  );
}

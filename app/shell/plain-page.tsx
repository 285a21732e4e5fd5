import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { paths } from '../paths.ts';

/** A page outside any account: signing in, choosing an account, an error that leaves nothing else to show. */
export function PlainPage({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-105 flex-col gap-8 px-4 py-8 wide:py-20">
      <header>
        <Link to={paths.home()} className="inline-flex items-center gap-2 font-semibold">
          <Mark />
          Plainbill
        </Link>
      </header>
      <main id="main" tabIndex={-1} className="flex flex-col gap-6 outline-none">
        {children}
      </main>
    </div>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M8 24v-6h4v6zM14 24V8h4v16zM20 24V13h4v11z" className="fill-accent-ink" />
    </svg>
  );
}

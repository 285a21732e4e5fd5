import { Link, useLocation, useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import { useHydrated } from '../hydrated.ts';
import { paths } from '../paths.ts';
import { problemText } from './problem-text.ts';

const RETRY_EVERY_MS = 10_000;

/** An error as a designed state: what is missing, what to do, and a way on. `what` names the part that is missing. */
export function Problem({ error, what }: { error: unknown; what?: string }) {
  const { status, title, detail, advice, retry } = problemText(error);
  const { pathname, search } = useLocation();
  return (
    <section className="flex max-w-150 flex-col gap-2" aria-labelledby="problem">
      <p className="text-fine text-ink-3">{what ? `${what} · ${status}` : status}</p>
      <h1 id="problem" className="text-lead">
        {title}
      </h1>
      <p>{detail}</p>
      <p className="text-ink-2">{advice}</p>
      <p className="mt-2 flex flex-wrap items-center gap-3">
        {retry && (
          <a href={pathname + search} className="button">
            Try again
          </a>
        )}
        <Link to={paths.accounts()} className="button">
          Choose an account
        </Link>
        {status === 503 && <Retrying />}
      </p>
    </section>
  );
}

/** A store that is down usually comes back: the page looks for it by itself. */
function Retrying() {
  const { revalidate } = useRevalidator();
  const hydrated = useHydrated();
  useEffect(() => {
    const timer = setInterval(revalidate, RETRY_EVERY_MS);
    return () => clearInterval(timer);
  }, [revalidate]);
  return hydrated ? (
    <span className="text-fine text-ink-3">Trying again every {RETRY_EVERY_MS / 1000} seconds.</span>
  ) : null;
}

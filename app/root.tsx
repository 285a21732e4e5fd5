import '@fontsource-variable/inter/wght.css';
import './styles/app.css';
import type { LinksFunction, MetaFunction } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteError } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useNonce } from './nonce.ts';
import { NavigationProgress } from './shell/navigation-progress.tsx';
import { PlainPage } from './shell/plain-page.tsx';
import { Problem } from './shell/problem.tsx';
import { problemText } from './shell/problem-text.ts';

export const links: LinksFunction = () => [{ rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }];

/** For what has no title of its own, errors above all. */
export const meta: MetaFunction = ({ error }) => [
  { title: error ? `${problemText(error).title} · Plainbill` : 'Plainbill' },
];

/** The document around every page, error pages too. Inline scripts carry the nonce of the answer. */
export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <Meta />
        <Links />
      </head>
      <body>
        <a href="#main" className="skip-link">
          Skip to the content
        </a>
        <NavigationProgress />
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

/** What no nearer boundary caught. */
export function ErrorBoundary() {
  const error = useRouteError();
  return (
    <PlainPage>
      <Problem error={error} />
    </PlainPage>
  );
}

import type { AppLoadContext } from '@remix-run/node';
import type { Viewer } from '../access/viewer.ts';
import type { PageAnswers } from './pages.ts';

/** What a Remix loader or action gets from the server; the only way values reach a page. */
export interface PlainbillContext {
  /** CSP nonce of this response; handed to React by context, never through loader data. */
  nonce: string;
  /** The clock; loaders never ask the machine. */
  now: () => Date;
  viewer: Viewer | null;
  /** Told of what failed and is not the person's fault; for the log, without anybody's data. */
  onError: (error: unknown) => void;
  /** Shown on the sign-in page of a demo; `null` otherwise. */
  demoSignIn: { email: string; password: string }[] | null;
  auth: {
    /** The `Set-Cookie` value to send, or why not, in words for the person. */
    signIn: (input: {
      email: string;
      password: string;
      ip: string;
    }) => Promise<{ setCookie: string } | { error: string; retryAfterSeconds?: number }>;
    /** Why a network may not try now, before its form is read; `null` when it may. */
    signInRefusal: (ip: string) => Promise<{ error: string; retryAfterSeconds: number } | null>;
    signOut: (cookieHeader: string | null) => Promise<{ setCookie: string }>;
  };
  /** Client address of this request, for limits. */
  ip: string;
  /** What the page is answered with. */
  pages: PageAnswers;
}

export type LoadContext = AppLoadContext;

declare module '@remix-run/node' {
  interface AppLoadContext extends PlainbillContext {}
}

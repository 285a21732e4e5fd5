import type { Auth } from '../auth/auth.ts';
import type { DemoMemory } from '../demo/demo.ts';
import { createPages, type Pages } from '../doors/remix-pages.ts';
import type { Settings } from '../env.ts';
import type { Shares } from '../fairness/shares.ts';
import { guarded } from '../pages/pages.ts';
import type { Rooms } from './rooms.ts';
import { orUnavailable } from './unavailable.ts';

/** What the pages are put together from. */
export interface PagesOverDeps {
  rooms: Pick<Rooms, 'pageAnswers'>;
  auth: Auth;
  shares: Shares;
  settings: Settings;
  demo: DemoMemory | null;
  /** Told the cookie of who signed out. */
  onSignedOut: (cookie: string | null) => void;
  now: () => Date;
  onError: (error: unknown) => void;
}

/** The pages over the rooms: each answer says so when a store is down. */
export function createPagesOver({ rooms, auth, shares, settings, demo, ...deps }: PagesOverDeps): Promise<Pages> {
  const { onSignedOut, now, onError } = deps;
  const signOut = async (cookie: string | null) => {
    const answer = await auth.signOut(cookie);
    onSignedOut(cookie);
    return answer;
  };
  const context = {
    now,
    // Passwords of the demo are shown to nobody from elsewhere.
    demoSignIn: isOnlyHere(settings) ? (demo?.signIn ?? null) : null,
    auth: {
      signIn: orUnavailable(auth.signIn),
      signInRefusal: auth.signInRefusal,
      signOut: orUnavailable(signOut),
    },
    onError,
    viewerOf: (cookie: string | null) => auth.viewerOf(cookie),
    pages: guarded(rooms.pageAnswers, orUnavailable),
  };
  return createPages(context, shares, settings.development);
}

/** Whether nobody but who sits at this machine can reach the server. */
function isOnlyHere({ host, trustedProxies }: Settings): boolean {
  return trustedProxies === false && (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host));
}

import { redirect } from '@remix-run/node';
import type { Viewer } from '#server/access/viewer.ts';
import { paths } from '../paths.ts';

/** The signed-in person; throws a redirect to the sign-in page, which leads back here, when there is none. */
export function requireViewer(viewer: Viewer | null, request: Request): Viewer {
  if (viewer) return viewer;
  const { pathname, search } = new URL(request.url);
  throw redirect(paths.signIn(pathname === paths.home() ? undefined : pathname + search));
}

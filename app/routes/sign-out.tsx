import { type ActionFunctionArgs, redirect } from '@remix-run/node';
import { paths } from '../paths.ts';

/** Ends the session. A POST only, so that no link or image can sign anyone out. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { setCookie } = await context.auth.signOut(request.headers.get('Cookie'));
  return redirect(paths.signIn(), { headers: { 'Set-Cookie': setCookie } });
}

/** Typing the address does nothing but lead home. */
export function loader() {
  throw redirect(paths.home());
}

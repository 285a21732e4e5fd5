import {
  type ActionFunctionArgs,
  data,
  type HeadersArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
  redirect,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { formOf, textOf } from '../form-text.ts';
import { sameSitePath } from '../session/same-site-path.ts';
import { PlainPage } from '../shell/plain-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Sign in · Plainbill' }];

export function loader({ request, context }: LoaderFunctionArgs) {
  const redirectTo = sameSitePath(new URL(request.url).searchParams.get('redirectTo'));
  if (context.viewer) throw redirect(redirectTo);
  return { redirectTo, demo: context.demoSignIn };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const refusal = await context.auth.signInRefusal(context.ip);
  if (refusal !== null) return tooMany('', refusal);
  const form = await formOf(request);
  const email = textOf(form, 'email').trim();
  const password = textOf(form, 'password');
  if (email === '' || password === '')
    return data({ email, error: 'Enter your e-mail address and your password.' }, 400);

  const answer = await context.auth.signIn({ email, password, ip: context.ip });
  if ('setCookie' in answer)
    return redirect(sameSitePath(form.get('redirectTo')), { headers: { 'Set-Cookie': answer.setCookie } });
  const wait = answer.retryAfterSeconds;
  if (wait === undefined) return data({ email, error: answer.error }, 401);
  return tooMany(email, { ...answer, retryAfterSeconds: wait });
}

function tooMany(email: string, { error, retryAfterSeconds }: { error: string; retryAfterSeconds: number }) {
  return data({ email, error }, { status: 429, headers: { 'Retry-After': String(retryAfterSeconds) } });
}

/** When to try again is told to programs, too. */
export function headers({ actionHeaders }: HeadersArgs): HeadersInit {
  const wait = actionHeaders.get('Retry-After');
  return wait === null ? {} : { 'Retry-After': wait };
}

export default function SignIn() {
  const { redirectTo, demo } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  return (
    <PlainPage>
      <h1 className="text-lead">Sign in</h1>
      <Form method="post" className="flex flex-col gap-4" aria-describedby={refused ? 'refused' : undefined}>
        {refused && (
          <p id="refused" role="alert" className="note-bad">
            {refused.error}
          </p>
        )}
        <input type="hidden" name="redirectTo" value={redirectTo} />
        <label className="field">
          E-mail address
          <input
            type="email"
            name="email"
            autoComplete="username"
            required
            defaultValue={refused?.email}
            className="input"
          />
        </label>
        <label className="field">
          Password
          <input type="password" name="password" autoComplete="current-password" required className="input" />
        </label>
        <button type="submit" className="button-primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </Form>
      {demo && <DemoSignIn people={demo} redirectTo={redirectTo} />}
    </PlainPage>
  );
}

/** Each person is a form of its own, so that one press signs in, with or without scripts. */
function DemoSignIn({ people, redirectTo }: { people: { email: string; password: string }[]; redirectTo: string }) {
  return (
    <section aria-labelledby="demo" className="flex flex-col gap-2">
      <h2 id="demo">This is a demo with made-up accounts</h2>
      <ul className="border-t border-line">
        {people.map(({ email, password }) => (
          <li key={email} className="border-b border-line-2 py-2">
            <Form method="post" className="flex items-center justify-between gap-3">
              <input type="hidden" name="redirectTo" value={redirectTo} />
              <input type="hidden" name="email" value={email} />
              <input type="hidden" name="password" value={password} />
              <span className="min-w-0">
                <span className="block break-all">{email}</span>
                <code className="block break-all font-mono text-fine text-ink-3">{password}</code>
              </span>
              <button type="submit" className="button shrink-0">
                Use these<span className="sr-only"> to sign in as {email}</span>
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}

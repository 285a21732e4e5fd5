import type { TestUser } from './operator.ts';

/** Signs in as the form does without JavaScript. @returns the Cookie header */
export async function cookieOf(url: string, { email, password }: TestUser): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ email, password, redirectTo: '/' }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`Signing in was answered ${response.status} without a cookie.`);
  return cookie.split(';', 1)[0] ?? '';
}

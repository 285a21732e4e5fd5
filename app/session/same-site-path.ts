import { paths } from '../paths.ts';

/**
 * Where to go after signing in: `wanted` when it is a path of this site, else home. A form field decides it, so it
 * must never lead to another site.
 */
export function sameSitePath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return paths.home();
  const base = 'http://same.invalid';
  if (!URL.canParse(wanted, base)) return paths.home();
  const url = new URL(wanted, base);
  // Dot segments can leave a path like "//other.example", which a browser reads as another host.
  if (url.origin !== base || url.pathname.startsWith('//')) return paths.home();
  return url.pathname + url.search + url.hash;
}

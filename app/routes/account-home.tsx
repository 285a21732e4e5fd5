import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { paths } from '../paths.ts';

/** An account's first page is its usage. */
export function loader({ params }: LoaderFunctionArgs) {
  throw redirect(paths.usage(params.accountId ?? ''));
}

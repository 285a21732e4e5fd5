import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';

export const meta: MetaFunction = () => [{ title: 'Not found · Plainbill' }];

/** Every address that is none of ours. */
export function loader({ request }: LoaderFunctionArgs) {
  throw new Response(`There is no page at ${new URL(request.url).pathname}.`, { status: 404 });
}

/** Never shown, but without a component Remix would answer with the bare text. */
export default function NotFound() {
  return null;
}

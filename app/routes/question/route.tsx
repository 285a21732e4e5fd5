import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import { formOf, textOf } from '../../form-text.ts';
import { paths } from '../../paths.ts';
import { requireViewer } from '../../session/require-viewer.ts';
import { Problem } from '../../shell/problem.tsx';
import { QuestionScreen } from './question-screen.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? `Question about ${data.page.question.description} · ${data.page.account.name} · Plainbill`
      : 'Question · Plainbill',
  },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', questionId = '' } = params;
  const page = await context.pages.questions.one(viewer, { accountId, questionId });
  return { page, loadedAt: context.now().toISOString() };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const viewer = requireViewer(context.viewer, request);
  const { accountId = '', questionId = '' } = params;
  const form = await formOf(request);
  const one = { accountId, questionId };
  const written = { text: textOf(form, 'text'), credit: textOf(form, 'credit') };
  const answer =
    form.get('intent') === 'close'
      ? await context.pages.questions.close(viewer, one)
      : await context.pages.questions.reply(viewer, { ...one, ...written });
  if ('error' in answer) return data({ ...answer, ...written }, 400);
  return redirect(paths.question(accountId, questionId));
}

export default function Question() {
  const { page, loadedAt } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  return <QuestionScreen page={page} loadedAt={loadedAt} refused={refused} />;
}

export function ErrorBoundary() {
  return <Problem error={useRouteError()} what="Question" />;
}

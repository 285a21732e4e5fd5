/**
 * What a form was filled in with.
 * @throws a 415 `Response` when what was sent is no form, or is broken off: no page of ours sends that
 */
export async function formOf(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    const text = 'What was sent is not a whole form. Open the page again and send it from there.';
    throw new Response(text, { status: 415, statusText: 'Unsupported Media Type' });
  }
}

/** A field's text; empty when it is missing or a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

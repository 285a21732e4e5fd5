import { textOf } from '../form-text.ts';

/** What a share form asks for: for how long, with which note, and without what. */
export function shareAsked(form: FormData) {
  return {
    expiresIn: textOf(form, 'expiresIn'),
    note: textOf(form, 'note'),
    hidePayloads: form.get('hidePayloads') !== null,
    hideNames: form.get('hideNames') !== null,
  };
}

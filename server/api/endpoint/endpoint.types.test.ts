import { expect, it } from 'vitest';
import { z } from 'zod';
import { type Api, addEndpoint } from './endpoint.ts';

const box = z.object({ name: z.string(), sizes: z.array(z.object({ width: z.int(), note: z.string().optional() })) });
const endpoint = {
  ...{ method: 'get' as const, path: '/v1/box', tag: 'Boxes', summary: 'A box', role: 'read' as const },
  answers: { 200: { description: 'The box.', schema: box }, 204: { description: 'There is none.' } },
};

/** Never called: that this compiles, and where it must not, is what is tested. */
function documented(api: Api): void {
  addEndpoint(api, endpoint, async () => ({ status: 200, body: { name: 'a', sizes: [{ width: 1 }] } }));
  addEndpoint(api, endpoint, async () => ({ status: 204 }));
  // @ts-expect-error a field is missing
  addEndpoint(api, endpoint, async () => ({ status: 200, body: { sizes: [] } }));
  // @ts-expect-error a field is of another type
  addEndpoint(api, endpoint, async () => ({ status: 200, body: { name: 'a', sizes: [{ width: '1' }] } }));
  // @ts-expect-error the document does not tell of a field
  addEndpoint(api, endpoint, async () => ({ status: 200, body: { name: 'a', color: 'red', sizes: [] } }));
  const told = { name: 'a', sizes: [{ width: 1, depth: 2 }] };
  // @ts-expect-error nor of one inside
  addEndpoint(api, endpoint, async () => ({ status: 200, body: told }));
  const kept = { name: 'a', sizes: [], secret: 'x' };
  // @ts-expect-error nor of what a repetition is told
  addEndpoint(api, endpoint, async () => ({ status: 200, body: { name: 'a', sizes: [] }, remember: kept }));
  // @ts-expect-error it has no such answer
  addEndpoint(api, endpoint, async () => ({ status: 201, body: { name: 'a', sizes: [] } }));
  // @ts-expect-error nor one with nothing in it
  addEndpoint(api, endpoint, async () => ({ status: 200 }));
}

it('an answer that differs from its document does not compile', () => expect(documented).toBeTypeOf('function'));

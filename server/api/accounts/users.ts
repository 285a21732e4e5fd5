import { z } from 'zod';
import { type Auth, UnfitUserError } from '../../auth/auth.ts';
import { listAccountsByIds } from '../../database/accounts/accounts.ts';
import { addMembership, EmailTakenError } from '../../database/people/users.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, nameSchema } from '../endpoint/schemas.ts';

const newUserSchema = z.strictObject({
  email: z.email('Must be an e-mail address.').max(254),
  name: nameSchema(100),
  password: z.string().min(12, 'Must have at least 12 characters.').max(1024),
  platformRole: z.enum(['customer', 'support', 'operator']).default('customer'),
  accounts: z
    .array(z.strictObject({ accountId: callerIdSchema, role: z.enum(['owner', 'billing', 'member']) }))
    .max(100)
    .default([]),
});

/** `POST /v1/users`: the operator lets a person in. */
export function addUserEndpoints(api: Api, auth: Pick<Auth, 'createUser'>): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/users',
      tag: 'Users',
      summary: 'Create a person who can sign in, with their accounts',
      role: 'operator',
      body: newUserSchema,
      answers: {
        201: { description: 'Created.', schema: z.object({ id: z.string(), email: z.string(), name: z.string() }) },
        409: { description: 'The e-mail address is taken.' },
      },
    },
    async ({ body, queries }) => {
      const { accounts, ...person } = body;
      const known = new Set(
        (
          await listAccountsByIds(
            queries,
            accounts.map(({ accountId }) => accountId),
          )
        ).map(({ id }) => id),
      );
      const unknown = accounts.findIndex(({ accountId }) => !known.has(accountId));
      if (unknown >= 0)
        throw refused(400, `#/accounts/${unknown}/accountId`, `There is no account "${accounts[unknown]?.accountId}".`);
      try {
        const { id } = await auth.createUser(person, queries);
        for (const { accountId, role } of accounts) {
          await addMembership(queries, { userId: id, accountId, role }, api.now());
        }
        return { status: 201, body: { id, email: person.email, name: person.name } };
      } catch (error) {
        if (error instanceof EmailTakenError)
          throw new Problem(409, 'A person with this e-mail address exists already.');
        if (error instanceof UnfitUserError) {
          throw new Problem(400, error.message, { errors: [{ pointer: `#/${error.field}`, detail: error.message }] });
        }
        throw error;
      }
    },
  );
}

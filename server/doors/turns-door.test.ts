import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { type Principal, requireAccountAccess } from '../api/endpoint/principal.ts';
import { untilItsTurn } from '../fairness/asking.ts';
import { Turns } from '../fairness/turns.ts';
import { turnsDoor } from './turns-door.ts';

const person = (platformRole: 'customer' | 'support', accountIds: string[]): Principal => ({
  kind: 'user',
  viewer: { userId: 'u', email: '', name: '', platformRole, accountIds },
});

it('is the turn of an account only for who may see it, whatever the address says', async () => {
  const owners: string[] = [];
  class Told extends Turns {
    override take(owner: string, gone?: AbortSignal) {
      owners.push(owner);
      return super.take(owner, gone);
    }
  }
  const app = express();
  app.use(turnsDoor(new Told({ atOnce: 2, ofEach: 1, waitingOfEach: 10, waitingOfAll: 10 })));
  let principal: Principal | null = null;
  app.get('*', async (req, res) => {
    try {
      if (principal !== null) requireAccountAccess(principal, String(req.query.accountId));
      await untilItsTurn();
      res.end();
    } catch {
      res.status(404).end();
    }
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (who: Principal | null, path: string) => {
    principal = who;
    return (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  };
  try {
    expect(await ask(null, '/sign-in?accountId=acme')).toBe(200);
    expect(await ask(null, '/api/v1/accounts/acme/invoices/current?accountId=acme')).toBe(200);
    expect(await ask(person('customer', ['other']), '/api/v1/meters/x/query?accountId=acme')).toBe(404);
    expect(await ask(person('customer', ['acme']), '/api/v1/meters/x/query?accountId=%61cme')).toBe(200);
    expect(await ask(person('support', []), '/api/v1/meters/x/query?accountId=acme')).toBe(200);
    expect(owners).toEqual(['network 127.0.0.1', 'network 127.0.0.1', 'acme', 'user:u']);
  } finally {
    server.close();
  }
});

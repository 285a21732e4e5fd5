import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { bodyIsRead, bodyTurns } from './body-turns.ts';

it('reads a third of the large bodies that are read at once for one account, and others and small ones meanwhile', async () => {
  const app = express();
  let begun = 0;
  app.use((req, _res, next) => {
    req.principal = { kind: 'key', keyId: 'k', label: '', role: 'ingest', accountId: String(req.query.of) };
    next();
  });
  app.post('/', bodyTurns(), (_req, _res, next) => {
    begun++;
    next();
  });
  app.post('/', express.raw({ type: () => true, limit: '5mb' }), (_req, res) => {
    bodyIsRead(res);
    res.status(204).end();
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  /** Says that much will come, and sends nothing of it. */
  const slow = (of: string): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /?of=${of} HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n`);
    return socket;
  };
  const post = async (of: string, bytes: number) =>
    (await fetch(`http://127.0.0.1:${port}/?of=${of}`, { method: 'POST', body: Buffer.alloc(bytes) })).status;
  try {
    const sockets = Array.from({ length: 20 }, () => slow('foe'));
    while (begun < 8) await new Promise((later) => setTimeout(later, 5));
    expect(await post('acme', 1_000_000)).toBe(204);
    expect(await post('foe', 1_000)).toBe(204);
    expect(begun).toBe(8 + 2);
    // Whoever leaves gives up its turn, and its place.
    for (const socket of sockets) socket.destroy();
    expect(await post('foe', 1_000_000)).toBe(204);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

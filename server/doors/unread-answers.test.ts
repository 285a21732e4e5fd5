import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { expect, it } from 'vitest';
import { unreadAnswers } from './unread-answers.ts';

const MEGABYTE = 1024 * 1024;
const LENGTH = 32 * MEGABYTE;

it('ends an answer that nobody reads, and none that is read slowly or takes long to make', async () => {
  const patienceMs = 500;
  const app = express();
  app.use(unreadAnswers(patienceMs));
  app.get('/large', (_req, res) => void res.send(Buffer.alloc(LENGTH)));
  app.get('/late', (_req, res) => void setTimeout(() => res.send('at last'), 3 * patienceMs));
  app.get('/in-parts', (_req, res) => {
    res.write('first, ');
    setTimeout(() => res.end('then the rest'), 3 * patienceMs);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = (path: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    return socket;
  };
  const open = () => new Promise<number>((tell) => server.getConnections((_error, count) => tell(count)));
  try {
    const unread = ask('/large');
    unread.pause();
    while ((await open()) !== 1) await sleep(5);
    while ((await open()) !== 0) await sleep(20);
    unread.destroy();

    const slow = ask('/large');
    let read = 0;
    for await (const chunk of slow) {
      read += (chunk as Buffer).length;
      // Far longer in all than anybody waits for the next.
      if (read % (8 * MEGABYTE) < (chunk as Buffer).length) await sleep(patienceMs / 2);
    }
    expect(read).toBeGreaterThan(LENGTH);

    const whole = async (path: string) => {
      let text = '';
      for await (const chunk of ask(path)) text += chunk;
      return text;
    };
    expect(await whole('/late')).toContain('at last');
    expect(await whole('/in-parts')).toContain('then the rest');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from './case.ts';
import type { Random } from './values/random.ts';
import type { World } from './world.ts';

/** An answer to something whole comes sooner; to something that is not, never. */
const QUIET_MS = 300;
const LONGEST_MS = 30_000;

/** Bytes that are no request, or hardly one. */
export function rawCase({ world, random }: { world: World; random: Random }): Case {
  const [name, bytes] = random.chance(0.35) ? socketBytes(world, random) : requestBytes(random);
  const isCut = random.chance(0.1);
  const sent = isCut ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  return { kind: 'raw', about: `raw ${name}`, intent: 'hostile', bytes: sent, isEnded: random.chance(0.3) };
}

function requestBytes(random: Random): [string, Buffer] {
  const path = random.pick([
    '/',
    '/sign-in',
    '/api/v1/accounts',
    '/api/v1/events',
    '/healthz',
    '/s/none',
    '/socket.io/',
  ]);
  const head = (method = 'GET', target = path) => `${method} ${target} HTTP/1.1\r\nHost: a\r\n`;
  const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
  const json = 'Content-Type: application/json\r\n';
  const made: Record<string, () => string> = {
    'request line': () =>
      `${random.pick([
        '',
        ' ',
        'GET',
        'GET /',
        'GET / HTTP/9.9',
        'G\0T / HTTP/1.1',
        'get / http/1.1',
        'GET  /  HTTP/1.1',
        '\x16\x03\x01',
      ])}\r\nHost: a\r\n\r\n`,
    'HTTP/2 preface': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'HTTP/1.0': () => `GET ${path} HTTP/1.0\r\n\r\n`,
    'no host': () => `GET ${path} HTTP/1.1\r\n\r\n`,
    'two hosts': () => `${head()}Host: b\r\n\r\n`,
    'strange target': () =>
      `${head('GET', random.pick(['*', 'http://elsewhere.example/sign-in', '//', '//s/token', '/%', '/%ff', '/\x80', '/a\tb', 'a:1', '/..;/']))}\r\n`,
    'long target': () => `${head('GET', `/${'a'.repeat(random.pick([8_000, 16_000, 100_000]))}`)}\r\n`,
    methods: () => `${head(random.pick(['TRACE', 'CONNECT', 'OPTIONS', 'PURGE', 'M-SEARCH', 'QUERY', 'FOO']))}\r\n`,
    'many headers': () => `${head()}${Array.from({ length: 3_000 }, (_, i) => `X-${i}: a\r\n`).join('')}\r\n`,
    'long header': () => `${head()}X-Long: ${'a'.repeat(random.pick([15_000, 70_000]))}\r\n\r\n`,
    'strange header': () =>
      `${head()}${random.pick(['X\0: a', 'X: a\0b', ': a', 'X', ' X: a', 'X : a', 'X: a\r\n b', 'X: \x80\xff'])}\r\n\r\n`,
    'both lengths': () => `${head('POST')}${json}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'strange length': () =>
      `${head('POST')}${json}Content-Length: ${random.pick(['-1', '1e3', '+5', '5, 5', '99999999999999999999', 'a'])}\r\n\r\nhello`,
    'strange chunks': () =>
      `${head('POST')}${json}Transfer-Encoding: ${random.pick(['chunked', 'gzip, chunked', 'xchunked', 'chunked, chunked'])}\r\n\r\n${random.pick(['zz\r\n', 'ffffffffffffffff\r\n', '5\r\nhello\r\n0\r\n\r\n', '5;a=b\r\nhel', '0\r\nX: a\r\n\r\n'])}`,
    expect: () =>
      `${head('POST')}${json}Expect: ${random.pick(['100-continue', '200-ok', ''])}\r\nContent-Length: 2\r\n\r\n{}`,
    'half a form': () => `${head('POST', '/sign-in')}${form}Content-Length: 1000\r\n\r\nemail=`,
    pipelined: () => `${head()}\r\n`.repeat(random.pick([2, 20, 200])),
    'pipelined forms': () => `${head('POST', '/sign-in')}${form}Content-Length: 3\r\n\r\na=b`.repeat(20),
    upgrade: () =>
      `${head()}Connection: Upgrade\r\nUpgrade: ${random.pick(['websocket', 'h2c', 'TLS/1.0', ''])}\r\n\r\n`,
  };
  const name = random.pick(Object.keys(made));
  return [name, Buffer.from(made[name]?.() ?? '', 'latin1')];
}

/** A connection as a browser opens it, and then frames that none sends (RFC 6455), or that Socket.IO does not expect. */
function socketBytes({ callers }: World, random: Random): [string, Buffer] {
  const { cookie } = callers.people.customer.headers;
  const polling = random.chance(0.2);
  const query = random.pick([
    'EIO=4',
    'EIO=4',
    'EIO=4',
    'EIO=3',
    'EIO=x',
    'EIO=4&sid=none',
    '',
    'EIO=4&sid=__proto__',
    'EIO=4&b64=1',
  ]);
  const target = `/socket.io/?${query}&transport=${polling ? 'polling' : random.pick(['websocket', 'websocket', 'webtransport', 'x'])}`;
  if (polling) {
    const method = random.pick(['GET', 'POST', 'OPTIONS', 'DELETE']);
    const body = random.pick(['40/live,', '2', 'x', '', '40\x1e40\x1e41', '4'.repeat(2_000_000), 'b////']);
    return [
      'socket polling',
      Buffer.from(
        `${method} ${target} HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    ];
  }
  const head = `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${cookie}\r\n\r\n`;
  const packets = [
    '40/live,',
    '40',
    '40/live,{"a":1}',
    '41/live,',
    '2',
    '3',
    '6',
    '5',
    '7',
    '4',
    '42/live,[]',
    '42/live,["watch"]',
  ];
  const strange = [
    '42/live,["watch",',
    '42/live,{}',
    '42/live,0["watch",{}]',
    '42/live,99999999999999999999["watch",{}]',
    '43/live,1[]',
  ];
  const binary = [
    '451-/live,["watch",{"_placeholder":true,"num":0}]',
    '459999999999-/live,[]',
    '45-/live,["watch"]',
    '461-/live,1[]',
  ];
  const deep = `42/live,["watch",${'['.repeat(20_000)}${']'.repeat(20_000)}]`;
  const all = [
    ...packets,
    ...strange,
    ...binary,
    deep,
    '',
    '44/live,"x"',
    '4\0',
    '40/../,',
    `40/${'a'.repeat(10_000)},`,
  ];
  const frames = ['40/live,', ...Array.from({ length: 1 + random.below(5) }, () => random.pick(all))].map((text) =>
    frame(Buffer.from(text), 1),
  );
  const broken = [
    frame(Buffer.from([0x80, 0xff]), 1),
    frame(Buffer.alloc(10), 2),
    frame(Buffer.alloc(200), 9),
    frame(Buffer.from([0x03, 0xe8]), 8),
    frame(Buffer.from([0]), 8),
    frame(Buffer.from('a'), 0),
    frame(Buffer.from('a'), 7),
    Buffer.from([0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f]),
    Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
    Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    frame(Buffer.alloc(2_000_000, 0x61), 1),
  ];
  const last = random.chance(0.5) ? [random.pick(broken)] : [];
  return ['socket frames', Buffer.concat([Buffer.from(head), ...frames, ...last])];
}

/** A frame as a client sends it: masked, here with zeros. */
function frame(payload: Buffer, opcode: number): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : length < 65_536 ? [0xfe, length >> 8, length & 255] : null;
  const head = Buffer.from([0x80 | opcode, ...(size ?? [0xff, 0, 0, 0, 0, 0, 0, 0, 0])]);
  if (size === null) head.writeUInt32BE(length, 6);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** Sends them on a connection of their own. @returns what came back until the other end was quiet or gone, and the statuses in it */
export async function sendRaw(url: string, { bytes, isEnded }: { bytes: Buffer; isEnded: boolean }): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let last = performance.now();
  const started = last;
  const isGone = new Promise<true>((resolve) => {
    socket.on('close', () => resolve(true));
    socket.on('error', () => resolve(true));
  });
  socket.on('data', (chunk) => {
    last = performance.now();
    chunks.push(chunk);
  });
  if (isEnded) socket.end(bytes);
  else socket.write(bytes);
  for (;;) {
    const gone = await Promise.race([isGone, sleep(50, false)]);
    const now = performance.now();
    if (gone || now - last > QUIET_MS || now - started > LONGEST_MS) break;
  }
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

/** Of each answer in what came back. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}

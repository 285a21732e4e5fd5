import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { UnreadableBodyError } from '../events/body.ts';
import { BinaryModeError, fromBinaryMode, isBinaryMode } from './binary-mode.ts';

const headers = {
  'ce-specversion': ['1.0'],
  'ce-id': ['e1'],
  'ce-source': ['/test'],
  'ce-type': ['t'],
  'ce-subject': ['s'],
};
const plain = { specversion: '1.0', id: 'e1', source: '/test', type: 't', subject: 's' };

describe('binary mode', () => {
  it.each<[IncomingHttpHeaders, boolean]>([
    [{ 'ce-specversion': '1.0' }, true],
    [{ 'ce-id': 'e1' }, true],
    [{ 'content-type': 'application/json' }, false],
  ])('is told by the headers %j: %s', (given, binary) => expect(isBinaryMode(given)).toBe(binary));

  it('takes attributes from headers and data from the body', async () => {
    const { events, batch } = await fromBinaryMode(
      { ...headers, 'content-type': ['application/json'], 'ce-time': ['2026-11-24T08:30:00Z'] },
      Buffer.from('{"tokens":5}'),
    );
    expect(events).toEqual([{ ...plain, time: '2026-11-24T08:30:00Z', data: { tokens: 5 } }]);
    expect(batch).toBe(false);
  });

  it('without a body has no data', async () => {
    expect((await fromBinaryMode(headers, Buffer.alloc(0))).events).toEqual([plain]);
  });

  it('leaves data that is no object to be refused', async () => {
    expect((await fromBinaryMode(headers, Buffer.from('[1]'))).events).toEqual([{ ...plain, data: [1] }]);
    expect((await fromBinaryMode(headers, Buffer.from('null'))).events).toEqual([{ ...plain, data: null }]);
  });

  it('keeps every digit of data', async () => {
    const { events, toText } = await fromBinaryMode(headers, Buffer.from('{"value":0.12345678901234567890}'));
    expect(toText(events[0])).toContain('0.12345678901234567890');
  });

  it.each([
    ['gr%C3%B6%C3%9Fe', 'größe'],
    ['%F0%9F%98%80', '😀'],
    ['"quoted"', 'quoted'],
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['"%22a%20b%22"', '"a b"'],
    ['"gr%C3%B6%C3%9Fe"', 'größe'],
    ['""', ''],
    ['"open', '"open'],
    ['a"b"', 'a"b"'],
    ['"a"b"', '"a"b"'],
  ])('reads the header value %s as %s', async (sent, value) => {
    expect((await fromBinaryMode({ ...headers, 'ce-subject': [sent] }, Buffer.alloc(0))).events).toMatchObject([
      { subject: value },
    ]);
  });

  it.each(['%', '%zz', '%C3', '100%'])('refuses the header value %s', async (sent) => {
    const refused = fromBinaryMode({ ...headers, 'ce-subject': [sent] }, Buffer.alloc(0));
    await expect(refused).rejects.toThrow(BinaryModeError);
    await expect(refused).rejects.toThrow('the header ce-subject is not valid percent-encoding');
  });

  it('refuses a header that holds more than ASCII: nobody knows in which encoding', async () => {
    const sent = Buffer.from('größe').toString('latin1');
    const refused = fromBinaryMode({ ...headers, 'ce-subject': [sent] }, Buffer.alloc(0));
    await expect(refused).rejects.toThrow('the header ce-subject holds more than ASCII, which must be percent-encoded');
  });

  it('refuses a header that came twice', async () => {
    await expect(fromBinaryMode({ ...headers, 'ce-id': ['e1', 'e2'] }, Buffer.alloc(0))).rejects.toThrow(
      BinaryModeError,
    );
  });

  it('refuses a body that is no JSON', async () => {
    await expect(fromBinaryMode(headers, Buffer.from('{'))).rejects.toThrow(UnreadableBodyError);
  });
});

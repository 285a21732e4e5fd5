import { hostileText } from './hostile-values.ts';
import type { Random } from './random.ts';

/** Headers that browsers and programs do not send, or not so. */
export function hostileHeader(random: Random): Record<string, string> {
  const text = hostileText(random)
    .replace(/[^\x20-\x7e]/gu, '')
    .slice(0, 3_000);
  const host = random.pick([
    '',
    'a b',
    'elsewhere.example',
    '127.0.0.1:99999',
    '[::1',
    '@',
    'a:b:c',
    '%00',
    'a'.repeat(2_000),
  ]);
  return random.pick<Record<string, string>>([
    { 'content-type': random.pick(['', 'text/plain', 'application/json; charset=utf-7', 'multipart/form-data', text]) },
    { 'content-type': 'application/json;charset=utf-16' },
    { accept: text },
    { host },
    { origin: random.pick(['null', 'https://elsewhere.example', 'http://', text]) },
    { 'idempotency-key': text },
    { prefer: text },
    { 'if-none-match': random.pick(['*', '"a"', text]) },
    { 'if-modified-since': text },
    { range: random.pick(['bytes=0-', 'bytes=-1', 'bytes=5-1', `bytes=${'0-1,'.repeat(500)}`]) },
    { 'x-http-method-override': 'DELETE' },
    { 'x-forwarded-for': random.pick(['', 'a', '::1', '1.2.3.4, 5.6.7.8', text]) },
    { 'x-forwarded-host': random.pick(['elsewhere.example', 'a:99999', ':', text]), 'x-forwarded-proto': 'ftp' },
    { 'accept-encoding': random.pick(['*', 'br;q=2', 'gzip, gzip, gzip', 'identity;q=0', text]) },
    { 'accept-language': text },
    { 'ce-id': '1', 'ce-specversion': '1.0', 'ce-type': text, 'ce-source': '/fuzz', 'ce-subject': 'a' },
    {
      'ce-id': '%zz',
      'ce-specversion': '1.0',
      'ce-type': 't',
      'ce-source': text,
      'ce-subject': '%00',
      'ce-time': text,
    },
  ]);
}

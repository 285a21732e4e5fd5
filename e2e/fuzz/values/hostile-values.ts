import { Verbatim } from './json-text.ts';
import type { Random } from './random.ts';

const DEEP = 20_000;

/** Texts that have broken something somewhere. */
const TEXTS: readonly string[] = [
  ...['', ' ', '\t', '\0', 'a\0b', 'a\nb', '\r\nX-Injected: 1', '\u001b[2J', '\u007f', '\u2028', '\ufeff', '\u202eabc'],
  ...['\ud800', 'a\udc00b', '\udbff\ud800', '😀'.repeat(100), 'é', 'e\u0301', 'ﬀ', 'ı', 'İ', '日本語', '\uffff'],
  ...[
    'null',
    'undefined',
    'true',
    'NaN',
    'Infinity',
    '[object Object]',
    '{}',
    '[]',
    '""',
    "'",
    '"',
    '`',
    '\\',
    '\\u0000',
  ],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', '__defineGetter__', 'valueOf', 'length'],
  ...[
    '..',
    '.',
    '../../../../etc/passwd',
    '/',
    '//',
    '\\\\',
    '%00',
    '%2e%2e',
    '%',
    '%zz',
    '%ff',
    '%c0%af',
    '?',
    '#',
    '&',
    '=',
  ],
  ...["' or 1=1 --", '"; drop table accounts; --', '{{7*7}}', '<script>alert(1)</script>', '=1+1', '@SUM(1)'],
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '00',
    '01',
    '+1',
    '1.',
    '.1',
    '1e1',
    '1e400',
    '-1e400',
    '1e-400',
    '0x10',
    '0b1',
    '1_000',
    '１',
  ],
  ...[
    '9007199254740993',
    '18446744073709551616',
    '-9223372036854775809',
    '1'.repeat(400),
    '0.'.padEnd(400, '3'),
    '1,5',
  ],
  ...['99999999999999999999.999999999999', '100000000000000000000', '0.0000000000001', '0.000000000001', '2147483648'],
  ...['0000-01', '0000-00', '0001-01', '9999-12', '9999-13', '2026-00', '2026-13', '10000-01', '-0001-01', '2026-1'],
  ...[
    '0000-01-01',
    '0001-01-01',
    '2026-02-30',
    '2026-02-29',
    '9999-12-31',
    '2026-11-31',
    '+275760-09-13',
    '-271821-04-20',
  ],
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-02-30T00:00:00Z', '2026-11-01T24:00:00Z'],
  ...[
    '2026-11-01T00:00:60Z',
    '2026-11-01T00:00:00+23:59',
    '2026-11-01T00:00:00-00:00',
    '2026-11-01T00:00:00',
    '2026-11-01',
  ],
  ...[
    '1900-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2026-11-01t00:00:00z',
    '+275760-09-13T00:00:00.001Z',
    'now',
    'tomorrow',
  ],
  ...[
    'UTC',
    'utc',
    'Etc/GMT+12',
    'Pacific/Apia',
    'America/Nowhere',
    'GMT+25',
    '+25:00',
    'Europe/../Berlin',
    'UTC\0',
    'EST5EDT',
  ],
  ...['a'.repeat(300), 'a'.repeat(2_001), 'ä'.repeat(2_000), '/'.repeat(300), '.'.repeat(300), '('.repeat(300)],
  ...[
    'current',
    'current.pdf',
    '.csv',
    'inv_',
    'key_bootstrap',
    'lnk_',
    'qst_',
    '2026-11-00000000000000000000',
    '0000-01-00000000000000000000',
  ],
  ...[
    '0000-01-00000000000000000000-in-0000-01',
    '9999-12-00000000000000000000-in-9999-12',
    '~',
    '~:~',
    'a:b~c',
    '-in-2026-11',
  ],
];

/** A text; rarely one of 100,000 characters. */
export function hostileText(random: Random): string {
  if (random.chance(0.01)) return random.pick(['a', '\0', '\ud800', 'é', '9', '"', '\\', '&=']).repeat(100_000);
  const text = random.pick(TEXTS);
  return random.chance(0.1) ? text + random.pick(TEXTS) : text;
}

/** Anything that can stand in JSON, and what cannot. */
export function hostileValue(random: Random): unknown {
  switch (random.weighed({ text: 10, number: 4, odd: 3, list: 2, object: 2, large: 0.3 })) {
    case 'text':
      return hostileText(random);
    case 'number':
      return random.pick<unknown>([
        ...[0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e-7, 1e308, new Verbatim('1e400'), new Verbatim('-1e400')],
        ...['NaN', 'Infinity', '-0', '01', '1.', '.5', '+1', '0x10', '9'.repeat(1_000)].map(
          (text) => new Verbatim(text),
        ),
      ]);
    case 'odd':
      return random.pick<unknown>([
        ...[null, true, false, {}, []],
        ...['undefined', "'a'", '"\\ud800"', '"\\x"', '"\t"', '', '//', '{"a":1,}', '\0'].map(
          (text) => new Verbatim(text),
        ),
      ]);
    case 'list':
      return random.pick<unknown>([
        ...[[hostileText(random)], [null], [[[]]], [{}, {}], Array.from({ length: 300 }, () => hostileText(random))],
      ]);
    case 'object':
      return random.pick<unknown>([
        { [hostileText(random)]: hostileText(random) },
        new Verbatim('{"__proto__":{"isOperator":true}}'),
        new Verbatim('{"constructor":{"prototype":{"a":1}}}'),
        new Verbatim('{"a":1,"a":2}'),
        { toString: 1, valueOf: 1, toJSON: 1, length: -1 },
        { isLosslessNumber: true, value: '1' },
      ]);
    default:
      return random.pick<unknown>([
        new Verbatim('['.repeat(DEEP) + ']'.repeat(DEEP)),
        new Verbatim(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
        new Verbatim('['.repeat(DEEP)),
        Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field_${i}`, i])),
        Array.from({ length: 20_000 }, () => 1),
      ]);
  }
}

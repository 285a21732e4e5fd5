import { mutatedQuery, queryOf } from './address.ts';
import type { Case, Intent } from './case.ts';
import type { KnownForm } from './harvest.ts';
import type { HttpRequest } from './http.ts';
import { hostileText } from './values/hostile-values.ts';
import type { Random } from './values/random.ts';
import type { World } from './world.ts';

type Pairs = (readonly [string, string])[];
const BOUNDARY = 'boundary';

/** What a form is called: its address without names, and its buttons. */
export function nameOf({ action, buttons, caller }: KnownForm, kind: (path: string) => string): string {
  const button = buttons.length === 0 ? '' : ` ${buttons.map(({ value }) => value).join('|')}`;
  return `form ${kind(action.split('?')[0] ?? '')}${button} (${caller.name})`;
}

/** A form sent as a browser sends it, or with fields missing, doubled, hostile, too large, or packed in another way. */
export function formCase(
  form: KnownForm,
  intent: Intent,
  { world, random, about }: { world: World; random: Random; about: string },
): Case {
  const visitor = random.pick(world.visitors);
  // Wrong passwords of real people would keep them out.
  const isThere = intent === 'valid';
  const typed: Record<string, string> = {
    email: isThere ? visitor.email : `nobody-${random.number}@example.com`,
    password: isThere ? visitor.password : 'not the password',
    text: 'Why is this so much?',
    note: 'For myself',
    credit: random.chance(0.2) ? '0.25' : '',
  };
  const filled: Pairs = form.fields
    .filter(({ values, isTyped }) => isTyped || values[0] !== '' || random.chance(0.5))
    .map(({ name, values, isTyped }) => [name, isTyped ? (typed[name] ?? '') : random.pick(values)] as const);
  const button = form.buttons.length === 0 ? [] : [random.pick(form.buttons)];
  const pairs: Pairs = [...filled, ...button.map(({ name, value }) => [name, value] as const)];
  const request: HttpRequest = {
    ...{ method: 'POST', path: form.action, body: queryOf(pairs).slice(1) },
    headers: { ...form.caller.headers, 'content-type': 'application/x-www-form-urlencoded' },
  };
  const faults = intent === 'valid' ? 0 : intent === 'nearly' ? 1 : 1 + random.below(3);
  for (let fault = 0; fault < faults; fault++) spoil(request, pairs, random);
  if (!form.action.startsWith('/sign-out')) return { kind: 'http', about, intent, request };
  // Whoever signs out signs in first: the session of others goes on.
  request.headers.cookie = '{cookie}';
  const before: HttpRequest = {
    ...{
      method: 'POST',
      path: '/sign-in',
      body: queryOf([
        ['email', visitor.email],
        ['password', visitor.password],
      ]).slice(1),
    },
    headers: { origin: form.caller.headers.origin ?? '', 'content-type': 'application/x-www-form-urlencoded' },
  };
  return { kind: 'http', about, intent, before, request };
}

function spoil(request: HttpRequest, pairs: Pairs, random: Random): void {
  const [name, value] = pairs.length > 0 ? random.pick(pairs) : (['intent', 'x'] as const);
  const others = pairs.filter((pair) => pair[0] !== name);
  const write = (changed: Pairs) => {
    request.body = queryOf(changed).slice(1);
  };
  switch (
    random.weighed({
      hostile: 8,
      missing: 2,
      twice: 2,
      extra: 1,
      large: 1,
      multipart: 3,
      type: 1,
      raw: 1,
      address: 2,
      header: 1,
    })
  ) {
    case 'hostile':
      write([...others, [name, hostileText(random).slice(0, 20_000)]]);
      break;
    case 'missing':
      write(others);
      break;
    case 'twice':
      write([...pairs, [name, hostileText(random).slice(0, 300)]]);
      break;
    case 'extra':
      write([...pairs, [hostileText(random).slice(0, 300), value]]);
      break;
    case 'large':
      write([...others, [name, 'a'.repeat(random.pick([4_001, 16_000, 17_000, 300_000]))]]);
      break;
    case 'multipart':
      request.body = multipart(
        random.chance(0.5) ? pairs : [...others, [name, hostileText(random).slice(0, 8_000)]],
        random,
      );
      request.headers['content-type'] = `multipart/form-data; boundary=${random.chance(0.9) ? BOUNDARY : ''}`;
      break;
    case 'type':
      request.headers['content-type'] = random.pick([
        '',
        'text/plain',
        'application/json',
        'multipart/form-data',
        'a/b',
      ]);
      break;
    case 'raw':
      request.body = random.pick([
        '',
        '&',
        '=',
        '%',
        '%00',
        '%ff=%ff',
        '&&&='.repeat(3_000),
        '__proto__=1',
        'a=%zz',
        '\0',
      ]);
      break;
    case 'address': {
      const [path, search = ''] = request.path.split('?');
      const known = [...new URLSearchParams(search).entries()];
      request.path = random.chance(0.3) ? `${path}.data` : `${path}${mutatedQuery(random, known)}`;
      break;
    }
    default:
      Object.assign(
        request.headers,
        random.pick<Record<string, string>>([
          { origin: 'https://elsewhere.example' },
          { origin: 'null' },
          { origin: '' },
          { cookie: '' },
          { 'content-length': '100000' },
          { 'content-encoding': 'gzip' },
          { 'x-forwarded-host': 'elsewhere.example' },
        ]),
      );
  }
}

function multipart(pairs: Pairs, random: Random): string {
  const parts = pairs.map(([name, value]) => {
    const file = random.chance(0.2) ? '; filename="a.txt"\r\nContent-Type: text/plain' : '';
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name.replace(/["\r\n]/g, '')}"${file}\r\n\r\n${value}\r\n`;
  });
  const whole = `${parts.join('')}--${BOUNDARY}--\r\n`.toWellFormed();
  return random.chance(0.7)
    ? whole
    : random.pick([whole.slice(0, -10), whole.slice(20), whole.replaceAll('\r\n', '\n'), `\r\n${whole}x`]);
}

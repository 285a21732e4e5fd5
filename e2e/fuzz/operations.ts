import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { encoded, hostileSegment, mutatedQuery, queryOf } from './address.ts';
import type { Case, Intent } from './case.ts';
import type { HttpRequest } from './http.ts';
import { hostileHeader } from './values/hostile-headers.ts';
import { jsonText } from './values/json-text.ts';
import { mutated } from './values/mutate.ts';
import type { Random } from './values/random.ts';
import { type Schema, sampleOf } from './values/schema-values.ts';
import { type Scene, wellMeant, withoutLeftOut } from './well-meant.ts';
import { type Caller, NAMES, type Place, type World } from './world.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  style?: string;
  schema: Schema;
}

export interface Operation {
  /** `GET /api/v1/…`. */
  name: string;
  method: string;
  path: string;
  role: 'ingest' | 'read' | 'operator';
  parameters: Parameter[];
  bodies: { type: string; schema: Schema }[];
}

interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface DocumentedOperation {
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** A page of a list that was really answered: where, and the cursor of the next. */
export interface KnownCursor {
  operation: string;
  address: string;
  cursor: string;
}

/** What the API says it does. */
export class Operations {
  private constructor(
    readonly all: Operation[],
    private readonly schemas: Record<string, Schema>,
    private readonly cursors: KnownCursor[],
  ) {}

  /** Reads the document of a running server, and the first page of every list. */
  static async of(url: string, world: World): Promise<Operations> {
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Document;
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, documented]) => operationOf(path, method.toUpperCase(), documented)),
    );
    const cursors: KnownCursor[] = [];
    for (const { name, method, path, parameters } of all) {
      if (method !== 'GET' || !parameters.some((parameter) => parameter.name === 'cursor')) continue;
      const address = addressOfKept(path, world);
      const isAccountNamed = parameters.some((each) => each.in === 'query' && each.name === 'accountId');
      const query = isAccountNamed ? `?accountId=${world.kept.account.id}&limit=1` : '?limit=1';
      const answer = await fetch(`${url}${address}${query}`, { headers: world.callers.operator[0]?.headers ?? {} });
      const { nextCursor, nextResources } = (await answer.json()) as { nextCursor?: string; nextResources?: string };
      const cursor = nextCursor ?? nextResources;
      if (cursor) cursors.push({ operation: name, address: `${address}${query}`, cursor });
    }
    return new Operations(all, document.components.schemas, cursors);
  }

  /** One request of an operation. */
  caseOf(
    operation: Operation,
    intent: Intent,
    { world, random, now }: { world: World; random: Random; now: Date },
  ): Case {
    const place = placeOf(operation, world, random);
    const scene: Scene = {
      ...{ world, random, now, operation: operation.name, place },
      charge: random.pick(place.charges),
      meter: random.pick(world.meters),
    };
    const made = this.wellMade(operation, scene);
    const before = beforeOf(operation, scene);
    const request = finished(made, random, intent);
    return { kind: 'http', about: operation.name, intent, request, ...(before && { before }) };
  }

  private wellMade(operation: Operation, scene: Scene): Made {
    const { random, world, place } = scene;
    const { hint, isLeftOut } = wellMeant(scene);
    const value = (schema: Schema, name: string) => sampleOf(schema, { schemas: this.schemas, random, hint }, name);
    const given = operation.parameters
      .filter(({ required }) => required === true || random.chance(0.5))
      .map((parameter) => ({ ...parameter, value: value(parameter.schema, parameter.name) }))
      .filter(({ value }) => !isLeftOut(value) && value !== undefined);
    const known = destroyed(operation, scene);
    const segments = operation.path.split(/(?=\/)/).map((segment) =>
      segment.replace(/\{(\w+)\}/g, (_, name: string) => {
        const found = given.find((parameter) => parameter.in === 'path' && parameter.name === name)?.value;
        return known[name] ?? encoded(String(found ?? ''));
      }),
    );
    const cursor = this.cursors.filter((each) => each.operation === operation.name);
    const paged = cursor.length > 0 && random.chance(0.2) ? random.pick(cursor) : null;
    const isServingAll = operation.parameters.some((each) => each.in === 'query' && each.name === 'accountId');
    const pairs = given.filter((each) => each.in === 'query').flatMap(({ name, value }) => pairsOf(name, value));
    if (isServingAll && !pairs.some(([name]) => name === 'accountId')) pairs.push(['accountId', place.account.id]);
    const body = operation.bodies.length === 0 ? null : random.pick(operation.bodies);
    return {
      method: operation.method,
      segments: paged ? [paged.address.split('?')[0] ?? ''] : segments,
      pairs: paged ? [...pairsIn(paged.address), ['cursor', paged.cursor]] : pairs,
      headers: Object.fromEntries(
        given.filter((each) => each.in === 'header').map(({ name, value }) => [name, String(value)]),
      ),
      caller: callerOf(operation, place, world, random),
      body: body && { type: body.type, value: withoutLeftOut(this.bodyOf(body.schema, value, scene)) },
      world,
    };
  }

  /** Of a batch of events there are sometimes many. */
  private bodyOf(
    schema: Schema,
    value: (schema: Schema, name: string) => unknown,
    { random, place, world }: Scene,
  ): unknown {
    const isBatch = schema.type === 'array' && schema.items !== undefined;
    if (!isBatch || place === world.kept || !random.chance(0.05)) return value(schema, 'body');
    return Array.from({ length: random.pick([50, 300, 1_000]) }, () => value(schema.items ?? {}, 'item'));
  }
}

interface Made {
  method: string;
  segments: string[];
  pairs: (readonly [string, string])[];
  headers: Record<string, string>;
  caller: Caller;
  body: { type: string; value: unknown } | null;
  world: World;
}

function operationOf(
  path: string,
  method: string,
  { description, parameters, requestBody }: DocumentedOperation,
): Operation {
  const [, role = 'ingest'] = /Takes the role `(\w+)`/.exec(description ?? '') ?? [];
  return {
    ...{ name: `${method} ${path}`, method, path, role: role as Operation['role'] },
    parameters: parameters ?? [],
    bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => ({ type, schema })),
  };
}

function addressOfKept(path: string, { kept, meters }: World): string {
  const charge = kept.charges[0];
  const named: Record<string, string | undefined> = {
    ...{ accountId: kept.account.id, chargeId: charge?.id, resource: charge?.resources[0], key: meters[0]?.key },
    ...{ licenseId: NAMES.license, linkId: kept.links[0], day: `${charge?.id.slice(0, 7)}-02` },
  };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(named[name] ?? ''));
}

/** What is written to is nobody else's reading. Usage, links and questions may be anybody's. */
function placeOf({ method, path }: Operation, { kept, played, foreign }: World, random: Random): Place {
  const isHarmless = method === 'GET' || /\/(events|explanation-links|questions)$/.test(path);
  return random.pick(isHarmless ? [kept, kept, kept, played, played, foreign] : [played]);
}

function callerOf({ role, path, method }: Operation, place: Place, world: World, random: Random): Caller {
  const { callers, kept, foreign } = world;
  if (role === 'operator' || place === foreign) return random.pick(callers.operator);
  const of = (keys: Caller[]) => (place === kept ? keys[0] : keys[1]) as Caller;
  if (path.endsWith('/events') && method === 'POST')
    return random.chance(0.5) ? of(callers.ingest) : random.pick(callers.ingestAll);
  const isForAll = path.includes('/rate-cards');
  if (method !== 'GET') return random.pick([...callers.operator, callers.people.customer, callers.people.support]);
  if (isForAll) return random.pick([...callers.operator, ...callers.readAll]);
  return random.pick([...callers.operator, ...callers.readAll, of(callers.read), callers.people.customer]);
}

/** Of what a request destroys: a name that was made for it. */
function destroyed({ name }: Operation, { random }: Scene): Record<string, string> {
  if (name.startsWith('DELETE') && name.endsWith('/keys/{keyId}')) return { keyId: '{made}' };
  if (name.startsWith('DELETE') && name.endsWith('{linkId}')) return { linkId: '{made}' };
  if (name.endsWith('{questionId}/close')) return { questionId: '{made}' };
  if (name.endsWith('{invoiceId}/void')) return { invoiceId: '{made}' };
  if (name.endsWith('{accountId}/end')) return { accountId: `mayfly-${random.number % 40}` };
  if (name.endsWith('{key}/archive')) return { key: `mayfly-${random.number % 10}` };
  return {};
}

/** What makes it. */
function beforeOf({ name }: Operation, { world, random, place, charge }: Scene): HttpRequest | null {
  const under = `/api/v1/accounts/${place.account.id}`;
  const json = (method: string, path: string, body: object): HttpRequest => ({
    ...{ method, path, body: JSON.stringify(body) },
    headers: { ...world.callers.operator[0]?.headers, 'content-type': 'application/json' },
  });
  const isDelete = name.startsWith('DELETE');
  if (isDelete && name.endsWith('/v1/keys/{keyId}'))
    return json('POST', '/api/v1/keys', { role: 'read', label: 'mayfly' });
  if (isDelete && name.endsWith('/keys/{keyId}'))
    return json('POST', `${under}/keys`, { role: 'read', label: 'mayfly' });
  if (isDelete && name.endsWith('{linkId}')) return json('POST', `${under}/explanation-links`, { chargeId: charge.id });
  if (isDelete && name.endsWith('{teamId}'))
    return json('PUT', `${under}/licenses/${NAMES.license}/allocations/${NAMES.team}`, { quantity: '1' });
  if (name.endsWith('{questionId}/close'))
    return json('POST', `${under}/questions`, { chargeId: charge.id, text: 'To be closed.' });
  if (name.endsWith('{invoiceId}/void')) return json('POST', `${under}/invoices/${place.periods.at(-1)}/finalize`, {});
  if (name.endsWith('{accountId}/end'))
    return json('PUT', `/api/v1/accounts/mayfly-${random.number % 40}`, {
      name: 'Mayfly',
      kind: 'team',
      currency: 'USD',
    });
  if (!name.endsWith('{key}/archive')) return null;
  const meter = { description: 'Mayfly', eventType: 'mayfly', aggregation: 'count', dimensions: {}, unit: 'flies' };
  return json('PUT', `/api/v1/meters/mayfly-${random.number % 10}`, meter);
}

function pairsOf(name: string, value: unknown): (readonly [string, string])[] {
  if (Array.isArray(value)) return value.map((item) => [name, String(item)] as const);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, items]) =>
      (Array.isArray(items) ? items : [items]).map((item) => [`${name}[${key}]`, String(item)] as const),
    );
  return [[name, String(value)]];
}

function pairsIn(address: string): (readonly [string, string])[] {
  return [...new URLSearchParams(address.split('?')[1] ?? '').entries()].filter(([name]) => name !== 'cursor');
}

/** The request, with as much wrong as is meant. */
function finished(made: Made, random: Random, intent: Intent): HttpRequest {
  const faults = intent === 'valid' ? 0 : intent === 'nearly' ? 1 : 1 + random.below(4);
  let query = queryOf(made.pairs);
  let written: Buffer | string | undefined = made.body === null ? undefined : jsonText(made.body.value);
  const headers: Record<string, string> = { ...made.headers, ...made.caller.headers };
  if (made.body !== null) headers['content-type'] = made.body.type;
  for (let fault = 0; fault < faults; fault++) {
    const kinds = {
      path: 3,
      query: 3,
      body: made.body === null ? 1 : 8,
      caller: 1,
      header: 1,
      method: 0.5,
      encoding: 0.5,
    };
    switch (random.weighed(kinds)) {
      case 'path':
        mutatePath(made, random);
        break;
      case 'query':
        query = mutatedQuery(random, made.pairs);
        break;
      case 'body':
        if (made.body === null) written = jsonText(mutated({}, random));
        else {
          made.body.value = mutated(made.body.value, random);
          written = jsonText(made.body.value);
        }
        break;
      case 'caller':
        for (const name of ['authorization', 'cookie', 'origin']) delete headers[name];
        Object.assign(headers, otherCaller(made.world, random));
        break;
      case 'header':
        Object.assign(headers, hostileHeader(random));
        break;
      case 'method':
        made.method = random.pick([
          'TRACE',
          'OPTIONS',
          'HEAD',
          'PATCH',
          'PUT',
          'DELETE',
          'POST',
          'GET',
          'PROPFIND',
          'MKCOL',
        ]);
        break;
      case 'encoding':
        written = packed(Buffer.from(written ?? ''), headers, random);
        break;
    }
  }
  const path = `${made.segments.join('')}${query}`;
  return { method: made.method, path, headers, ...(written !== undefined && { body: written }) };
}

function mutatePath(made: Made, random: Random): void {
  const at = 3 + random.below(Math.max(1, made.segments.length - 3));
  // Whose data nobody may destroy: those that are written to elsewhere would no longer be there to be read.
  const foreign = made.world.foreign;
  const other = random.pick([
    foreign.account.id,
    foreign.charges[0]?.id ?? '',
    ...foreign.invoices,
    ...foreign.questions,
  ]);
  const segment = random.chance(0.2) ? encoded(other) : hostileSegment(random);
  made.segments = random.chance(0.9)
    ? made.segments.map((each, i) => (i === Math.min(at, made.segments.length - 1) ? `/${segment}` : each))
    : [...made.segments, `/${segment}`];
}

function otherCaller(world: World, random: Random): Record<string, string> {
  const { operator, read, ingest, people } = world.callers;
  const all = [...operator, ...read, ...ingest, ...Object.values(people)];
  return random.pick<Record<string, string>>([
    ...all.map(({ headers }) => headers),
    ...all.slice(-2).map(({ headers: { cookie = '' } }) => ({ cookie, origin: 'https://elsewhere.example' })),
    {},
    { authorization: 'Bearer' },
    { authorization: `Bearer ${'a'.repeat(8_000)}` },
    { authorization: 'Bearer pb_operator_nobody' },
    { authorization: 'Basic b3BlcmF0b3I6' },
    { authorization: `${operator[0]?.headers.authorization}, Bearer x` },
    { cookie: 'session=%00; session=; =; a' },
    { cookie: `__Host-session=${'b'.repeat(5_000)}` },
  ]);
}

function packed(body: Buffer, headers: Record<string, string>, random: Random): Buffer {
  const encoding = random.pick([
    'gzip',
    'gzip',
    'deflate',
    'br',
    'identity',
    'zstd',
    'gzip, gzip',
    'none',
    'x-gzip',
    '*',
  ]);
  headers['content-encoding'] = encoding;
  const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[encoding] ?? ((bytes: Buffer) => bytes);
  const whole = Buffer.from(pack(random.chance(0.1) ? Buffer.alloc(20_000_000, 0x20) : body));
  if (random.chance(0.5)) return whole;
  return random.chance(0.5)
    ? whole.subarray(0, -5)
    : Buffer.concat([whole.subarray(0, 10), Buffer.from('broken'), whole]);
}

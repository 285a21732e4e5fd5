import type { Random } from './values/random.ts';
import type { Hint, Schema } from './values/schema-values.ts';
import { type KnownCharge, type KnownMeter, NAMES, type Place, type World } from './world.ts';

/** What one request is about, so that its parts fit together. */
export interface Scene {
  world: World;
  random: Random;
  now: Date;
  /** `GET /api/v1/…`, as in the document. */
  operation: string;
  place: Place;
  charge: KnownCharge;
  meter: KnownMeter;
}

/** Stands for a field or parameter that is left out. */
const LEFT_OUT = Symbol('left out');
const DAY_MS = 86_400_000;
const REASON = { reason: 'Agreed with the customer' };

/** What somebody who knows the product writes, by the name of the field, parameter or schema. */
export function wellMeant(scene: Scene): { hint: Hint; isLeftOut: (value: unknown) => boolean } {
  const { random, operation, place, charge, world } = scene;
  const isWrite = !operation.startsWith('GET');
  const texts: Record<string, (schema: Schema) => unknown> = {
    ...times(scene),
    accountId: () => accountId(scene),
    teamId: () => (operation.startsWith('PUT') ? `team-${1 + random.below(4)}` : NAMES.team),
    appId: () => `app-${random.below(5)}`,
    licenseId: () =>
      operation.startsWith('PUT') && operation.endsWith('{licenseId}') ? licenseOf(random) : NAMES.license,
    keyId: () => random.pick(place.keys),
    invoiceId: () => (operation.endsWith('/finalize') ? random.pick(place.periods) : random.pick(place.invoices)),
    chargeId: () =>
      operation.endsWith('/correction') && place.corrections.length > 0 ? random.pick(place.corrections) : charge.id,
    resource: () => (charge.resources.length > 0 ? random.pick(charge.resources) : 'none'),
    day: () => `${charge.id.slice(0, 7)}-${random.pick(['02', '03', '04', '21', '22'])}`,
    linkId: () => (isWrite && !operation.includes('{linkId}') ? LEFT_OUT : random.pick(place.links)),
    questionId: () => random.pick(place.questions),
    eventRefs: () => (random.chance(0.5) ? [] : LEFT_OUT),
    key: () => keyOf(scene),
    source: () => random.pick(place.events).source,
    id: () => place.events.find(({ source }) => source === '/test')?.id,
    type: () => random.pick(place.events).type,
    cursor: () => LEFT_OUT,
    currency: () => 'USD',
    timeZone: () => random.pick(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu']),
    windowTimeZone: () => random.pick(['UTC', 'Europe/Berlin', 'Pacific/Chatham']),
    windowSize: () => (random.chance(0.5) ? random.pick(['HOUR', 'DAY', 'MONTH']) : LEFT_OUT),
    subject: ({ type }) => (type === 'array' ? [random.pick(place.events).subject] : random.pick(place.events).subject),
    groupBy: () => ['subject', ...scene.meter.dimensions].filter(() => random.chance(0.5)),
    filterGroupBy: () =>
      Object.fromEntries(scene.meter.dimensions.slice(0, 1).map((name) => [name, ['shop', 'large']])),
    email: () => `person-${random.number}@example.com`,
    password: () => 'a long enough password',
    accounts: () => [{ accountId: world.played.account.id, role: 'member' }],
    text: () => random.pick(['Why is this so much?', 'It was the deploy.\nSee above.', 'Größer als gedacht 😀']),
    credit: () => (random.chance(0.2) ? { amount: '0.25' } : LEFT_OUT),
    amount: () => random.pick(['0.01', '1.25', '12']),
    quantity: () => random.pick(['1', '2.5', '10']),
    expiresIn: () => random.pick(['1h', '7d', '365d']),
    amend: () => (random.chance(0.2) ? REASON : LEFT_OUT),
    prefer: () => random.pick(['return=representation', 'handling=lenient', 'handling=lenient, return=representation']),
    'Idempotency-Key': () => (random.chance(0.3) ? `"key-${random.number}-${random.below(3)}"` : LEFT_OUT),
  };
  return {
    hint: (name, schema) => (Object.hasOwn(texts, name) ? texts[name]?.(schema) : shape(name, scene)),
    isLeftOut: (value) => value === LEFT_OUT,
  };
}

/** What has a name in the document's schemas. */
function shape(name: string, scene: Scene): unknown {
  const { random, place } = scene;
  switch (name) {
    case 'AccountInput':
      return accountInput(random);
    case 'AccountChange': {
      const fields = Object.entries(accountInput(random)).filter(([each]) => each !== 'currency' && each !== 'amend');
      return { ...Object.fromEntries([random.pick(fields)]), ...amended(random) };
    }
    case 'MeterDefinition':
      return meterDefinition(random);
    case 'Price':
      return price(scene, random.below(1_000));
    case 'RateCardVersionInput': {
      const prices = Array.from({ length: 1 + random.below(3) }, (_, i) => price(scene, i));
      return { effectiveFrom: laterThan(scene, 0), currency: 'USD', prices };
    }
    case 'PricePreviewInput':
      return { price: price(scene, 0), quantity: `${random.below(1_000_000)}.${random.below(1_000)}` };
    case 'LicenseInput':
      return {
        ...{ product: licenseOf(random), quantity: `${1 + random.below(1_000)}`, unit: 'mails', measure: 'sum' },
        ...{ weights: { mails: '1' }, from: laterThan(scene, 0), to: laterThan(scene, 300) },
      };
    case 'CloudEvent':
      return event(scene);
    case 'EventRef':
      return reference(random.pick(place.events));
    default:
      return undefined;
  }
}

/** The value without what is left out. */
export function withoutLeftOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== LEFT_OUT).map(withoutLeftOut);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== LEFT_OUT);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutLeftOut(field)]));
}

function times(scene: Scene): Record<string, () => unknown> {
  const { random } = scene;
  // Chosen once, so that a span does not end before it begins.
  const back = 2 + random.below(80);
  return {
    from: () => laterThan(scene, -back),
    to: () => laterThan(scene, 1 - back + random.below(back)),
    receivedFrom: () => laterThan(scene, -back),
    receivedTo: () => laterThan(scene, 1),
    effectiveFrom: () => (random.chance(0.3) ? laterThan(scene, 1) : LEFT_OUT),
    expiresAt: () => laterThan(scene, 30),
    at: () => laterThan(scene, 1),
  };
}

/** So many days after now, and up to a day more. */
function laterThan({ now, random }: Scene, days: number): string {
  return new Date(now.getTime() + days * DAY_MS + random.below(DAY_MS)).toISOString();
}

function accountId({ operation, random, place }: Scene): string {
  const isMade = operation === 'PUT /api/v1/accounts/{accountId}' && random.chance(0.7);
  return isMade ? `made-${random.below(20)}` : place.account.id;
}

/** Of a meter or a rate card. What others read is not redefined. */
function keyOf({ operation, random, meter, world }: Scene): string {
  const isRead = operation.startsWith('GET');
  if (operation.includes('/rate-cards/')) return isRead ? random.pick(world.cards) : `card-${random.below(5)}`;
  if (operation.includes('/meters/')) return isRead ? meter.key : `meter-${random.below(5)}`;
  return random.pick(world.cards);
}

function accountInput(random: Random): Record<string, unknown> {
  return {
    name: random.pick(['Acme', 'Größe & Söhne', '値段']),
    kind: random.pick(['personal', 'team', 'enterprise']),
    currency: 'USD',
    timeZone: random.pick(['UTC', 'Europe/Berlin', 'Pacific/Kiritimati', 'America/Los_Angeles']),
    anchorDay: 1 + random.below(31),
    taxPercent: random.pick(['0', '19', '8.25']),
    ...amended(random),
  };
}

function amended(random: Random): object {
  return random.chance(0.2) ? { amend: REASON } : {};
}

function meterDefinition(random: Random): object {
  const aggregation = random.pick(['count', 'sum', 'max', 'unique', 'latest', 'time_weighted']);
  return {
    ...{ description: 'Made up', eventType: `made.${random.below(5)}`, aggregation, unit: 'units' },
    dimensions: random.pick([{}, { app: '$.app' }, { app: '$.app', size: '$.size' }]),
    ...(aggregation === 'count' ? {} : { valuePath: '$.n' }),
    ...(aggregation === 'time_weighted' ? { levels: random.pick(['slots', 'amount']) } : {}),
  };
}

function price({ random, world }: Scene, number: number): object {
  const meter = random.pick(world.meters.filter(({ key }) => key !== 'dyno'));
  const common = {
    ...{ key: `price-${number}`, meter: meter.key, description: 'Made up' },
    ...(random.chance(0.3) && { included: '10' }),
    ...(random.chance(0.2) && { maximum: { amount: '100', scope: 'line' } }),
    ...(random.chance(0.3) && meter.dimensions.length > 0 && { lineBy: meter.dimensions.slice(0, 1) }),
  };
  const tiers = [
    { upTo: '10', unitAmount: '0.5', flatAmount: '1' },
    { upTo: null, unitAmount: '0.25' },
  ];
  return random.pick([
    { ...common, model: 'per_unit', unitAmount: '0.01' },
    { ...common, model: 'graduated', tiers },
    { ...common, model: 'volume', tiers },
    { ...common, model: 'package', amount: '1.5', size: '100' },
    { ...common, model: 'flat', amount: '3', ...(random.chance(0.3) && { flatAtZero: true }) },
  ]);
}

function event({ random, place, now }: Scene): object {
  const type = random.pick(['mail.sent', 'request', 'inference', 'formation', `made.${random.below(5)}`]);
  const app = random.pick(['shop', 'blog', 'a/b c', '..', 'ünïcode', `app-${random.below(20)}`]);
  const time = new Date(now.getTime() - random.below(random.pick([3_600_000, 40 * DAY_MS])));
  return {
    ...{ specversion: '1.0', id: `f-${random.seed}-${random.number}-${random.below(1e9)}`, source: '/fuzz', type },
    ...{ subject: app, account: place.account.id, ...(random.chance(0.7) && { time: time.toISOString() }) },
    data: {
      app,
      n: random.below(10),
      count: random.below(1_000),
      model: 'large',
      size: 'standard',
      quantity: random.below(4),
    },
  };
}

/** An account has one license of a product at a time. */
function licenseOf(random: Random): string {
  return `license-${random.number % 4}`;
}

function reference({ source, id }: { source: string; id: string }): object {
  return { source, id };
}

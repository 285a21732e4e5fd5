/** What a price says beside its key, meter and match. */
type Shape = Record<string, unknown>;

const GRADUATED = {
  model: 'graduated',
  tiers: [
    { upTo: '7', unitAmount: '0.31', flatAmount: '0.5' },
    { upTo: '40.5', unitAmount: '0.217', flatAmount: '0.03' },
    { upTo: '200', unitAmount: '0.11' },
    { upTo: null, unitAmount: '0.07' },
  ],
};
const VOLUME = {
  model: 'volume',
  tiers: [
    { upTo: '10', unitAmount: '0.9' },
    { upTo: '120', unitAmount: '0.4', flatAmount: '1.5' },
    { upTo: null, unitAmount: '0.2' },
  ],
};
const THIRD = { model: 'per_unit', unitAmount: '1', per: '3' };

/** Every charge model with and without what else a price may say, for whatever a counting meter adds up. */
const COUNTED: Record<string, Shape> = {
  'per-unit': { model: 'per_unit', unitAmount: '0.25' },
  third: THIRD,
  'third-by-app': { ...THIRD, lineBy: ['app'] },
  graduated: GRADUATED,
  'graduated-by-app': { ...GRADUATED, lineBy: ['app'] },
  volume: VOLUME,
  'volume-included': { ...VOLUME, included: '9.5' },
  package: { model: 'package', amount: '1.99', size: '7' },
  'package-by-app': { model: 'package', amount: '1.99', size: '2.5', included: '3', lineBy: ['app'] },
  flat: { model: 'flat', amount: '4.5' },
  'flat-anyway': { model: 'flat', amount: '4.5', flatAtZero: true },
  included: { model: 'per_unit', unitAmount: '0.25', included: '21' },
  minimum: { model: 'per_unit', unitAmount: '0.01', minimum: '3' },
  capped: { model: 'per_unit', unitAmount: '0.7', maximum: { amount: '5', scope: 'line' }, lineBy: ['app'] },
  returned: { model: 'per_unit', unitAmount: '0.25' },
  'returned-graduated': { ...GRADUATED, included: '4' },
  licensed: { model: 'per_unit', unitAmount: '0.5' },
  'licensed-by-app': { ...GRADUATED, lineBy: ['app'] },
  paid: { model: 'per_unit', unitAmount: '0.33' },
  'paid-volume': VOLUME,
  changed: { model: 'per_unit', unitAmount: '0.25', included: '12' },
  'changed-model': GRADUATED,
  'changed-key': { model: 'per_unit', unitAmount: '0.2' },
  begins: {},
  ends: { model: 'per_unit', unitAmount: '2', per: '7', lineBy: ['app'] },
};

/** Those of them that have no place on other meters than sums. */
const SUMMED: Record<string, Shape> = {
  percentage: { model: 'percentage', percent: '2.9' },
  'percentage-by-app': { model: 'percentage', percent: '3.7', included: '10', lineBy: ['app'] },
  'percentage-each': {
    model: 'percentage',
    percent: '2.9',
    fixedAmount: '0.3',
    perEventMin: '0.35',
    perEventMax: '0.6',
  },
  'percentage-licensed': { model: 'percentage', percent: '2.9', fixedAmount: '0.3' },
};

/** A slot-second costs little: amounts of time are large. */
const BY_TIME = { model: 'per_time', amount: '25.00', perSeconds: '2592000' };
const HOURS = (hours: number) => String(hours * 3600);

/** The same for levels over time. */
const LEVELS: Record<string, Shape> = {
  time: BY_TIME,
  'time-by-app': { ...BY_TIME, lineBy: ['app'] },
  'time-included': { ...BY_TIME, included: HOURS(90), maximum: { amount: '31', scope: 'line' } },
  'time-minimum': { model: 'per_time', amount: '1', perSeconds: HOURS(7), minimum: '250', lineBy: ['app'] },
  graduated: {
    model: 'graduated',
    tiers: [
      { upTo: HOURS(50), unitAmount: '0.00003' },
      { upTo: HOURS(400), unitAmount: '0.00002', flatAmount: '1' },
      { upTo: null, unitAmount: '0.000007' },
    ],
  },
  volume: {
    model: 'volume',
    tiers: [
      { upTo: HOURS(50), unitAmount: '0.00003' },
      { upTo: null, unitAmount: '0.00002' },
    ],
  },
  package: { model: 'package', amount: '0.2', size: HOURS(10), lineBy: ['app'] },
  flat: { model: 'flat', amount: '4.5', lineBy: ['app'] },
  licensed: BY_TIME,
  'licensed-by-app': { ...BY_TIME, lineBy: ['app'] },
  'at-once': BY_TIME,
  'at-once-by-app': { ...BY_TIME, lineBy: ['app'] },
  paid: BY_TIME,
  changed: BY_TIME,
  'changed-key': BY_TIME,
};

/** Caps of slots, which only slots have. */
const SLOTS: Record<string, Shape> = {
  capped: {
    model: 'per_time',
    amount: '3',
    perSeconds: HOURS(100),
    maximum: { amount: '3', scope: 'slot' },
    lineBy: ['app'],
  },
  'capped-changed': { model: 'per_time', amount: '3', perSeconds: HOURS(100), maximum: { amount: '3', scope: 'slot' } },
};

/** What the version that begins inside the month says of some of them; `null`: it has no such price any more. */
const CHANGES: Record<string, Shape | null> = {
  changed: { model: 'per_unit', unitAmount: '0.31', included: '15' },
  'changed-model': { model: 'package', amount: '0.9', size: '3' },
  begins: { model: 'per_unit', unitAmount: '1', per: '3', lineBy: ['app'] },
  ends: null,
};
const LEVEL_CHANGES: Record<string, Shape | null> = {
  changed: { model: 'per_time', amount: '31', perSeconds: HOURS(700) },
  'capped-changed': { model: 'per_time', amount: '5', perSeconds: HOURS(90), maximum: { amount: '5', scope: 'slot' } },
};

const LICENSED = ['licensed', 'licensed-by-app', 'paid', 'paid-volume'];

/** Meters by key, with the shapes of prices that are on them: not everything again for what differs only in how it is counted. */
export const PRICED: Record<string, readonly string[]> = {
  count: ['third', 'graduated-by-app', 'package', 'changed-key', ...LICENSED],
  sum: [...Object.keys(COUNTED), ...Object.keys(SUMMED)],
  max: ['third-by-app', 'graduated', 'package', 'capped', 'changed', 'begins', ...LICENSED],
  unique: ['volume-included', 'minimum', 'changed-key', 'begins', 'licensed', 'licensed-by-app'],
  latest: ['returned-graduated', 'flat-anyway', 'package', 'changed', 'changed-key', ...LICENSED],
  slots: [...Object.keys(LEVELS), ...Object.keys(SLOTS)],
  amount: ['time-included', 'graduated', 'package', 'licensed', 'licensed-by-app', 'at-once', 'at-once-by-app', 'paid'],
};

/** The prices of each meter in the first version of the card, or in the one that begins inside the month. */
export function explainedPrices(version: 'first' | 'second'): object[] {
  return Object.entries(PRICED).flatMap(([meter, shapes]) =>
    shapes.flatMap((shape) => {
      const isLevel = meter === 'slots' || meter === 'amount';
      const first = (isLevel ? { ...LEVELS, ...SLOTS } : { ...COUNTED, ...SUMMED })[shape] as Shape;
      const change = (isLevel ? LEVEL_CHANGES : CHANGES)[shape];
      const price = version === 'second' && change !== undefined ? change : first;
      if (price === null || price.model === undefined) return [];
      const key = version === 'second' && shape === 'changed-key' ? `${meter}.${shape}-since` : `${meter}.${shape}`;
      return [{ key, meter, match: { shape }, description: `${shape} of ${meter}`, ...price }];
    }),
  );
}

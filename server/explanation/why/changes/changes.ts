import type { Span } from '../../../billing/charge-gathering.ts';
import type { Invoices } from '../../../billing/invoices/invoices.ts';
import { standingOf } from '../../../billing/invoices/standing.ts';
import { getAccount } from '../../../database/accounts/accounts.ts';
import type { Readings } from '../../../metering/watermark.ts';
import type { ChargeFinder } from '../../charge/find-charge.ts';
import { type CorrectionOpener, createLateCauses } from './causes/late-causes.ts';
import type { Against, Changes } from './changes.types.ts';
import { type ComparingDeps, compare } from './compare.ts';
import { type ChangesQuestion, insistOnBegun, SpanError } from './question.ts';
import { dayIn, daysBefore, type Standpoint, samePart } from './standpoint.ts';
import type { PeriodDeps } from './terms/read-period.ts';
import { createSpansReader } from './terms/read-spans.ts';
import { createUnusual, type UnusualDayTold, type WholeDays } from './told/told-unusual.ts';

/** What differences are opened from. */
export interface ChangesDeps extends PeriodDeps {
  invoices: Pick<Invoices, 'find' | 'computed'>;
  find: ChargeFinder;
  correction: CorrectionOpener;
  readings: Readings;
  now: () => Date;
}

/** Opens differences between what an account came to in two spans. */
export interface ChangesReader {
  /** `null` when there is no such account. @throws SpanError when one is beyond its periods, none, or of another currency */
  between: (accountId: string, question: ChangesQuestion) => Promise<Changes | null>;
  /**
   * Of a period, as far as it is metered, against the same part of the one before; of one that is over against the whole of it.
   * `null` when there is no such account or period, none before, or that is of another currency.
   */
  ofPeriod: (
    accountId: string,
    periodKey: string | null,
    choice?: Pick<ChangesQuestion, 'filter' | 'among' | 'onCharge' | 'only' | 'groupBy' | 'current' | 'hidden'>,
  ) => Promise<Changes | null>;
  /** Of a charge against that of the period before, or of the same part of it; `null` when there is no such charge. */
  ofCharge: (accountId: string, chargeId: string, choice?: Pick<ChangesQuestion, 'hidden'>) => Promise<Changes | null>;
  /**
   * Of a day, `YYYY-MM-DD`, against the day before, or the median of the same day of the four weeks before; of one that still
   * runs against the same part of those.
   * `null` when there is no such account or day, it has not come, or there is nothing before it.
   */
  ofDay: (
    accountId: string,
    day: string,
    against: Against,
    choice?: Pick<ChangesQuestion, 'among' | 'onCharge' | 'current' | 'hidden'>,
  ) => Promise<Changes | null>;
  /** The unusual days of a period, the latest few, each against what is usual. */
  unusual: (accountId: string, days: WholeDays, choice?: Pick<ChangesQuestion, 'current'>) => Promise<UnusualDayTold[]>;
}

/** So many weeks back what is usual is looked for. */
const WEEKS = [1, 2, 3, 4];

/** Reads at one watermark; stores nothing. */
export function createChanges(deps: ChangesDeps): ChangesReader {
  const lateCauses = createLateCauses(deps.store, deps.correction);
  const reading = { ...deps, lateCauses, readSpans: createSpansReader(deps) };
  const unusual = createUnusual(deps);
  const at = <Answer>(accountId: string, answer: (stands: Standpoint) => Promise<Answer>): Promise<Answer | null> =>
    deps.readings.read(async (meteredThrough) => {
      const account = await getAccount(deps.database.queries, accountId);
      if (account === null) return null;
      const standing = await standingOf(deps.database.queries, account, deps.now());
      return answer({ account, meteredThrough, ...standing, readAlready: new Map() });
    });

  const ofPeriod: ChangesReader['ofPeriod'] = (accountId, periodKey, choice = {}) =>
    at(accountId, async (stands) => {
      const { periods, meteredThrough } = stands;
      const i = periodKey === null ? periods.length - 1 : periods.findIndex(({ key }) => key === periodKey);
      const [before, now] = [periods[i - 1], periods[i]];
      if (before === undefined || now === undefined) return null;
      const whole = { from: before.from, to: before.to };
      const same = meteredThrough >= now.to ? whole : samePart(now, whole, meteredThrough);
      return compare(reading, stands, { ...choice, now: { from: now.from, to: now.to }, before: [same] });
    });

  return {
    between: (accountId, question) =>
      at(accountId, async (stands) => {
        for (const span of [question.now, ...question.before]) insistOnBegun(span, stands);
        const changes = await compare(reading, stands, question);
        if (changes === null) throw new SpanError('What was charged in different currencies cannot be compared.');
        return changes;
      }),
    ofPeriod,
    ofCharge: (accountId, chargeId, choice = {}) =>
      deps.readings.together(async () => {
        const found = await deps.find(accountId, chargeId);
        return found && ofPeriod(accountId, found.period.key, { ...choice, only: found.line });
      }),
    ofDay: (accountId, day, against, choice = {}) =>
      at(accountId, (stands) => ofDay(reading, stands, { ...choice, day, against })),
    unusual: async (accountId, days, choice = {}) => {
      const told = await at(accountId, (stands) =>
        unusual(stands, days, {
          rests: choice.current?.computed.pricing ?? null,
          against: (day) => ofDay(reading, stands, { ...choice, day, against: 'usual' }),
        }),
      );
      return told ?? [];
    },
  };
}

function ofDay(
  reading: ComparingDeps,
  stands: Standpoint,
  {
    day,
    against,
    ...choice
  }: { day: string; against: Against } & Pick<ChangesQuestion, 'among' | 'onCharge' | 'current' | 'hidden'>,
): Promise<Changes | null> {
  const now = dayIn(stands, day);
  // What a day costs that has not come is not known.
  if (now === null || now.from >= stands.meteredThrough) return Promise.resolve(null);
  const days = against === 'previous' ? [1] : WEEKS.map((weeks) => 7 * weeks);
  const isWhole = now.to <= stands.meteredThrough;
  const before = days.flatMap((back): Span[] => {
    const other = dayIn(stands, daysBefore(day, back));
    if (other === null) return [];
    return [isWhole ? other : samePart(now, other, stands.meteredThrough)];
  });
  if (before.length === 0) return Promise.resolve(null);
  return compare(reading, stands, { ...choice, now, before, isOfDays: true });
}

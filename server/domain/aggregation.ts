/** What is asked of the way in which a meter turns the values of its events into one quantity. */
interface AggregationKind {
  /** Events add to a sum: what windows, hours and groups come to may be summed, and an event's share told from its value alone. */
  addsUp: boolean;
  /** Events say a level that holds until the next: usage is level × time, kept in intervals. */
  isLevels: boolean;
  /** Events carry a value at `valuePath`; else each is one. */
  readsValue: boolean;
  /** How it is counted, in words. */
  countedAs: string;
  /** What the whole of a period is called beside its days. */
  wholePeriod: string;
  /** Why days or groups do not sum to the whole, in a sentence; `null` where they do. */
  whyNoSum: string | null;
}

const AGGREGATIONS = {
  count: {
    ...{ addsUp: true, isLevels: false, readsValue: false },
    ...{ countedAs: 'number of events', wholePeriod: 'Sum', whyNoSum: null },
  },
  sum: {
    ...{ addsUp: true, isLevels: false, readsValue: true },
    ...{ countedAs: 'sum of values', wholePeriod: 'Sum', whyNoSum: null },
  },
  max: {
    ...{ addsUp: false, isLevels: false, readsValue: true },
    ...{ countedAs: 'highest value of the month', wholePeriod: 'Highest' },
    whyNoSum: 'The highest value of the month is not the sum of the days’ or groups’ highest values.',
  },
  unique: {
    ...{ addsUp: false, isLevels: false, readsValue: true },
    ...{ countedAs: 'distinct values of the month', wholePeriod: 'Distinct' },
    whyNoSum: 'A value seen on two days, or in two groups, counts once in the month.',
  },
  latest: {
    ...{ addsUp: false, isLevels: false, readsValue: true },
    ...{ countedAs: 'last value of the month', wholePeriod: 'Last' },
    whyNoSum: 'The last value of the month is not a sum of days.',
  },
  time_weighted: {
    ...{ addsUp: false, isLevels: true, readsValue: true },
    ...{ countedAs: 'level × time', wholePeriod: 'Sum', whyNoSum: null },
  },
} as const satisfies Record<string, AggregationKind>;

/** How a meter turns the values of its events into one quantity. */
export type Aggregation = keyof typeof AGGREGATIONS;

/** All of them, as the API and the database spell them. */
export const AGGREGATION_NAMES = Object.keys(AGGREGATIONS) as [Aggregation, ...Aggregation[]];

/** Whether windows, hours and groups of usage may be summed because events were. */
export function addsUp(aggregation: Aggregation): boolean {
  return AGGREGATIONS[aggregation].addsUp;
}

type LevelAggregation = {
  [Name in Aggregation]: (typeof AGGREGATIONS)[Name]['isLevels'] extends true ? Name : never;
}[Aggregation];

/** Whether it is level × time, kept in intervals. */
export function isLevels(aggregation: Aggregation): aggregation is LevelAggregation {
  return AGGREGATIONS[aggregation].isLevels;
}

/** Whether what parts come to is what the whole comes to: sums of events, and of time. */
export function sumsToTheWhole(aggregation: Aggregation): boolean {
  return addsUp(aggregation) || isLevels(aggregation);
}

/** Whether its events carry a value. */
export function readsValue(aggregation: Aggregation): boolean {
  return AGGREGATIONS[aggregation].readsValue;
}

/** Its words for people. */
export function aggregationWords(
  aggregation: Aggregation,
): Pick<AggregationKind, 'countedAs' | 'wholePeriod' | 'whyNoSum'> {
  return AGGREGATIONS[aggregation];
}

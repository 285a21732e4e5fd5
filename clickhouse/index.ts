/** The one door to the measurements: nothing outside this folder imports past it. */
export { openClickHouse } from './connection.ts';
export { ClickHouseError, StoreInUseError } from './errors.ts';
export { dateTimeText, OPEN_END } from './instant.ts';
export type { ClickHouse, Lane, QueryObserver } from './lane.ts';
export { migrateClickHouse } from './migrate.ts';
export { accountsTouched } from './queries/accounts-touched.ts';
export { accountsWithUsage, spansWithUsage } from './queries/accounts-with-usage.ts';
export {
  type ChargeEvent,
  chargeEvents,
  contributionsIn,
  contributionsPage,
  contributionsUpTo,
  hasReturns,
  largestContributions,
} from './queries/charge-events.ts';
export { type ChargeInterval, chargeIntervals } from './queries/charge-intervals.ts';
export { type ChargeUsageRow, chargeUsage, type UsageEntry } from './queries/charge-usage.ts';
export { contributionSums } from './queries/contribution-sums.ts';
export {
  type Contribution,
  contributionKey,
  contributionsAlreadyThere,
  insertContributions,
  minuteOf,
} from './queries/contributions.ts';
export { type DimensionChange, dimensionChanges } from './queries/dimension-changes.ts';
export { findKeys, type KnownKey } from './queries/events/find-keys.ts';
export { firstUse, firstUseOfAccount } from './queries/events/first-use.ts';
export { insertEvents, type RawEvent } from './queries/events/insert-events.ts';
export { keyHashHalves, receivedRange } from './queries/events/key-hashes.ts';
export { lastEventOfAccount, lastEventTime } from './queries/events/last-event-time.ts';
export { accountsWithLateEvents, cameLater, earliestLateEvents, lateEvents } from './queries/events/late-events.ts';
export { levelEventsAsOf } from './queries/events/level-events.ts';
export {
  type EventFilter,
  eventByKey,
  eventsReceivedAfter,
  eventsReceivedAt,
  listEvents,
} from './queries/events/raw-events.ts';
export {
  intervalsEndingSince,
  type LevelEvent,
  type LevelResource,
  levelEventsSince,
  levelUsageInWindows,
  replaceIntervals,
  type UsageInterval,
} from './queries/intervals.ts';
export { type LateContributions, lateContributions } from './queries/late-contributions.ts';
export type { MeterReading } from './queries/meter-reading.ts';
export { type Bucket, rollHours, rollMinutes } from './queries/roll-usage.ts';
export {
  emptyStaging,
  prepareStaging,
  publishStaged,
  stagedPartitions,
} from './queries/staged-usage.ts';
export { usageInWindows } from './queries/usage-in-windows.ts';
export {
  contributionsReceived,
  differingBuckets,
  levelResources,
} from './queries/verify-usage.ts';
export { remembering } from './remembering.ts';

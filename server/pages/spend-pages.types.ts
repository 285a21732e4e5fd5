import type { IncludedUse } from '../billing/included-use.ts';
import type { InvoiceLine, InvoiceView } from '../billing/invoice.types.ts';
import type { SpendDay } from '../billing/spend-days.ts';
import type { Grouping } from '../domain/grouping.ts';
import type { HourOfDay } from '../explanation/levels/hours-of-day.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';

/** What every page tells of its account. */
export interface AccountOfPage {
  id: string;
  name: string;
  timeZone: string;
  kind: string;
}

/** Spend of a group of charges (an app, a team, a product, a price) with its days. */
export interface SpendGroup {
  /** The value of the grouping, `''` for charges without one; `null` for all others together. */
  value: string | null;
  /** What people call a team or a price; `null` of all others, which are called by their value. */
  name: string | null;
  /** Of all its charges: its days and its base together. */
  amount: string;
  /** Due without usage. */
  base: string;
  /** How many values `null` stands for, else 1. */
  count: number;
  days: (string | null)[];
  /** How much more or less it is than what the month is compared with; `null` where that is not told. */
  change: string | null;
}

/** Groups that were there in what is compared with, and are no more: so many, and what they were. Exact; below zero. */
export interface GoneGroups {
  count: number;
  change: string;
}

/** What a page tells of a difference: the largest drivers, and what all others come to together. */
export interface ShownChanges extends Omit<Changes, 'drivers'> {
  drivers: Changes['drivers'];
  others: { count: number; amountExact: string };
  /** The first drivers one after another, each with the amount it leads to; what is smaller as one. Exact. */
  bridge: { driver: number | null; count: number; amountExact: string; before: string; after: string }[];
  /** All drivers, added up: the difference, or they are wrong, which is then said. */
  sumOfDrivers: string;
}

/** A difference beside something else; `null` without anything to compare with, `failed` where it could not be read. */
export type ChangesBeside = ShownChanges | null | 'failed';

/** The overview: what this month costs so far, where it is heading, and yesterday. */
export interface OverviewPage {
  account: AccountOfPage;
  /** The period shown, and its neighbours. */
  period: { key: string; previous: string | null; next: string | null; open: boolean };
  /** When the account ended, in RFC 3339; `null` while it goes on, and of months before its last. */
  ended: string | null;
  /** The invoice of the period, the same object as under `invoices`; of an account that has ended, the last where none is asked for. `null` without a rate card. */
  invoice: InvoiceView | null;
  /** The one before, for comparison; `null` when there was none. */
  previous: { id: string; state: string; key: string; total: string } | null;
  /** Days of exact amounts before rounding, credits and tax; they and `base` add up to the lines' exact amounts. */
  days: SpendDay[];
  base: string;
  /** Exact spend of the day before the one metering stands in; `null` on the first day, and where the account has ended. */
  yesterday: SpendDay | null;
  /** What groups are told by, and what they can be told by. */
  by: Grouping;
  groupings: Grouping[];
  /** Largest first; they add up to `groupsSum`, which the days and `base` do, too. */
  groups: SpendGroup[];
  groupsSum: string;
  /** What is no more; and by how much all charges differ, which the groups' changes and that add up to. */
  groupsGone: GoneGroups | null;
  groupsChange: string | null;
  /** Largest lines first, at most ten. */
  top: InvoiceLine[];
  /** Against the same part of the period before. */
  changes: ChangesBeside;
  /** Days outside the range of their like, the latest few, with their largest drivers. */
  unusual: { day: string; until: string; changes: ShownChanges }[] | 'failed';
  /** What made the difference, on the day it happened. */
  marks: { day: string; text: string; amountExact: string }[];
}

/** A charge with a part of what it comes to: that of one day, or of no day. Exact. */
export interface ChargePart extends Pick<InvoiceLine, 'chargeId' | 'description' | 'lineValues' | 'corrects'> {
  amountExact: string;
}

/** Charges of a day that are told together: those of an app, of a product. */
export interface DayGroup extends Pick<SpendGroup, 'value' | 'name' | 'count' | 'change'> {
  /** What is usual of it, which `amount` differs from by `change`; `null` where that is not told. */
  usual: string | null;
  /** Of its charges, those that cost most first; they add up to `amount`. */
  amount: string;
  charges: ChargePart[];
  /** In the order of the hours; with `ofNoHour` they add up to `amount`. `null` while an hour has not come. */
  hours: (string | null)[];
  ofNoHour: string;
}

/** Charges told by group, those that cost most first, and what they add up to. */
interface SpentTogether {
  groups: DayGroup[];
  sum: string;
}

/** What was spent in an hour of a day; `null` while it has not come. */
export interface SpendHour extends HourOfDay {
  amount: string | null;
}

/** The page of a day. Exact amounts, before rounding, credits and tax. */
export interface DayPage {
  account: AccountOfPage;
  day: string;
  /** Against what is usual on such a day; of all charges. */
  changes: ChangesBeside;
  /** What the day before came to, and the difference; of all charges, where both days are over and on one invoice. */
  before: { day: string; amount: string; differenceExact: string } | null;
  /** What made the difference, at its instant within the day; of all charges. */
  marks: { at: string; text: string; amountExact: string }[];
  /** What groups are told by. */
  by: Grouping;
  groupings: Grouping[];
  previous: string;
  /** `null` where it has not come. */
  next: string | null;
  periodKey: string;
  /** The invoice the day is on; `null` without a rate card. */
  invoice: Pick<InvoiceView, 'id' | 'number' | 'state' | 'period' | 'currency' | 'minorUnit' | 'meteredThrough'> | null;
  /** Some charges, where not all were asked for. */
  chosen: ChosenGroups | null;
  /** `null` where an earlier version issued the invoice, and rated it otherwise. */
  spent: {
    state: SpendDay['state'];
    /** Of all charges; `null` while the day has not come. */
    amount: string | null;
    /** The charges of the choice that cost something on this day, together, those that cost most first, and what they add up to. */
    groups: DayGroup[];
    sum: string;
    /** What is usual and not of this day; and by how much all charges differ from their usual. `null` where that is not told. */
    groupsGone: GoneGroups | null;
    groupsChange: string | null;
    groupsUsual: string | null;
    /** The hours of the day, of the choice's charges; with `ofNoHour` they add up to `sum`. `failed` where they could not be read. */
    hours: { each: SpendHour[]; ofNoHour: string } | null | 'failed';
    /** Of one hour only, where that was asked for: as `groups` and `sum` are of the day. */
    hour: (HourOfDay & Pick<SpentTogether, 'groups' | 'sum'>) | null;
    /** How many others there are, which cost nothing on this day. */
    ofNothing: number;
    /** What the choice's charges have that is of no day: due without usage, or a correction. */
    ofNoDay: { charges: ChargePart[]; sum: string };
  } | null;
}

/** How an invoice's totals come about. Exact decimal text. */
export interface InvoiceArithmetic {
  /** What the lines come to before each is rounded, and what their rounding adds: together the subtotal. */
  exact: string;
  rounding: string;
  /** What is left to pay before and after each credit, in the order of the draws; with tax for what pays the total. */
  leftAtDraws: { before: string; after: string }[];
  /** What is taxed, its percent to the last digit, and what rounding that adds. */
  taxBase: string;
  taxExact: string;
  taxRounding: string;
  /** At each rate: what is taxed at it, and its percent to the last digit; together `taxExact`. */
  taxes: { taxPercent: string; base: string; exact: string }[];
}

/** Of which groups charges are shown: those of which everything holds that is given. */
export interface ChosenGroups {
  app: string | null;
  /** Of any app but these. */
  exceptApps: string[] | null;
  team: string | null;
  exceptTeams: string[] | null;
  product: string | null;
  exceptProducts: string[] | null;
  price: string | null;
  exceptPrices: string[] | null;
  /** What people call its teams and prices, by id and key. */
  names: Record<string, string>;
}

/** Some charges of an invoice, and what exactly these come to. */
export interface ChosenCharges extends ChosenGroups {
  license: { id: string; product: string } | null;
  meter: { key: string; description: string } | null;
  chargeIds: string[];
  amountExact: string;
  /** The sum of their rounded amounts, as they are on the invoice. */
  amount: string;
  /** Of an app and a meter: how many charges of the meter are not told apart by app. */
  ofNoApp: number;
}

/** The page of an invoice. */
export interface InvoicePage {
  invoice: InvoiceView;
  arithmetic: InvoiceArithmetic;
  /** `null` where all charges are shown. */
  chosen: ChosenCharges | null;
}

/** How much of a license is used in the period. Quantities in the license's unit as text. */
export interface LicenseUse {
  id: string;
  product: string;
  measure: 'unit_months' | 'sum' | 'max';
  unit: string;
  /** What was bought, as written. */
  quantity: string;
  term: { from: string; to: string };
  /** The period's pool and what was drawn of it; for unit-months in unit-seconds, see `capacityUnits`. */
  capacity: string;
  drawn: string;
  /** Unit-months for people: capacity and drawn divided by the seconds of the period, at most 4 decimals. */
  capacityUnits: string;
  drawnUnits: string;
  /** Drawn of capacity in percent, at most 2 decimals. */
  percent: string;
  /** When the pool ran out, RFC 3339; `null` while something is left. */
  exhaustedAt: string | null;
  /** What is expected to be drawn by the period's end if it goes on like this, in units; `null` when over or too early. */
  paceUnits: string | null;
  /** What usage beyond the license costs so far, exact. */
  overage: string;
  /** `allocated` in units, `null` where the team was given none. */
  teams: { team: string; drawnUnits: string; allocated: string | null }[];
  apps: { app: string; drawnUnits: string }[];
  /** What each day drew; of a counted maximum, what it stood at. */
  days: { day: string; drawnUnits: string | null }[];
}

/** The licenses page: consumption against what was bought. */
export interface LicensesPage {
  account: AccountOfPage;
  period: {
    key: string;
    from: string;
    to: string;
    bridging: boolean;
    previous: string | null;
    next: string | null;
    open: boolean;
  };
  meteredThrough: string;
  currency: string;
  minorUnit: number;
  licenses: LicenseUse[];
  /** What prices include: the most used first. */
  included: IncludedUse[];
  /** Lines no license covers any of, with their amounts: on-demand. */
  onDemand: InvoiceLine[];
}

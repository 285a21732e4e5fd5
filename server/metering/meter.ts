/** How a meter turns the values of its events into one quantity. */
export type Aggregation = 'count' | 'sum' | 'max' | 'unique' | 'latest' | 'time_weighted';

/** What the operator says a meter is; `PUT /api/v1/meters/{key}` takes exactly this. */
export interface MeterDefinition {
  description: string;
  eventType: string;
  aggregation: Aggregation;
  /** Where in `data` the value stands, as `$.a.b`. Absent for `count` only. */
  valuePath?: string;
  /** For `time_weighted`: whole slots that open and close one by one, or one amount. */
  levels?: 'slots' | 'amount';
  /** Dimension name → where in `data` its value stands, as `$.a.b`. */
  dimensions: Record<string, string>;
  unit: string;
}

/** One immutable version of a meter. A change of definition is a new version. */
export interface Meter extends MeterDefinition {
  key: string;
  version: number;
  createdAt: string;
}

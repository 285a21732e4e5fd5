import type { Span } from '../../../billing/charge-gathering.ts';
import type { TwoSpans } from '../../../domain/change-id.ts';
import { type Micros, readEventTime } from '../../../domain/instant.ts';

/** Two spans that were asked for: the later one, and what it is compared with, in microseconds. */
export function twoSpans({ from, to, compareFrom, compareTo }: TwoSpans): [now: Span, before: Span] {
  const at = (text: string) => readEventTime(text) as Micros;
  return [
    { from: at(from), to: at(to) },
    { from: at(compareFrom), to: at(compareTo) },
  ];
}

import { toRfc3339 } from '../../../../domain/instant.ts';
import { instantWords } from '../../sentence.ts';
import type { Cause, Causes } from '../causes/causes.types.ts';
import type { DriverEvent, ToldDriver } from '../changes.types.ts';

/** Who did what and when, to follow a sentence: `: ines@orbit.example scaled it 1 → 5 on 24 Nov, 09:00 UTC`; `''` where nobody says. */
export function causeWords({ are, events, actor, at }: Causes, kind: ToldDriver['kind'], timeZone: string): string {
  const [first] = events;
  if (first === undefined || at === null || are === 'uncovered') return '';
  const when = instantWords(toRfc3339(at), timeZone);
  if (are === 'largest') {
    return actor === null
      ? ''
      : `: the ${events.length === 1 ? 'largest event is' : 'largest events are'} by ${actor}, from ${when}`;
  }
  const did = didWhat(first, kind);
  return `: ${actor === null ? (WITHOUT_ACTOR[did] ?? did) : `${actor} ${did}`} on ${when}`;
}

const STARTED = 'started it';
const CHANGED = 'changed it';
const ENDED = 'ended it';
/** What is said where no event names anybody. */
const WITHOUT_ACTOR: Record<string, string> = { [STARTED]: 'it began', [CHANGED]: 'it changed', [ENDED]: 'it ended' };

function didWhat({ data }: Cause, kind: ToldDriver['kind']): string {
  if (kind === 'resize') return CHANGED;
  if (kind === 'gone') return ENDED;
  const [was, is] = [data.previousQuantity, data.quantity];
  const isScaled = typeof was === 'number' && typeof is === 'number' && was !== is && was !== 0;
  return isScaled ? `scaled it ${was} → ${is}` : STARTED;
}

/** An event as a driver names it. */
export function toldEvent({ source, id, at, actor }: Cause): DriverEvent {
  return { source, id, at: toRfc3339(at), ...(actor === null ? {} : { actor }) };
}

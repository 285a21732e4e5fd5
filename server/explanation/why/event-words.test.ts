import { describe, expect, it } from 'vitest';
import { wordsOfEvent } from './event-words.ts';

const slots = {
  ...{ aggregation: 'time_weighted', eventType: 'platform.formation.changed', valuePath: '$.quantity' },
  dimensions: { app: '$.app', size: '$.size' },
} satisfies Parameters<typeof wordsOfEvent>[0];
const event = (data: object, type = 'platform.formation.changed') => ({ type, data });

describe('what an event says', () => {
  it.each([
    [{ quantity: 5, previousQuantity: 1 }, '1 → 5'],
    [{ quantity: '5', previousQuantity: '1.5' }, '1.5 → 5'],
    [{ quantity: 2, previousQuantity: 2, size: 'l', previousSize: 's' }, 's → l'],
    [{ quantity: 3, previousQuantity: 2, size: 'l', previousSize: 's' }, '2 → 3, s → l'],
    [{ quantity: 3 }, 'to 3'],
    [{ quantity: 3, previousQuantity: 'many' }, 'to 3'],
    [{ quantity: 1e300, previousQuantity: 1 }, ''],
    [{ app: 'b', previousApp: 'a' }, ''],
    [{}, ''],
  ])('of %j: "%s"', (data, change) => expect(wordsOfEvent(slots, event(data)).change).toBe(change));

  it('names who did it, and why where that is something else', () => {
    expect(wordsOfEvent(slots, event({ actor: 'ines', cause: 'scale' }))).toMatchObject({ by: 'ines', cause: 'scale' });
    expect(wordsOfEvent(slots, event({ cause: 'scale' }))).toEqual({ what: 'formation', change: '', by: 'scale' });
    expect(wordsOfEvent(slots, event({ actor: ['ines'] })).by).toBeNull();
  });

  it('says what it is about as its type does', () => {
    expect(wordsOfEvent(slots, event({}, 'crate.sent')).what).toBe('crate');
    expect(wordsOfEvent(slots, event({}, 'sent')).what).toBe('sent');
    expect(wordsOfEvent(slots, { data: null }).what).toBe('formation');
  });

  it('of counted usage says no level', () => {
    expect(wordsOfEvent({ ...slots, aggregation: 'sum' }, event({ quantity: 5 })).change).toBe('');
  });
});

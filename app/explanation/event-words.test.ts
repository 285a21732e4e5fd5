import { describe, expect, it } from 'vitest';
import { doerText, eventText, saidText } from './event-words.ts';

describe('what an event says', () => {
  const scaled = { what: 'formation', change: '1 → 5', by: 'ines@orbit.example', cause: 'scale' };
  it.each([
    [scaled, 'orbit/web', 'formation web 1 → 5, by ines@orbit.example, scale'],
    [{ ...scaled, by: null }, 'web', 'formation web 1 → 5, by scale'],
    [{ ...scaled, by: 'autoscaler', cause: 'autoscale' }, 'web', 'formation web 1 → 5, by autoscaler'],
    [{ what: 'inference', change: '', by: null }, 'assistant', 'inference assistant'],
    [{ what: 'addon', change: 'to 1', by: 'robin' }, 'postgres/', 'addon postgres/ to 1, by robin'],
  ])('%j of %s is "%s"', (said, resource, text) => expect(eventText(said, resource)).toBe(text));

  it('is told apart from who did it', () => {
    expect(saidText(scaled, 'orbit/web')).toBe('formation web 1 → 5');
    expect(doerText({ what: 'formation', change: '', by: null })).toBe('');
  });
});

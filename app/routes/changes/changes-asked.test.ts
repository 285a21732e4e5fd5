import { describe, expect, it } from 'vitest';
import { changesAsked } from './changes-asked.ts';

const asked = (search: string) => changesAsked(new URLSearchParams(search));

async function refusal(search: string): Promise<[number, string]> {
  try {
    asked(search);
  } catch (thrown) {
    if (thrown instanceof Response) return [thrown.status, await thrown.text()];
  }
  throw new Error(`${search} was not refused`);
}

const BEFORE = 'compareFrom=2026-09-01&compareTo=2026-09-14';

describe('which difference an address asks for', () => {
  it.each([
    ['', { period: null }],
    ['period=2026-10', { period: '2026-10' }],
    ['day=2026-10-24', { day: '2026-10-24', against: 'usual' }],
    ['day=2026-10-24&against=previous', { day: '2026-10-24', against: 'previous' }],
    ['charge=2026-10.work', { chargeId: '2026-10.work' }],
    [
      `from=2026-10-01&to=2026-10-14&${BEFORE}`,
      { from: '2026-10-01', to: '2026-10-14', compareFrom: '2026-09-01', compareTo: '2026-09-14' },
    ],
    [
      `from=2026-10-01T06:30:00.5%2B02:00&to=2026-10-14&${BEFORE}&day=&period=`,
      { from: '2026-10-01T06:30:00.5+02:00', to: '2026-10-14', compareFrom: '2026-09-01', compareTo: '2026-09-14' },
    ],
    // A form that was sent empty.
    ['from=&to=&compareFrom=&compareTo=', { period: null }],
  ])('"%s"', (search, of) => expect(asked(search)).toEqual(of));

  it.each([
    ['day=2026-10-24&against=ever', 'compared with what is usual, or with the previous one'],
    ['from=2026-10-01', '“to” is missing'],
    [`from=2026-10-01&to=&${BEFORE}`, '“to” is missing'],
    ['to=2026-10-14&compareFrom=2026-09-01&compareTo=2026-09-14', '“from” is missing'],
    [`from=2026-10-01&to=2026-02-30&${BEFORE}`, '“to” is neither a day such as 2026-11-01 nor a time'],
    [`from=1.10.2026&to=2026-10-14&${BEFORE}`, '“from” is neither'],
    [`from=2026-10-01T00:00:00&to=2026-10-14&${BEFORE}`, '“from” is neither'],
    [`from=1969-12-31T23:59:59Z&to=2026-10-14&${BEFORE}`, '“from” is neither'],
    [`from=2026-10-01&to=2026-10-14&${BEFORE}&day=2026-10-24`, '“day” stands in it beside two spans'],
    [`from=2026-10-01&to=2026-10-14&${BEFORE}&period=2026-10`, '“period” stands in it beside two spans'],
    [`from=2026-10-01&to=2026-10-14&${BEFORE}&charge=c`, '“charge” stands in it beside two spans'],
  ])('"%s" is refused', async (search, words) => {
    expect(await refusal(search)).toEqual([400, expect.stringContaining(words)]);
  });
});

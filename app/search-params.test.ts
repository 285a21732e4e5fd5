import { describe, expect, it } from 'vitest';
import { searchOf } from './search-params.ts';

const asked = (search: string) =>
  searchOf(`http://plainbill.example/accounts/acme${search}`, ['period', 'app'], ['except']);

async function refusal(search: string): Promise<[number, string]> {
  try {
    asked(search);
  } catch (thrown) {
    if (thrown instanceof Response) return [thrown.status, await thrown.text()];
  }
  throw new Error(`${search} was not refused`);
}

describe('an address', () => {
  it.each([
    ['', null, []],
    ['?period=2026-10&app=', '2026-10', []],
    ['?except=a&except=b', null, ['a', 'b']],
    ['?utm_source=mail&utm_source=again&fbclid[]=x&period=2026-10', '2026-10', []],
  ])('"%s" is read', (search, period, except) => {
    expect(asked(search).get('period')).toBe(period);
    expect(asked(search).getAll('except')).toEqual(except);
  });

  it.each([
    ['?app=a&app=b', '“app” stands in it twice'],
    ['?app=a&app=', '“app” stands in it twice'],
    ['?App=a', '“app” is spelled “App”'],
    ['?app[]=a', '“app” is spelled “app[]”'],
    ['?app[0]=a', '“app” is spelled “app[0]”'],
    ['?except%5B%5D=a', '“except” is spelled “except[]”'],
    ['?PERIOD.x=a', '“period” is spelled “PERIOD.x”'],
    ['?%20period=a', '“period” is spelled “ period”'],
  ])('"%s" is refused', async (search, words) => {
    expect(await refusal(search)).toEqual([400, expect.stringContaining(words)]);
  });
});

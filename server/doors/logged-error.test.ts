import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ClickHouseError } from '../../clickhouse/index.ts';
import { loggedError } from './logged-error.ts';

const SECRET = 'erika.mustermann@example.com';
const TOKEN = 'Zk3v9QxT7rWb1mPa5sLd8fGh2jKn4cVe6yUi0oXqRzA';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('an error in the log', () => {
  it.each<[string, unknown]>([
    ['JSON', thrownBy(() => JSON.parse(`${SECRET} "said" ${TOKEN}`))],
    ['an address', thrownBy(() => new URL(`${SECRET}/${TOKEN}`))],
    ['a route', new Error(`No route matches URL "//s/${TOKEN}"`)],
    ['a route that is not quoted', new Error(`nothing at /s/${TOKEN} for ${SECRET}`)],
    [
      'the engine',
      new ClickHouseError(
        'events',
        `Code: 62. DB::Exception: Syntax error: failed at position 9 ('${SECRET}'): ${TOKEN}`,
      ),
    ],
    ['a statement', new DrizzleQueryError('select $1', [SECRET, TOKEN], new Error('connect ECONNREFUSED'))],
    [
      'a value',
      new DrizzleQueryError(
        'select $1',
        [],
        Object.assign(new Error(`invalid input syntax for type uuid: "${SECRET} ${TOKEN}"`), { code: '22P02' }),
      ),
    ],
    [
      'its cause',
      new Error('it failed', { cause: new DrizzleQueryError('select $1', [SECRET, TOKEN], new Error('gone')) }),
    ],
    ['what hangs on it', Object.assign(new Error('it failed'), { detail: SECRET, input: TOKEN, [TOKEN]: 1 })],
    ['what is no error', `${SECRET} ${TOKEN}`],
    ['its name', Object.assign(new Error('it failed'), { name: `x ${SECRET}`, code: TOKEN })],
  ])('does not repeat the values in %s', (_, error) => {
    const text = JSON.stringify(loggedError(error));
    for (const value of [SECRET, 'erika', TOKEN, 'said']) expect(text).not.toContain(value);
  });

  it('says what kind it is, why and where', () => {
    const nothing: { x?: { y: number } } = {};
    const { type, message, stack } = loggedError(thrownBy(() => (nothing.x as { y: number }).y));
    expect([type, message]).toEqual(['TypeError', "Cannot read properties of undefined (reading 'y')"]);
    expect(stack).toMatch(/^ +at .*logged-error\.test\.ts/);
    expect(
      loggedError(new DrizzleQueryError('select $1', ['a'], Object.assign(new Error('gone'), { code: '57P01' }))),
    ).toMatchObject({
      type: 'DatabaseError',
      message: 'PostgreSQL 57P01: gone; in: select $1',
    });
    expect(loggedError(new ClickHouseError('events', 'Code: 47. DB::Exception: Unknown expression (x)')).message).toBe(
      'ClickHouse, events: Code: 47. DB::Exception: Unknown expression',
    );
  });

  it('has one line of words, whatever was written for it', () => {
    const { message } = loggedError(new Error('a\n{level:30}\u2028b\u0000'));
    expect(message).toBe('a {level:30} b ');
  });
});

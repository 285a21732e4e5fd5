import { describe, expect, it } from 'vitest';
import { ReplayArgumentError, readReplayArguments } from './arguments.ts';

const now = new Date('2026-03-01T00:30:00Z');

describe('the arguments of a replay', () => {
  it('need a file only', () => {
    expect(readReplayArguments(['rows.csv'], now)).toEqual({
      file: 'rows.csv',
      on: '2026-02-28',
      url: 'http://127.0.0.1:3000',
      account: 'conversations',
      key: null,
      batch: 1000,
      state: null,
      restart: false,
    });
  });

  it('can say everything', () => {
    const argv =
      '--on 2026-02-14 --url https://bill.example/ --account acme --key k --batch 10 --state s --restart f.csv';
    expect(readReplayArguments(argv.split(' '), now)).toEqual({
      file: 'f.csv',
      on: '2026-02-14',
      url: 'https://bill.example',
      account: 'acme',
      key: 'k',
      batch: 10,
      state: 's',
      restart: true,
    });
  });

  it('may ask for help', () => {
    expect(readReplayArguments(['--help'], now)).toBeNull();
  });

  it.each([
    ['', /which FILE/],
    ['a.csv b.csv', /what is b.csv/],
    ['a.csv --on 2026-02-30', /--on must be a day/],
    ['a.csv --on 14.2.2026', /--on must be a day/],
    ['a.csv --on 2026-03-02', /has not come yet/],
    ['a.csv --url ftp://x', /--url must be an address/],
    ['a.csv --url nowhere', /--url must be an address/],
    ['a.csv --batch 0', /--batch must be/],
    ['a.csv --batch 10001', /--batch must be/],
    ['a.csv --batch 1e3', /--batch must be/],
    ['a.csv --account=', /--account must not be empty/],
    ['a.csv --key=', /--key must not be empty/],
    ['a.csv --day 2026-02-14', /--day/],
    ['a.csv --on', /--on/],
  ])('refuse %j', (line, message) => {
    const read = () => readReplayArguments(line.split(' ').filter(Boolean), now);
    expect(read).toThrow(ReplayArgumentError);
    expect(read).toThrow(message);
  });
});

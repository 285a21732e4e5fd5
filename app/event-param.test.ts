import { expect, it } from 'vitest';
import { readEventParams } from './event-param.ts';
import { paths } from './paths.ts';

const eventsOf = (address: string) => readEventParams(new URL(address, 'https://billing.example').searchParams);

it('brings events through an address', () => {
  const events = [
    { source: '/dynos', id: 'e-1' },
    { source: 'a&b "c" #d', id: 'é 🦆,[' },
  ];
  expect(eventsOf(paths.ask('acme', 'c-1', events))).toEqual(events);
  expect(eventsOf(paths.ask('acme', 'c-1'))).toEqual([]);
});

it.each(['', 'e-1', '{}', '["a"]', '["a",1]', '["a","b","c"]', '[null,null]'])(
  'refuses %j, which names none',
  (text) => {
    const read = () => readEventParams(new URLSearchParams({ event: text }));
    expect(read).toThrow(expect.objectContaining({ status: 400 }));
  },
);

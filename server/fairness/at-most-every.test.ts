import { expect, it } from 'vitest';
import { atMostEvery } from './at-most-every.ts';

it('many who ask at once are one, and who asks later asks anew', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const ask = atMostEvery(0, () => {
    asked++;
    return new Promise<number>((answer) => answers.push(() => answer(asked)));
  });
  const many = [ask(), ask(), ask()];
  expect(asked).toBe(1);
  answers[0]?.();
  expect(await Promise.all(many)).toEqual([1, 1, 1]);
  const later = ask();
  answers[1]?.();
  expect(await later).toBe(2);
});

it('who asks soon after gets the same answer, a failure too', async () => {
  let asked = 0;
  const ask = atMostEvery(60_000, async () => {
    asked++;
    throw new Error('down');
  });
  await expect(ask()).rejects.toThrow('down');
  await expect(ask()).rejects.toThrow('down');
  expect(asked).toBe(1);
});

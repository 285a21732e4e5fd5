import { expect, it } from 'vitest';
import { guarded } from './pages.ts';

it('guards every answer, at any depth, and hands on what is asked', async () => {
  const asked: string[] = [];
  const answers = {
    overview: async (viewer: string) => `overview of ${viewer}`,
    questions: { list: async (viewer: string, page: number) => `${viewer} ${page}`, ask: async () => 'asked' },
  };
  const pages = guarded(answers, (answer) => {
    const counted = async (...words: never[]) => {
      asked.push(JSON.stringify(words));
      return answer(...words);
    };
    return counted as typeof answer;
  });

  expect(await pages.overview('ann')).toBe('overview of ann');
  expect(await pages.questions.list('ann', 2)).toBe('ann 2');
  expect(await pages.questions.ask()).toBe('asked');
  expect(asked).toEqual(['["ann"]', '["ann",2]', '[]']);
});

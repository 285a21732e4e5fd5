import { describe, expect, it } from 'vitest';
import { problemText } from './problem-text.ts';

const thrown = (status: number, data: unknown) => ({ status, statusText: '', internal: false, data });

describe('problemText', () => {
  it.each([
    [400, 'This address is not understood', false],
    [403, 'Not allowed', false],
    [404, 'Not found', false],
    [429, 'Too many requests', true],
    [503, 'This cannot be read right now', true],
    [500, 'Something went wrong on our side', true],
    [418, 'Something went wrong on our side', true],
  ])('%i is "%s"', (status, title, retry) => {
    expect(problemText(thrown(status, ''))).toMatchObject({ status, title, retry });
  });

  it("prefers the server's own words", () => {
    expect(problemText(thrown(404, 'There is no meter "x".')).detail).toBe('There is no meter "x".');
    expect(problemText(thrown(503, { detail: 'The usage store is down.' })).detail).toBe('The usage store is down.');
  });

  it('knows a server that cannot be reached from one that failed', () => {
    expect(problemText(new TypeError('Failed to fetch'))).toMatchObject({ status: 503, retry: true });
    expect(problemText(new TypeError('x is not a function')).status).toBe(500);
  });

  it('does not show the inside of an unexpected error', () => {
    const text = problemText(new Error('SELECT secret FROM users'));
    expect(text.status).toBe(500);
    expect(JSON.stringify(text)).not.toContain('secret');
  });
});

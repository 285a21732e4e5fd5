import { describe, expect, it } from 'vitest';
import { onlyViewDiffers, questionOf, viewOf } from './question.ts';

const at = (search: string) => new URL(`http://plainbill.example/accounts/acme/usage${search}`);

describe('questionOf', () => {
  it.each([
    ['', { period: undefined, meterKey: undefined, groupBy: undefined }],
    ['?period=2026-10&meter=dyno&groupBy=app&view=table', { period: '2026-10', meterKey: 'dyno', groupBy: 'app' }],
    ['?period=&meter=', { period: undefined, meterKey: undefined, groupBy: undefined }],
  ])('"%s"', (search, question) => {
    expect(questionOf('acme', at(search).href)).toEqual({ accountId: 'acme', ...question });
  });
});

describe('an address that is not understood', () => {
  it.each(['?view=pie', '?meter=a&meter=b', '?groupby=app', '?meter[]=dyno'])('%s', (search) => {
    expect(() => questionOf('acme', at(search).href)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('viewOf', () => {
  it.each([
    ['', 'chart'],
    ['view=chart', 'chart'],
    ['view=table', 'table'],
    ['view=nonsense', 'chart'],
  ])('"%s" is %s', (search, view) => {
    expect(viewOf(new URLSearchParams(search))).toBe(view);
  });
});

describe('onlyViewDiffers', () => {
  it.each([
    ['?meter=dyno', '?meter=dyno&view=table', true],
    ['?view=table&meter=dyno', '?meter=dyno&view=chart', true],
    ['?meter=dyno', '?meter=addon&view=table', false],
    ['?meter=dyno', '?meter=dyno', false],
  ])('"%s" and "%s": %s', (a, b, differs) => {
    expect(onlyViewDiffers(at(a), at(b))).toBe(differs);
  });
});

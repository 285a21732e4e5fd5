import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { add, oneTest, readPlaywright, readVitest, spell, sumsOf } from './sums.mjs';

const folder = mkdtempSync(join(tmpdir(), 'plainbill-sums-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tests = (...statuses: string[]) => statuses.map((status) => ({ status, fullName: status }));

describe("vitest's report", () => {
  it.each([
    [
      'every kind',
      'failed',
      tests('passed', 'passed', 'failed', 'skipped', 'todo', 'pending'),
      '2 passed, 1 failed, 3 skipped',
    ],
    ['a file that does not load', 'failed', [], '0 passed, 1 failed, 0 skipped'],
    ['a failing afterAll', 'failed', tests('passed'), '1 passed, 1 failed, 0 skipped'],
    ['all well', 'passed', tests('passed'), '1 passed, 0 failed, 0 skipped'],
  ])('%s', (_, status, assertionResults, expected) => {
    expect(spell(readVitest({ testResults: [{ name: 'a.test.ts', status, assertionResults }] }))).toBe(expected);
  });

  it('names what failed, with the first line of why', () => {
    const failed = { status: 'failed', fullName: 'adds up', failureMessages: ['\u001b[31mexpected 1\u001b[39m\nat x'] };
    const file = (name: string, assertionResults: object[], message = '') => ({
      name,
      status: 'failed',
      message,
      assertionResults,
    });
    const { failures } = readVitest({
      testResults: [file('a.test.ts', [...tests('passed'), failed]), file('b.test.ts', [], 'Cannot load\nat y')],
    });
    expect(failures).toEqual(['a.test.ts › adds up: expected 1', 'b.test.ts › outside its tests: Cannot load']);
  });
});

describe("playwright's report", () => {
  it('counts flaky tests as failed', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 3 } };
    expect(spell(readPlaywright(report))).toBe('5 passed, 3 failed, 3 skipped');
  });

  it('names what failed, with the first line of why', () => {
    const spec = (title: string, status: string, ...errors: string[]) => ({
      title,
      tests: [{ status, results: [...errors.map((message) => ({ error: { message } })), {}] }],
    });
    const suites = [
      {
        title: 'links.spec.ts',
        file: 'links.spec.ts',
        specs: [spec('opens', 'unexpected', 'Timeout\nat x')],
        suites: [
          {
            title: 'without scripts',
            file: 'links.spec.ts',
            specs: [spec('works', 'expected'), spec('ends', 'flaky', 'Gone')],
          },
        ],
      },
    ];
    const stats = { expected: 1, unexpected: 1, flaky: 1, skipped: 0 };
    expect(readPlaywright({ stats, suites }).failures).toEqual([
      'links.spec.ts › opens: Timeout',
      'links.spec.ts › without scripts › ends: Gone',
    ]);
  });
});

describe('a runner', () => {
  const report = (expected: number, unexpected: number) => {
    const path = join(folder, `${expected}-${unexpected}.json`);
    writeFileSync(path, JSON.stringify({ stats: { expected, unexpected, flaky: 0, skipped: 0 } }));
    return path;
  };

  it.each([
    ['passed', report(2, 0), 0, '2 passed, 0 failed, 0 skipped'],
    ['named its failure', report(2, 1), 1, '2 passed, 1 failed, 0 skipped'],
    ['failed outside every test', report(2, 0), 1, '2 passed, 1 failed, 0 skipped'],
    ['crashed before its report', join(folder, 'absent.json'), 1, '0 passed, 1 failed, 0 skipped'],
    ['ended well without a report', join(folder, 'absent.json'), 0, '0 passed, 1 failed, 0 skipped'],
  ])('that %s', (_, path, exitCode, expected) => {
    expect(spell(sumsOf(path, readPlaywright, exitCode))).toBe(expected);
  });
});

describe('sums', () => {
  it('count a check as one test and add up', () => {
    expect(spell(add([oneTest(true), oneTest(false), oneTest(true)]))).toBe('2 passed, 1 failed, 0 skipped');
  });
});

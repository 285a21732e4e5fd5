import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from './build.mjs';
import { isInstalled } from './install.mjs';
import { isOlder } from './node-version.mjs';
import { runQuietly } from './run.mjs';

describe('a version of Node.js', () => {
  it.each([
    ['20.19.0', '20.19', false],
    ['20.18.3', '20.19', true],
    ['18.20.4', '20.19', true],
    ['20.9.0', '20.19', true],
    ['22.0.0', '20.19', false],
    ['24.11.1', '20.19', false],
  ])('%s, where %s is wanted: older is %s', (version, wanted, older) => {
    expect(isOlder(version, wanted)).toBe(older);
  });
});

describe('an installation', () => {
  const express = { version: '4.22.3', integrity: 'sha512-a' };
  const lock = {
    '': {},
    'node_modules/express': express,
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  };

  it.each([
    ['none, or one that was interrupted', null, false],
    ['all that this platform takes', { 'node_modules/express': express }, true],
    ['another version', { 'node_modules/express': { ...express, version: '4.22.2' } }, false],
    ['the same version with another content', { 'node_modules/express': { ...express, integrity: 'sha512-b' } }, false],
    ['a package missing', {}, false],
    ['a package too many', { 'node_modules/express': express, 'node_modules/left-over': express }, true],
  ])('with %s', (_, installed, complete) => {
    expect(isInstalled(lock, installed)).toBe(complete);
  });
});

describe('the mark of a build', () => {
  let folder = '';
  const write = (path: string, content: string) => writeFileSync(join(folder, path), content);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plainbill-inputs-'));
    mkdirSync(join(folder, 'app/routes'), { recursive: true });
    write('app/root.tsx', 'root');
    write('app/routes/home.tsx', 'home');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const mark = () => hashOf(folder, ['app', 'vite.config.ts']);

  it('stays while names and contents stay', () => {
    const before = mark();
    write('app/root.tsx', 'root');
    write('elsewhere.ts', 'not an input');
    expect(mark()).toBe(before);
  });

  it.each([
    ['a file changes', () => write('app/routes/home.tsx', 'house')],
    ['a file comes', () => write('app/routes/sign-in.tsx', '')],
    ['a file goes', () => rmSync(join(folder, 'app/root.tsx'))],
    ['a missing input appears', () => write('vite.config.ts', '')],
  ])('changes when %s', (_, change) => {
    const before = mark();
    change();
    expect(mark()).not.toBe(before);
  });
});

describe('a command', () => {
  const node = (source: string) => runQuietly(process.execPath, ['-e', source]);

  it('hands over what it printed', async () => {
    expect(await node('console.log("out"); console.error("err")')).toContain('out');
  });

  it('that fails says how it was called, how it ended and what it printed', async () => {
    const failure = node('console.error("disk full"); process.exit(3)');
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining('ended with 3'),
      output: 'disk full\n',
    });
  });

  it('that does not exist says so', async () => {
    await expect(runQuietly('/no/such/program', [])).rejects.toThrow('could not be started');
  });
});

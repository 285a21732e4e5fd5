import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { namingAgain, namingNothing, namingWith } from '../charge/names.ts';
import type { ChargeMark, Explanation } from '../explanation.types.ts';
import { asShared, hashOf } from './as-shared.ts';
import { readContent } from './frozen-content.ts';
import { withoutNames } from './hidden-names.ts';

/** As it was kept when licenses, invoices and accounts still stood in an explanation without names. */
const KEPT = readContent(readFileSync(new URL('fixtures/frozen-content.1.json', import.meta.url), 'utf8')).explanation;
const strict = namingWith('a secret');
const again = namingAgain(strict);

const mark = (more: Partial<ChargeMark>): ChargeMark => ({
  ...{ kind: 'license', at: '2026-09-11T22:40:00.000000Z', text: '', resource: null, licenseId: 'dyno-units' },
  ...more,
});
const wordsOf = (given: ChargeMark, more: Partial<Explanation> = {}) =>
  withoutNames({ ...KEPT, ...more, marks: [given] }, strict).marks[0]?.text;

describe('an explanation without names', () => {
  it('that was kept with some tells none, and keeps those that were hidden', () => {
    const shown = withoutNames(KEPT, again);
    const told = JSON.stringify(shown);
    for (const name of ['dyno-units', 'Dyno units', 'ACME', 'inv_']) expect(told).not.toContain(name);
    expect(shown.resources).toEqual(KEPT.resources);
    expect(shown.sentence).toContain('of app 5ea691b1a5 ran for 720 h; 258 h 40 min of it were covered by a license');
    expect(shown.sentence).toContain('; License 1 ran out on 11 Sept');
    expect(shown.licenses).toMatchObject([{ id: 'license 1', product: 'License 1', unit: 'units', weight: '1' }]);
    expect(shown.steps[1]).toMatchObject({ licenseId: 'license 1', quantity: '-931200' });
    expect(shown.versions).toEqual({
      rateCard: { key: 'rate card', versions: [1, 2] },
      meter: 1,
      licenses: { 'license 1': 1 },
    });
  });

  it('is the same when it is made again, by its hash', () => {
    const redaction = { hidePayloads: true, hideNames: true };
    const first = asShared({ explanation: KEPT }, redaction, strict);
    expect(asShared(first, redaction, again)).toEqual(first);
    expect(hashOf(asShared(first, redaction, again))).toBe(hashOf(first));
    expect(hashOf(asShared({ explanation: KEPT }, redaction, namingWith('another secret')))).not.toBe(hashOf(first));
  });

  it('has nothing in it that no rule names', () => {
    const more = { secretField: 'leak', charge: { ...KEPT.charge, corrects: { number: 'leak' }, memo: 'leak' } };
    const resources = KEPT.resources.map((row) => ({ ...row, owner: 'leak' }));
    const shown = withoutNames({ ...KEPT, ...more, resources } as unknown as Explanation, strict);
    expect(JSON.stringify(shown)).not.toContain('leak');
  });

  it('calls all of a kind alike where no secret was kept', () => {
    const { resources } = KEPT;
    const shown = withoutNames(
      { ...KEPT, resources: resources.map((row) => ({ ...row, resource: 'web.1' })) },
      namingAgain(namingNothing),
    );
    expect(shown.resources.map(({ resource }) => resource)).toEqual(['resource']);
    expect(shown.charge.lineValues).toEqual({ app: 'app 5ea691b1a5' });
  });

  it.each([
    ['Dyno units ran out', 'License 1 ran out'],
    ['Dyno units went from 1,000 to 13.5 units', 'License 1 went from 1,000 to 13.5 units'],
    ['Dyno units of Acme ran out', 'License 1 changed'],
    ['Acme ran out', 'License 1 changed'],
    ['Dyno units went from Acme to 13 units', 'License 1 changed'],
  ])('says of a license "%s": "%s"', (text, words) => expect(wordsOf(mark({ text }))).toBe(words));

  it('says of a product whose name begins like another what is its own', () => {
    const [license] = KEPT.licenses;
    const licenses = [{ ...license, product: 'Dyno' }, license] as Explanation['licenses'];
    expect(wordsOf(mark({ text: 'Dyno units ended' }), { licenses })).toBe('License 1 ended');
  });

  const web = strict('resource', 'web ran out');
  it.each<[Partial<ChargeMark>, string]>([
    [
      { kind: 'cap', text: 'web ran out, slot 2, reached its cap of 25.00', resource: 'web ran out' },
      `${web}, slot 2, reached its cap of 25.00`,
    ],
    [
      { kind: 'cap', text: 'The charge reached its cap of 25.00', resource: 'web ran out' },
      'The charge reached its cap of 25.00',
    ],
    [{ kind: 'cap', text: '12 more reached their cap until then' }, '12 more reached their cap until then'],
    [{ kind: 'cap', text: 'Acme reached its cap' }, 'A cap was reached'],
    [
      { kind: 'resize', text: 'web ran out changed from s to l', resource: 'web ran out' },
      `${web} changed from s to l`,
    ],
    [{ kind: 'resize', text: 'At least 480 more changed until then' }, 'At least 480 more changed until then'],
    [{ kind: 'resize', text: 'Acme', resource: 'web ran out' }, `${web} changed`],
    [{ kind: 'correction', text: 'Acme sent it late' }, 'What came late changed it'],
    [{ kind: 'tier', text: 'Tier 2 was entered, beyond 10 units' }, 'Tier 2 was entered, beyond 10 units'],
  ])('says of %j: "%s"', (given, words) => expect(wordsOf(mark(given))).toBe(words));

  it('says of licenses that changed only whether they covered more', () => {
    const driver = { kind: 'license', resource: null, text: 'Licenses covered less: Acme units ended' } as const;
    const comparison = KEPT.comparison && {
      ...KEPT.comparison,
      drivers: ['2.5', '-2.5'].map((amountExact) => ({ ...driver, amountExact })),
    };
    const shown = withoutNames({ ...KEPT, comparison }, strict);
    expect(shown.comparison?.drivers.map(({ text }) => text)).toEqual([
      'Licenses covered less',
      'Licenses covered more',
    ]);
  });
});

/** The npm packages in the bundles: their licences come along, and the RPM names them. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NOTICES, packagesIn, withProvides } from '../../scripts/bundled.mjs';

const ROOT = resolve(import.meta.dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const notices = read('dist', NOTICES);
const packages = packagesIn(notices);
const spec = read('packaging', 'packit-cli.spec');

describe('what others wrote', () => {
  test('is named with its version and licence, and the text of the licence', () => {
    const names = packages.map(({ name }) => name);
    for (const name of ['commander', 'undici', 'yaml', '@octokit/rest']) expect(names).toContain(name);
    for (const name of ['jest', 'esbuild', 'typescript']) expect(names).not.toContain(name);
    const sections = notices.split(/^==== /m).slice(1);
    expect(sections.length).toBe(packages.length);
    for (const section of sections)
      expect({
        section,
        says: /copyright|license/i.test(section.split('\n').slice(2).join('\n')),
      }).toMatchObject({
        says: true,
      });
    // Both of a package that is there twice.
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    expect(twice).toContain('ansi-regex');
  });

  test('has the licences that the spec file names', () => {
    const [, license = ''] = /^License: +(.+)$/m.exec(spec) ?? [];
    expect(license.split(' AND ').sort()).toEqual([...new Set(packages.map((one) => one.license))].sort());
  });

  test('is what the spec file provides; otherwise: node scripts/bundled.mjs', () => {
    expect(withProvides(spec, packages)).toBe(spec);
  });

  test('is put into the spec where it was, and nothing else is changed', () => {
    const text = 'A: 1\nProvides:       bundled(npm(old)) = 1\nB: 2\n';
    expect(
      withProvides(text, [
        { name: '@a/b', version: '2.0.0' },
        { name: 'c', version: '3' },
      ]),
    ).toBe('A: 1\nProvides:       bundled(npm(@a/b)) = 2.0.0\nProvides:       bundled(npm(c)) = 3\nB: 2\n');
    expect(() => withProvides('A: 1\n', [])).toThrow(/no line/);
  });
});

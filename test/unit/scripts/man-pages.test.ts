/** The manual pages: one for each command, all that its help says, and nothing that groff warns of. */
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { manPages } from '../../../scripts/docs/man-pages.ts';

const pages = manPages('1.2.3');

function shown(text: string): { stdout: string; stderr: string } | undefined {
  const result = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-Kutf8'], { input: text, encoding: 'utf8' });
  return result.error === undefined ? result : undefined;
}

test('a page for every command, groups included', () => {
  const files = pages.map(({ file }) => file);
  expect(files).toEqual(
    expect.arrayContaining(['packit.1', 'packit-srpm.1', 'packit-build-in-copr.1', 'packit-doctor.1']),
  );
  expect(new Set(files).size).toBe(files.length);
});

test('groff has nothing to complain about, and options are typed with plain hyphens', () => {
  // Where groff is not installed the text alone is looked at.
  for (const { file, text } of pages) {
    const page = shown(text);
    expect([file, page?.stderr ?? '']).toEqual([file, '']);
  }
  const srpm = pages.find(({ file }) => file === 'packit-srpm.1');
  expect(srpm?.text).toContain('\\fB\\-\\-reproducible\\fR');
  expect(srpm?.text).toContain('.SH "EXAMPLES"');
  // oxlint-disable-next-line no-control-regex -- what bold is shown with
  const plain = shown(srpm?.text ?? '')?.stdout.replace(/\u001b\[[\d;]*m|.\u0008/g, '');
  if (plain !== undefined) expect(plain).toContain('--reproducible');
});

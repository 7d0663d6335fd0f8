import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllowList } from '../../../../../src/workflows/ci/trust/index.ts';
import {
  JOB_POWER_KEYS,
  PACKAGE_POWER,
  PACKAGE_POWER_KEYS,
} from '../../../../../src/workflows/ci/trust/power.ts';

const root = resolve(import.meta.dirname, '..', '..', '..', '..', '..');
const page = readFileSync(resolve(root, 'docs', 'ci-trust.md'), 'utf8');

test('the page lists the keys with power, each once', () => {
  const [, section = ''] = /\n## Keys with power\n([^]*?)\n## /.exec(page) ?? [];
  const cells = Array.from(section.matchAll(/^\| (`[^|]*) \|/gm), ([, cell = '']) => cell);
  const listed = cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, key = '']) => key));
  const settings = Object.entries(PACKAGE_POWER).flatMap(([key, power]) =>
    power === 'settings' ? [key] : [],
  );
  expect(listed.toSorted()).toEqual([...PACKAGE_POWER_KEYS, ...JOB_POWER_KEYS, ...settings].toSorted());
});

test('the allow-list on the page can be read', () => {
  const [, example = ''] = /```yaml\n(allow:[^]*?)```/.exec(page) ?? [];
  expect(parseAllowList(example, 'page')).toMatchObject({
    allow: ['github.com/jane', 'github.com/fedora-copr', 'gitlab.com/group/sub/hello'],
    deny: ['github.com/mallory'],
    waiting: ['github.com/newcomer'],
    packagers: true,
  });
});

import { expect, test } from '@jest/globals';
import { isSameRepository } from '../../../../src/workflows/pull-from-upstream/same-repository.ts';

test.each([
  ['https://github.com/o/hello', 'https://github.com/o/hello.git', true],
  ['https://github.com/o/hello/', 'git@github.com:o/hello.git', true],
  ['ssh://git@GitHub.com/o/hello', 'https://user:secret@github.com/o/hello', true],
  ['/srv/git/hello.git', '/srv/git/hello/', true],
  ['https://github.com/o/hello', 'https://github.com/p/hello', false],
  ['https://src.fedoraproject.org/rpms/hello', 'https://github.com/o/hello', false],
  ['/srv/git/hello', 'https://github.com/srv/git/hello', false],
])('%s and %s: %s', (one, other, expected) => {
  expect(isSameRepository(one, other)).toBe(expected);
});

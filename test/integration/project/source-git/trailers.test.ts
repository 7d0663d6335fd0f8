import { describe, expect, test } from '@jest/globals';
import { trailerValue, withTrailers } from '../../../../src/project/source-git/index.ts';
import { createGit } from '../../../../src/tools/git/index.ts';
import { createRepository } from '../../../support/git.ts';
import { tempDir } from '../../../support/temp.ts';

const repository = createRepository(tempDir());
const git = createGit(repository.run, repository.dir);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('withTrailers', () => {
  test.each([
    ['a subject alone', 'Subject\n', 'Subject\n\nPatch-id: 1\n'],
    ['after other trailers', 'S\n\nSigned-off-by: a <b>\n', 'S\n\nSigned-off-by: a <b>\nPatch-id: 1\n'],
    ['in the place of one that is there', 'S\n\nPatch-id: 7\n', 'S\n\nPatch-id: 1\n'],
    ['a message with a line of hyphens', 'S\n\ntext\n---\nmore\n', 'S\n\ntext\n---\nmore\n\nPatch-id: 1\n'],
    ['text in Latin-1', 'Gr\xfc\xdfe\n\n\xe9\n', 'Gr\xfc\xdfe\n\n\xe9\n\nPatch-id: 1\n'],
  ])('%s', async (_title, message, expected) => {
    const result = await withTrailers(git, latin1(message), [{ token: 'Patch-id', value: '1' }]);
    expect(result.toString('latin1')).toBe(expected);
  });

  test('a value of several lines in any encoding, `$&` taken as it is', async () => {
    const value = latin1('|\n    # \xe9t\xe9 $& $1\n    # second');
    const result = await withTrailers(git, latin1('S\n'), [
      { token: 'Patch-status', value },
      { token: 'Patch-id', value: '3' },
    ]);
    expect(result.toString('latin1')).toBe(
      'S\n\nPatch-status: |\n    # \xe9t\xe9 $& $1\n    # second\nPatch-id: 3\n',
    );
  });
});

test('trailerValue: the last of several, wherever it stands', () => {
  expect(trailerValue(latin1('S\n\nX: 1\n\n\xff\nX: 2\r\nend\n'), 'X')).toBe('2');
  expect(trailerValue(latin1('S\n\n X: 1\n'), 'X')).toBeUndefined();
});

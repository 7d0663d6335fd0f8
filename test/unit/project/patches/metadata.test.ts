import { describe, expect, test } from '@jest/globals';
import { authorComment, commentLines, messageComment } from '../../../../src/project/patches/comment.ts';
import { hasOldMetadata } from '../../../../src/project/patches/metadata.ts';
import { parseOldMetadata, parsePatchTrailers } from '../../../../src/project/patches/index.ts';

const NOTHING = {
  name: undefined,
  id: undefined,
  status: undefined,
  presentInSpec: false,
  ignored: false,
  noPrefix: false,
  endsFile: false,
  defined: false,
};

describe('trailers of a source-git commit', () => {
  test('say what becomes of its patch', () => {
    expect(
      parsePatchTrailers(
        'Patch-name: "fix.patch"\nPatch-id: 12\nPatch-status: |\n    # line one\n\n    line two\nPatch-present-in-specfile: true\nNo-prefix: yes\nSigned-off-by: Jane <jane@example.com>\n',
      ),
    ).toEqual({
      ...NOTHING,
      name: 'fix.patch',
      id: '12',
      status: '# line one\n\nline two',
      presentInSpec: true,
      noPrefix: true,
      defined: true,
    });
  });

  test('none of them', () => {
    expect(parsePatchTrailers('')).toEqual(NOTHING);
    expect(parsePatchTrailers('Signed-off-by: Jane <jane@example.com>\n')).toEqual(NOTHING);
  });

  test('a commit to leave out', () => {
    expect(parsePatchTrailers('Ignore-patch: true\n').ignored).toBe(true);
    expect(parsePatchTrailers('Ignore-patch: false\n').ignored).toBe(false);
  });

  test('values that are no YAML are what they are; digits are not read as octal', () => {
    expect(parsePatchTrailers('Patch-status: fixes: all of it\nPatch-id: 0010\n')).toMatchObject({
      status: 'fixes: all of it',
      id: '0010',
    });
  });
});

describe('the old form', () => {
  test('is the longest tail of the message that is a mapping', () => {
    const message =
      'Fix it\n\nIn two words: done.\n\npatch_name: a.patch\npatch_id: 3\ndescription: |-\n  one\n  two\nno_prefix: true\nsquash_commits: true\n';
    expect(hasOldMetadata(message)).toBe(true);
    expect(parseOldMetadata(message)).toEqual({
      ...NOTHING,
      name: 'a.patch',
      id: '3',
      status: 'one\ntwo',
      noPrefix: true,
      endsFile: true,
      defined: true,
    });
  });

  test('a message of words has none', () => {
    expect(hasOldMetadata('Fix it\n\nWith a description of it: nothing else.\n')).toBe(false);
    expect(parseOldMetadata('Fix it\n\nJust text.\n')).toEqual(NOTHING);
  });
});

describe('the comment above a Patch tag', () => {
  test('comments are not commented again, other text is', () => {
    expect(commentLines('# from the spec\n#\n# 100%')).toEqual(['# from the spec', '#', '# 100%']);
    expect(commentLines('text\n# and this')).toEqual(['# text', '# # and this']);
    expect(commentLines('one\n\ntwo  ')).toEqual(['# one', '#', '# two']);
    expect(commentLines('red \u001b[31m\ttab\r\nbell\u0007')).toEqual(['# red [31m\ttab', '# bell']);
  });

  test('of a message: without the trailers', () => {
    const trailers = 'Patch-name: a.patch\nSigned-off-by: Jane <j@example.com>\n';
    expect(messageComment(`Fix it\n\n#12 is fixed\n\n${trailers}`, trailers)).toEqual([
      '# Fix it',
      '#',
      '# #12 is fixed',
    ]);
  });

  test('of a commit without a word on patches: subject and author', () => {
    expect(authorComment('Fix it\n\nLong story', 'Jane <j@example.com>')).toEqual([
      '# Fix it',
      '# Author: Jane <j@example.com>',
    ]);
  });
});

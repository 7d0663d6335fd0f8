import { describe, expect, test } from '@jest/globals';
import { parsePatchTrailers } from '../../../../src/project/patches/index.ts';

describe('trailers of a source-git commit', () => {
  test('say what becomes of its patch', () => {
    expect(
      parsePatchTrailers(
        'Patch-name: "fix.patch"\nPatch-id: 12\nPatch-status: |\n    # line one\n    line two\nPatch-present-in-specfile: true\nNo-prefix: yes\nSigned-off-by: Jane <jane@example.com>\n',
      ),
    ).toEqual({
      name: 'fix.patch',
      id: 12,
      status: '# line one\nline two',
      presentInSpec: true,
      ignored: false,
      noPrefix: true,
    });
  });

  test('none of them', () => {
    expect(parsePatchTrailers('')).toEqual({
      name: undefined,
      id: undefined,
      status: undefined,
      presentInSpec: false,
      ignored: false,
      noPrefix: false,
    });
  });

  test('a commit to leave out', () => {
    expect(parsePatchTrailers('Ignore-patch: true\n').ignored).toBe(true);
    expect(parsePatchTrailers('Ignore-patch: false\n').ignored).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  chooseTag,
  filterTags,
  lastTag,
  passedOverNotice,
  tagFromVersion,
  versionFromTag,
} from '../../../../src/project/version/index.ts';

const rules = (template: string, extra: object = {}) => ({
  upstream_tag_template: template,
  upstream_package_name: 'foo',
  ...extra,
});

const named = (...names: string[]) => names.map((name) => ({ name }));

describe('the version in a tag', () => {
  test.each([
    ['1.0.0', '{version}', '1.0.0'],
    ['test-1.0.0', 'test-{version}', '1.0.0'],
    ['foo-1.0.0', '{upstream_package_name}-{version}', '1.0.0'],
    ['foo-1.0-rc1', '{upstream_package_name}-{version}', '1.0-rc1'],
    ['v1.0-release', 'v{version}-release', '1.0'],
    ['v1.0-release', 'v{version}', '1.0-release'],
    // Only the start must match, and the template's text is a regular expression, as in the reference.
    ['1.0-final-2', '{version}-final', '1.0'],
    ['1.0', 'v?{version}', '1.0'],
    ['c++-1.0', 'c++-{version}', '1.0'],
    ['release+1.0', 'release+{version}', '1.0'],
    ['any-1.0', '{whatever}-{version}', '1.0'],
  ])('%s by %s', (tag, template, version) => {
    expect(versionFromTag(tag, rules(template))).toBe(version);
  });

  test.each([
    ['other-1.0.0', 'some_name-{version}'],
    ['v', 'v{version}'],
    ['snapshot', 'v{version}'],
    ['bar-1.0', '{upstream_package_name}-{version}'],
  ])('%s does not fit %s', (tag, template) => {
    expect(versionFromTag(tag, rules(template))).toBeUndefined();
  });

  test('needs {version} in the template', () => {
    expect(() => versionFromTag('b2901', rules('b2901'))).toThrow(
      expect.objectContaining({
        code: 'TAG_TEMPLATE_WITHOUT_VERSION',
        hint: expect.stringContaining('v{version}'),
      }),
    );
  });
});

describe('the tag of a version', () => {
  test.each([
    ['{version}', '1.0'],
    ['v{version}', 'v1.0'],
    ['{upstream_package_name}-{version}', 'foo-1.0'],
    ['{{{version}}}', '{1.0}'],
    ['b2901', 'b2901'],
  ])('by %s', (template, tag) => {
    expect(tagFromVersion('1.0', rules(template))).toBe(tag);
  });

  test.each(['{rsion}', 'v{version', '}', '{}'])('cannot be made by %s', (template) => {
    expect(() => tagFromVersion('1.0', rules(template))).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID', hint: expect.stringContaining('{version}') }),
    );
  });

  test('is read back as the same version', () => {
    const text = fc.stringMatching(/^[a-zA-Z0-9.+_$^()*[\]-]{0,8}$/);
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^[0-9][a-z0-9.~^_-]{0,9}$/), (before, after, version) => {
        const template = rules(`${before}{version}${after}`);
        expect(versionFromTag(tagFromVersion(version, template), template)).toBe(version);
      }),
      { seed: 20, numRuns: 300 },
    );
  });
});

describe('the newest tag', () => {
  test.each([
    [['3.0.0', '2.0.0'], '^2\\..+', undefined, undefined, '2.0.0'],
    [['2.2.0', '2.1.1', '2.1.0', '2.0.0'], '^.+\\.1\\..+', undefined, undefined, '2.1.1'],
    [['2.1.1', '2.2.0', '2.1.0', '2.0.0'], undefined, '^.+\\.1\\..+', undefined, '2.2.0'],
    [['2.2.1', '2.1.1', '2.2.0', '2.1.0', '2.0.0'], '^.+\\.1\\..+', undefined, '2.1.1', '2.1.0'],
    [['3.0.0', '2.1.1', '2.2.0', '2.1.0', '2.0.0'], '^2\\..+', '^.+\\.1\\..+', undefined, '2.2.0'],
    [['0.3.0', '0.2.0'], undefined, undefined, '0.3.0', '0.2.0'],
    [['0.3.0', '0.2.0'], undefined, undefined, 'absent', undefined],
    [[], undefined, undefined, undefined, undefined],
  ])('of %j including %s excluding %s before %s', (tags, include, exclude, before, expected) => {
    const filters = { upstream_tag_include: include ?? '', upstream_tag_exclude: exclude ?? null };
    expect(lastTag(tags, rules('{version}', filters), before)).toBe(expected);
  });

  test('goes on to the next where the newest does not fit, and says so', () => {
    const choice = chooseTag(named('snapshot', 'v2.0', 'v1.0'), rules('v{version}'));
    expect(choice).toEqual({ tag: 'v2.0', version: '2.0', passedOver: ['snapshot'] });
    expect(choice && passedOverNotice(choice, rules('v{version}'))).toMatch(
      /v2\.0.*"v\{version\}": snapshot$/,
    );
    expect(chooseTag(named('snapshot'), rules('v{version}'))).toBeUndefined();
  });

  test('in a repository of several packages is the one of this package', () => {
    const template = rules('{upstream_package_name}-{version}');
    expect(chooseTag(named('bar-2.0', 'foo-1.0'), template)?.version).toBe('1.0');
  });

  test('may carry another name if none has this one, as in the reference', () => {
    const template = rules('{upstream_package_name}-{version}');
    expect(chooseTag(named('bar-2.0', 'bar-1.0'), template)?.version).toBe('2.0');
  });

  test('says nothing when nothing was passed over', () => {
    const choice = chooseTag(named('v2.0'), rules('v{version}'));
    expect(choice && passedOverNotice(choice, rules('v{version}'))).toBeUndefined();
  });

  test('is the most precise of those on its commit', () => {
    const tags = [
      { name: 'v1', commit: 'b' },
      { name: 'v1.2', commit: 'b' },
      { name: 'v1.2.3', commit: 'b' },
      { name: 'v9.0', commit: 'a' },
    ];
    expect(chooseTag(tags, rules('v{version}'))?.tag).toBe('v1.2.3');
    const pattern = { prerelease_suffix_pattern: '([.\\-_~^]?)(alpha|beta|rc)(\\d+)?' };
    const candidates = [
      { name: 'v2.0-rc1', commit: 'c' },
      { name: 'v2.0', commit: 'c' },
    ];
    expect(chooseTag(candidates, rules('v{version}', pattern))?.tag).toBe('v2.0');
    expect(chooseTag(candidates.toReversed(), rules('v{version}', pattern))?.tag).toBe('v2.0');
  });

  test('is the nearest one where that is known', () => {
    const choice = chooseTag(
      named('x', '1.0.1', '2.0'),
      rules('{version}', { upstream_tag_include: '\\d' }),
      '2.0',
    );
    expect(choice).toEqual({ tag: '2.0', version: '2.0', passedOver: [] });
  });

  test('keeps the order while filtering', () => {
    expect(filterTags(['v3', 'x', 'v1'], rules('{version}', { upstream_tag_include: 'v\\d+' }))).toEqual([
      'v3',
      'v1',
    ]);
  });
});

/**
 * The spec dist-git gets, case by case, by the rules of the reference: release table, changelog,
 * pre-releases. Macros are expanded by the real rpm.
 */
import { describe, expect, test } from '@jest/globals';
import { changelogText, mergeSpecs } from '../../../../src/project/downstream-spec/index.ts';
import { findTag, parseSpec, stringifySpec } from '../../../../src/spec/index.ts';
import { createEvaluator } from '../../../../src/tools/rpm/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { testEnvironment } from '../../../support/git.ts';
import { tempDir } from '../../../support/temp.ts';

const PATTERN = String.raw`([.\-_~^]?)(alpha|beta|rc|pre(view)?)([.\-_]?\d+)?`;
const OLD = '* Mon Jan 01 2024 Jane Doe <jane@example.com> - 1.0-2\n- Old\n';

interface SpecParts {
  version?: string;
  release?: string;
  /** Lines before the tags. */
  head?: string;
  /** `null`: no section at all. */
  changelog?: string | null;
  extra?: string;
}

function spec({
  version = '1.0',
  release = '1%{?dist}',
  head = '',
  changelog = '',
  extra = '',
}: SpecParts): string {
  return `${head}Name: hello
Version: ${version}
Release: ${release}
Summary: x
License: MIT
${extra}
%description
x
${changelog === null ? '' : `\n%changelog\n${changelog}`}`;
}

const home = tempDir();
// Stand-ins for what rpmautospec brings: enough to read the spec.
const evaluate = createEvaluator({
  run: createRun({ env: testEnvironment(home) }),
  tempDir: home,
  trust: 'own',
  sourceDir: home,
  macros: { autorelease: '1', autochangelog: '%nil' },
});

interface Merge {
  distGit: SpecParts | undefined;
  upstream: SpecParts;
  version: string;
  bugs?: string[];
  action?: string;
  notes?: string;
  pattern?: string;
}

async function merged({ distGit, upstream, version, pattern = PATTERN, ...words }: Merge): Promise<string> {
  const text = changelogText({
    version,
    action: words.action,
    releaseNotes: words.notes,
    bugs: words.bugs ?? [],
  });
  const { spec: result } = await mergeSpecs({
    upstream: parseSpec(spec(upstream)),
    distGit: distGit === undefined ? undefined : parseSpec(spec(distGit)),
    version,
    evaluate,
    prereleasePattern: pattern,
    changelog: {
      lines: text.split('\n'),
      author: 'Jane Doe <jane@example.com>',
      date: '2024-05-06',
    },
  });
  return new TextDecoder().decode(stringifySpec(result));
}

function tag(text: string, name: string): string | undefined {
  return findTag(parseSpec(text), name)?.value;
}

describe('the release', () => {
  // dist-git's release, upstream's, upstream's version, the version proposed -> result
  test.each([
    ['%autorelease', '3%{?dist}', '1.0', '1.0', '%autorelease'],
    ['%autorelease -p -e beta2', '%autorelease', '1.0', '1.0', '%autorelease'],
    ['%autorelease', '%autorelease -b 3', '1.0', '2.0', '%autorelease -b 3'],
    ['%{autorelease}', '1', '1.0', '2.0', '%{autorelease}'],
    ['%{?autorelease}', '%{autorelease}', '1.0', '2.0', '%{autorelease}'],
    ['2%{?dist}', '%autorelease', '1.0', '1.0', '1%{?dist}'],
    ['2%{?dist}', '5%{?dist}', '1.0', '2.0', '1%{?dist}'],
    ['3%{?dist}', '3%{?dist}', '1.0', '1.0', '1%{?dist}'],
    ['3%{?dist}', '3', '1.0', '1.0', '1%{?dist}'],
    ['3%{?dist}', '4%{?dist}', '1.0', '1.0', '4%{?dist}'],
    ['3%{?dist}', '4', '1.0', '1.0', '4'],
    ['3%{?dist}', '0.1.rc1%{?dist}', '1.0', '1.0', '0.1.rc1%{?dist}'],
  ])('%s with %s for %s, proposing %s: %s', async (distGit, upstream, specVersion, version, expected) => {
    const text = await merged({
      distGit: { version: '0.9', release: distGit, changelog: OLD },
      upstream: { version: specVersion, release: upstream },
      version,
    });
    expect(tag(text, 'release')).toBe(expected);
    expect(tag(text, 'version')).toBe(version);
  });

  test('releases are compared as they expand', async () => {
    const text = await merged({
      distGit: { release: '7%{?dist}' },
      upstream: { head: '%global rel 7\n', release: '%{rel}%{?dist}' },
      version: '1.0',
    });
    expect(tag(text, 'release')).toBe('1%{?dist}');
  });

  test("upstream's version is compared as it expands", async () => {
    const text = await merged({
      distGit: { version: '0.9', release: '7%{?dist}' },
      upstream: { head: '%global major 1\n', version: '%{major}.0', release: '4%{?dist}' },
      version: '1.0',
    });
    expect(tag(text, 'release')).toBe('4%{?dist}');
  });

  test('of a new package starts at 1', async () => {
    const text = await merged({ distGit: undefined, upstream: { release: '4%{?dist}' }, version: '1.0' });
    expect(tag(text, 'release')).toBe('1%{?dist}');
  });

  test('of a new package with %autorelease stays', async () => {
    const text = await merged({ distGit: undefined, upstream: { release: '%autorelease' }, version: '1.0' });
    expect(tag(text, 'release')).toBe('%autorelease');
  });
});

describe('pre-releases', () => {
  test.each([
    ['2.0rc1', '2.0~rc1'],
    ['2.0-beta2', '2.0~beta2'],
    ['2.0.alpha.1', '2.0~alpha.1'],
    ['2.0~rc1', '2.0~rc1'],
    ['2.0', '2.0'],
    ['2.0.dev1', '2.0.dev1'],
  ])('%s becomes %s', async (version, expected) => {
    const text = await merged({ distGit: { changelog: OLD }, upstream: {}, version });
    expect(tag(text, 'version')).toBe(expected);
    expect(text).toContain(`- ${expected}-1\n- Update to version ${version}\n`);
  });

  test('a pattern that cannot be used is left out', async () => {
    const text = await merged({ distGit: {}, upstream: {}, version: '2.0rc1', pattern: '(rc' });
    expect(tag(text, 'version')).toBe('2.0rc1');
  });
});

describe('the changelog', () => {
  const ENTRY = '* Mon May 06 2024 Jane Doe <jane@example.com> - 2.0-1\n';

  test.each<[string, Merge, string]>([
    [
      "dist-git's stays and gets an entry",
      {
        distGit: { changelog: OLD },
        upstream: { changelog: '* Tue Feb 02 2021 Up Stream <u@x> - 9-9\n- Theirs\n' },
        version: '2.0',
      },
      `%changelog\n${ENTRY}- Update to version 2.0\n\n${OLD}`,
    ],
    [
      'bugs are named',
      { distGit: { changelog: OLD }, upstream: {}, version: '2.0', bugs: ['rhbz#1', 'rhbz#2'] },
      `%changelog\n${ENTRY}- Update to version 2.0\n- Resolves: rhbz#1\n- Resolves: rhbz#2\n\n${OLD}`,
    ],
    [
      'the action speaks for itself',
      {
        distGit: { changelog: OLD },
        upstream: {},
        version: '2.0',
        bugs: ['rhbz#1'],
        action: '- Mine  \n- And more\n\n',
      },
      `%changelog\n${ENTRY}- Mine\n- And more\n\n${OLD}`,
    ],
    [
      'release notes win',
      {
        distGit: { changelog: OLD },
        upstream: {},
        version: '2.0',
        bugs: ['rhbz#1'],
        notes: '* New\r\n* Newer\r\n',
      },
      `%changelog\n${ENTRY} * New\n * Newer\n- Resolves: rhbz#1\n\n${OLD}`,
    ],
    [
      'macros in the text are escaped, escaped ones left alone',
      { distGit: { changelog: OLD }, upstream: {}, version: '2.0', action: '- 100% of %prep, %{x} and %%y' },
      `%changelog\n${ENTRY}- 100% of %%prep, %%{x} and %%y\n\n${OLD}`,
    ],
    [
      'an action that says nothing is as if absent',
      { distGit: { changelog: OLD }, upstream: {}, version: '2.0', action: ' \n' },
      `%changelog\n${ENTRY}- Update to version 2.0\n\n${OLD}`,
    ],
    [
      'an epoch is part of the entry',
      { distGit: { changelog: OLD }, upstream: { extra: 'Epoch: 3\n' }, version: '2.0' },
      `%changelog\n${ENTRY.replace('2.0-1', '3:2.0-1')}- Update to version 2.0\n\n${OLD}`,
    ],
    [
      '%autochangelog of dist-git gets no entry',
      { distGit: { changelog: '%autochangelog\n' }, upstream: { changelog: OLD }, version: '2.0' },
      '%changelog\n%autochangelog\n',
    ],
    [
      '%autochangelog of upstream alone does not come over',
      { distGit: { changelog: OLD }, upstream: { changelog: '%autochangelog\n' }, version: '2.0' },
      `%changelog\n${ENTRY}- Update to version 2.0\n\n${OLD}`,
    ],
    [
      'upstream needs no section',
      { distGit: { changelog: OLD }, upstream: { changelog: null }, version: '2.0' },
      `%changelog\n${ENTRY}- Update to version 2.0\n\n${OLD}`,
    ],
    [
      "a new package keeps upstream's",
      { distGit: undefined, upstream: { changelog: OLD }, version: '2.0' },
      `%changelog\n${ENTRY}- Update to version 2.0\n\n${OLD}`,
    ],
  ])('%s', async (_name, merge, expected) => {
    const text = await merged(merge);
    expect(text.slice(text.indexOf('%changelog'))).toBe(expected);
  });

  test('a package without any stays without', async () => {
    const text = await merged({
      distGit: { changelog: null },
      upstream: { changelog: null },
      version: '2.0',
    });
    expect(text).not.toContain('%changelog');
  });

  test('line ends of DOS stay, and conditions are understood all the same', async () => {
    const dos = (parts: SpecParts): Buffer => Buffer.from(spec(parts).replaceAll('\n', '\r\n'));
    const { spec: result } = await mergeSpecs({
      upstream: parseSpec(dos({ extra: '%if 1\nEpoch: 2\n%endif\n' })),
      distGit: parseSpec(dos({ changelog: OLD })),
      version: '2.0',
      evaluate,
      prereleasePattern: PATTERN,
      changelog: { lines: ['- Update'], author: 'J <j@x>', date: '2024-05-06' },
    });
    const text = new TextDecoder().decode(stringifySpec(result));
    expect(text).toContain('* Mon May 06 2024 J <j@x> - 2:2.0-1\r\n- Update\r\n\r\n* Mon Jan 01');
  });

  test('bytes that are not UTF-8 stay what they were', async () => {
    const old = Buffer.concat([
      Buffer.from(spec({ changelog: '' })),
      Buffer.from('* Mon Jan 01 2024 J\xf6rg <j@x> - 1.0-1\n- \xe4\n', 'latin1'),
    ]);
    const { spec: result } = await mergeSpecs({
      upstream: parseSpec(spec({})),
      distGit: parseSpec(old),
      version: '2.0',
      evaluate,
      prereleasePattern: PATTERN,
    });
    expect(Buffer.from(stringifySpec(result)).toString('latin1')).toContain(
      'J\xf6rg <j@x> - 1.0-1\n- \xe4\n',
    );
  });

  test("everything else is upstream's", async () => {
    const text = await merged({
      distGit: { extra: 'BuildRequires: old\n' },
      upstream: { extra: 'BuildRequires: new\n' },
      version: '2.0',
    });
    expect(text).toContain('BuildRequires: new');
    expect(text).not.toContain('BuildRequires: old');
  });
});

describe('an Epoch can never go down', () => {
  const text = (parts: SpecParts, epoch: string): string =>
    spec(parts).replace('Version:', `${epoch}Version:`);
  const merged = async (distGit: string, upstream: string) => {
    const result = await mergeSpecs({
      upstream: parseSpec(upstream),
      distGit: parseSpec(distGit),
      version: '1.1',
      evaluate,
    });
    const tag = findTag(result.spec, 'epoch');
    return {
      epoch: tag?.value,
      text: Buffer.from(stringifySpec(result.spec)).toString(),
      codes: result.warnings.map(({ code }) => code),
    };
  };

  test.each<[string, string, string, string | undefined, string[]]>([
    ["only dist-git has one: it stays, where upstream's has none", 'Epoch: 2\n', '', '2', ['EPOCH_KEPT']],
    ["dist-git's is higher", 'Epoch: 3\n', 'Epoch: 2\n', '3', ['EPOCH_KEPT']],
    ["upstream's is higher", 'Epoch: 1\n', 'Epoch: 2\n', '2', []],
    ['both are the same', 'Epoch: 2\n', 'Epoch: 2\n', '2', []],
    ['nobody has one', '', '', undefined, []],
    ['one is no number', 'Epoch: %{epoch_of_mine}\n', '', undefined, []],
  ])('%s', async (_name, distGit, upstream, epoch, codes) => {
    const result = await merged(text({ changelog: OLD }, distGit), text({ version: '1.1' }, upstream));
    expect({ epoch: result.epoch, codes: result.codes }).toEqual({ epoch, codes });
  });

  test('it stands above Version, laid out as that is, and rpm reads it', async () => {
    const upstream = text({ version: '1.1' }, '').replace('Version: ', 'Version:        ');
    const { text: result } = await merged(text({ changelog: OLD }, 'Epoch:  7\n'), upstream);
    expect(result).toContain('\nEpoch:          7\nVersion:        1.1\n');
    expect(result).toMatch(/^Name: hello\n/);
  });
});

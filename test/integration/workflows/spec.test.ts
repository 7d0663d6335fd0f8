/** packit spec show and packit spec edit on real files, with the real rpmspec. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createContext } from '../../../src/context.ts';
import type { Context } from '../../../src/context.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Warning } from '../../../src/ui.ts';
import { editSpec } from '../../../src/workflows/spec-edit.ts';
import type { SpecEditResult } from '../../../src/workflows/spec-edit.ts';
import type { SpecEdits } from '../../../src/workflows/spec-edit-steps.ts';
import { showSpec } from '../../../src/workflows/spec-show.ts';
import { testEnvironment } from '../../support/git.ts';
import { tempDir } from '../../support/temp.ts';

const SPEC = `%global major 1
%global minor 2
Name:           hello
Version:        %{major}.%{minor}
Release:        3%{?dist}
Summary:        Greets
License:        MIT
Source0:        https://example.com/%{name}-%{version}.tar.gz
%if 0
Patch0:         never.patch
%endif
Patch1:         fix.patch

%description
Greets.

%prep
%autosetup -p1

%changelog
* Thu Feb 01 2024 Jane Doe <jane@example.com> - 1.2-3
- Fix it
`;

interface Place {
  dir: string;
  file: string;
  warnings: Warning[];
  said: string[];
  ctx: Context;
}

function place(text: string | Uint8Array = SPEC, env: Record<string, string> = {}): Place {
  const dir = tempDir();
  mkdirSync(join(dir, 'home'));
  const file = join(dir, 'hello.spec');
  writeFileSync(file, text);
  const warnings: Warning[] = [];
  const said: string[] = [];
  const ui = { ...silentUi(warnings), info: (message: string) => void said.push(message) };
  const now = (): Date => new Date('2024-02-29T23:00:00Z');
  const environment = { ...testEnvironment(join(dir, 'home')), ...env };
  return { dir, file, warnings, said, ctx: createContext({ cwd: dir, env: environment, ui, now }) };
}

function edit(
  { ctx, file }: Place,
  edits: SpecEdits,
  more: { diff?: boolean; output?: string } = {},
): Promise<SpecEditResult> {
  return editSpec(ctx, { path: file, edits, ...more });
}

function read({ file }: Place): string {
  return readFileSync(file, 'utf8');
}

describe('show', () => {
  test('everything, expanded', async () => {
    const here = place();
    const { file, ...rest } = await showSpec(here.ctx, { path: 'hello.spec' });
    expect(file).toBe(here.file);
    expect(rest).toEqual({
      name: 'hello',
      epoch: null,
      version: '%{major}.%{minor}',
      expanded_version: '1.2',
      release: '3',
      raw_release: '3%{?dist}',
      expanded_release: '3',
      autorelease: false,
      autochangelog: false,
      sources: [
        {
          number: 0,
          location: 'https://example.com/%{name}-%{version}.tar.gz',
          expanded: 'https://example.com/hello-1.2.tar.gz',
          filename: 'hello-1.2.tar.gz',
          remote: true,
          valid: true,
        },
      ],
      patches: [
        {
          number: 0,
          location: 'never.patch',
          expanded: 'never.patch',
          filename: 'never.patch',
          remote: false,
          valid: false,
        },
        {
          number: 1,
          location: 'fix.patch',
          expanded: 'fix.patch',
          filename: 'fix.patch',
          remote: false,
          valid: true,
        },
      ],
      sections: ['package', 'description', 'prep', 'changelog'],
      macros: [
        { name: 'major', body: '1', line: 1 },
        { name: 'minor', body: '2', line: 2 },
      ],
      changelog: [{ header: '* Thu Feb 01 2024 Jane Doe <jane@example.com> - 1.2-3', evr: '1.2-3' }],
      parsed: true,
      problems: [],
    });
    expect(readdirSync(here.dir).toSorted()).toEqual(['hello.spec', 'home']);
  });

  test('a spec with macros only Fedora has', async () => {
    const here = place(SPEC.replace('3%{?dist}', '%autorelease').replace(/\* Thu[^]*/, '%autochangelog\n'));
    const shown = await showSpec(here.ctx, { path: here.file });
    expect(shown).toMatchObject({
      parsed: true,
      autorelease: true,
      autochangelog: true,
      expanded_version: '1.2',
    });
  });

  test('a spec rpm cannot read is shown as far as it goes', async () => {
    const here = place(SPEC.replace('Summary:', 'Sumary:'));
    const shown = await showSpec(here.ctx, { path: here.file });
    expect(shown).toMatchObject({
      name: 'hello',
      version: '%{major}.%{minor}',
      expanded_version: null,
      parsed: false,
    });
    expect(here.warnings).toEqual([
      expect.objectContaining({ code: 'SPEC_NOT_PARSED', location: { file: here.file, line: 6 } }),
    ]);
  });
});

describe('edit', () => {
  test('all at once, in order', async () => {
    const here = place();
    const result = await edit(here, {
      updateVersion: '2.0rc1',
      setRelease: '1',
      addChangelog: ['- Update to %{version}', '- Fix more'],
      setSource: ['0=hello-2.0.tar.gz'],
      addPatch: ['more.patch'],
      patchComment: ['Not 100%done'],
      setPrepName: 'hello',
    });
    expect(result).toEqual({ file: here.file, changed: true, written: here.file, diff: null });
    expect(read(here)).toBe(
      SPEC.replace('major 1', 'major 2')
        .replace('minor 2', 'minor 0~rc1')
        .replace('3%{?dist}', '1%{?dist}')
        .replace('https://example.com/%{name}-%{version}.tar.gz', 'hello-2.0.tar.gz')
        .replace('fix.patch\n', 'fix.patch\n# Not 100%%done\nPatch2:         more.patch\n')
        .replace('-p1', '-p1 -n hello')
        .replace(
          '%changelog\n',
          '%changelog\n* Thu Feb 29 2024 Jane Doe <jane@example.com> - 2.0~rc1-1\n- Update to %%{version}\n- Fix more\n\n',
        ),
    );
    const shown = await showSpec(here.ctx, { path: here.file });
    expect(shown).toMatchObject({ parsed: true, expanded_version: '2.0~rc1' });
  });

  test('--diff shows and writes nothing; -o writes elsewhere', async () => {
    const here = place();
    const before = statSync(here.file);
    const shown = await edit(here, { setRelease: '4' }, { diff: true });
    expect(shown.diff).toBe(
      '--- a/hello.spec\n+++ b/hello.spec\n@@ -2,7 +2,7 @@\n %global minor 2\n Name:           hello\n Version:        %{major}.%{minor}\n-Release:        3%{?dist}\n+Release:        4%{?dist}\n Summary:        Greets\n License:        MIT\n Source0:        https://example.com/%{name}-%{version}.tar.gz\n',
    );
    expect(await edit(here, { setRelease: '4' }, { output: 'other.spec' })).toMatchObject({
      written: join(here.dir, 'other.spec'),
    });
    expect(readFileSync(join(here.dir, 'other.spec'), 'utf8')).toContain('Release:        4%{?dist}');
    expect(statSync(here.file).ino).toBe(before.ino);
    expect(read(here)).toBe(SPEC);
  });

  test('nothing to change is no write', async () => {
    const here = place();
    const before = statSync(here.file, { bigint: true });
    expect(await edit(here, { setRelease: '3' })).toEqual({
      file: here.file,
      changed: false,
      written: null,
      diff: null,
    });
    const after = statSync(here.file, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test('mode and link stay; nothing is left beside the file', async () => {
    const here = place();
    chmodSync(here.file, 0o640);
    symlinkSync('hello.spec', join(here.dir, 'link.spec'));
    await editSpec(here.ctx, { path: 'link.spec', edits: { setVersion: '5' } });
    expect(statSync(here.file).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(here.dir, 'link.spec')).isSymbolicLink()).toBe(true);
    expect(read(here)).toContain('Version:        5\n');
    expect(readdirSync(here.dir).toSorted()).toEqual(['hello.spec', 'home', 'link.spec']);
  });

  test('--bump counts and says so in the changelog', async () => {
    const here = place();
    await edit(here, { bump: true, author: 'Ann', email: 'ann@example.com', date: '2024-03-01' });
    expect(read(here)).toContain('Release:        4%{?dist}\n');
    expect(read(here)).toContain(
      '%changelog\n* Fri Mar 01 2024 Ann <ann@example.com> - 1.2-4\n- Rebuilt\n\n* Thu Feb 01',
    );
  });

  test('bytes that are not UTF-8 and CRLF stay', async () => {
    const bytes = Buffer.from(SPEC.replace('Greets.', 'Grüße.').replaceAll('\n', '\r\n'), 'latin1');
    const here = place(bytes);
    await edit(here, { setVersion: '5' });
    const expected = Buffer.from(bytes.toString('latin1').replace('%{major}.%{minor}\r', '5\r'), 'latin1');
    expect(readFileSync(here.file).equals(expected)).toBe(true);
  });

  test('the author: environment, git, with no program run for the first', async () => {
    const here = place(SPEC, { RPM_PACKAGER: 'Env <env@example.com>' });
    await edit(here, { addChangelog: ['- a'] });
    expect(read(here)).toContain('* Thu Feb 29 2024 Env <env@example.com> - 1.2-3\n- a\n');
    const config = join(here.dir, 'gitconfig');
    writeFileSync(config, '[user]\nname = Git Person\nemail = git@example.com\n');
    const other = place(SPEC, { RPM_PACKAGER: '', GIT_CONFIG_GLOBAL: config });
    await edit(other, { addChangelog: ['- a'] });
    expect(read(other)).toContain('* Thu Feb 29 2024 Git Person <git@example.com> - 1.2-3\n- a\n');
  });

  test('the same changelog entry twice is one', async () => {
    const here = place();
    await edit(here, { addChangelog: ['- a'] });
    expect(await edit(here, { addChangelog: ['- a'] })).toMatchObject({ changed: false });
  });

  test('of two Versions the one in force, and that is said', async () => {
    const here = place(
      SPEC.replace(/Version:.*\n/, '%if 0%{?rhel}\nVersion: 1\n%else\nVersion: 2\n%endif\n'),
    );
    await edit(here, { setVersion: '3' });
    expect(read(here)).toContain('%if 0%{?rhel}\nVersion: 1\n%else\nVersion: 3\n%endif\n');
    expect(here.warnings).toEqual([
      expect.objectContaining({ code: 'SPEC_TAG_CONDITIONAL', location: { file: here.file, line: 7 } }),
    ]);
  });

  test('edits that need no expansion work on a spec rpm cannot read', async () => {
    const here = place(SPEC.replace('Summary:', 'Sumary:'));
    await edit(here, {
      setVersion: '5',
      setRelease: '6',
      addPatch: ['x.patch'],
      setSource: ['0=y'],
      setPrepName: 'z',
      addChangelog: ['- b'],
    });
    expect(read(here)).toContain('- 5-6\n- b\n');
    await edit(here, { updateVersion: '7' });
    expect(read(here)).toContain('Version:        7\n');
  });

  test('a pattern and macros of the configuration nearby', async () => {
    const here = place();
    writeFileSync(
      join(here.dir, '.packit.yaml'),
      'specfile_path: hello.spec\nprerelease_suffix_pattern: "([-]?)nightly"\njobs: []\n',
    );
    await edit(here, { updateVersion: '2.0-nightly' });
    expect(read(here)).toContain('%global minor 0~nightly\n');
  });
});

describe('what cannot be edited', () => {
  const one = { setVersion: '1' };
  test.each<[string, string | Uint8Array, SpecEdits, string, number | undefined]>([
    ['empty', '', one, 'SPEC_EMPTY', undefined],
    ['binary', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0), one, 'SPEC_BINARY', undefined],
    ['no spec', 'Hello, world\n', one, 'SPEC_INVALID', undefined],
    ['a version with a hyphen', SPEC, { setVersion: '1-2' }, 'SPEC_VERSION_INVALID', 4],
    ['a version with a hyphen, through macros', SPEC, { updateVersion: '1-2' }, 'SPEC_VERSION_INVALID', 4],
    ['a source that is not there', SPEC, { setSource: ['7=x'] }, 'SPEC_SOURCE_MISSING', 8],
    ['a source without number', SPEC, { setSource: ['x.tar.gz'] }, 'OPTION_INVALID', undefined],
    ['a patch number that is taken', SPEC, { addPatch: ['1=x.patch'] }, 'SPEC_PATCH_NUMBER_TAKEN', 12],
    [
      '%autorelease to bump',
      SPEC.replace('3%{?dist}', '%autorelease'),
      { bump: true },
      'SPEC_AUTORELEASE',
      5,
    ],
    ['no date', SPEC, { addChangelog: ['- x'], date: 'today' }, 'SPEC_DATE_INVALID', undefined],
    ['no pattern', SPEC, { updateVersion: '2', prereleasePattern: '(' }, 'REGEX_INVALID', undefined],
  ])('%s', async (_, text, edits, code, line) => {
    const here = place(text);
    const error = await edit(here, edits).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, hint: expect.any(String), exitCode: 2 });
    if (code.startsWith('SPEC_')) {
      expect(error).toMatchObject({ location: { file: here.file, ...(line === undefined ? {} : { line }) } });
    }
    expect(readFileSync(here.file).equals(Buffer.from(text))).toBe(true);
  });

  test('a directory, a file that is not there', async () => {
    const here = place();
    await expect(editSpec(here.ctx, { path: '.', edits: one })).rejects.toMatchObject({
      code: 'SPEC_IS_DIRECTORY',
      details: ['hello.spec'],
    });
    await expect(editSpec(here.ctx, { path: 'no.spec', edits: one })).rejects.toMatchObject({
      code: 'SPEC_NOT_FOUND',
    });
    await expect(edit(here, one, { output: 'no/such/file' })).rejects.toMatchObject({
      code: 'SPEC_UNWRITABLE',
    });
  });
});

/** packit spec as a user runs it: streams, exit codes, JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { tempDir } from '../support/temp.ts';

const SPEC =
  'Name: hello\nVersion: 1.0\nRelease: 1%{?dist}\nSummary: Greets\nLicense: MIT\nSource0: %{name}-%{version}.tar.gz\n\n%description\nGreets.\n\n%changelog\n';

function project(text = SPEC): string {
  const dir = tempDir();
  writeFileSync(join(dir, 'hello.spec'), text);
  return dir;
}

test('show prints a table, or JSON', async () => {
  const cwd = project();
  const table = await packit(['spec', 'show', 'hello.spec'], { cwd });
  expect(table).toMatchObject({ exitCode: 0, stderr: '' });
  expect(table.stdout).toMatch(
    /^Name +hello\nVersion +1\.0\nRelease +1%\{\?dist\} +\(1\)\nSource0 +hello-1\.0\.tar\.gz\n/,
  );
  const json = await packit(['--json', 'spec', 'show', 'hello.spec'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    name: 'hello',
    expanded_version: '1.0',
    changelog: [],
    parsed: true,
  });
});

test('edit prints the file, the change, or that there is none', async () => {
  const cwd = project();
  const diff = await packit(['spec', 'edit', 'hello.spec', '--set-version', '2.0', '--diff'], { cwd });
  expect(diff.stdout).toContain('-Version: 1.0\n+Version: 2.0\n');
  expect(readFileSync(join(cwd, 'hello.spec'), 'utf8')).toBe(SPEC);
  const edited = await packit(
    ['spec', 'edit', 'hello.spec', '--bump', '--author', 'J <j@e.com>', '--date', '2024-02-29'],
    { cwd },
  );
  expect(edited).toMatchObject({ exitCode: 0, stdout: `${join(cwd, 'hello.spec')}\n` });
  expect(readFileSync(join(cwd, 'hello.spec'), 'utf8')).toBe(
    `${SPEC.replace('1%{?dist}', '2%{?dist}')}* Thu Feb 29 2024 J <j@e.com> - 1.0-2\n- Rebuilt\n`,
  );
  const again = await packit(['--json', 'spec', 'edit', 'hello.spec', '--set-release', '2'], { cwd });
  expect(JSON.parse(again.stdout)).toEqual({
    file: join(cwd, 'hello.spec'),
    changed: false,
    written: null,
    diff: null,
  });
  expect(again.stderr).toContain('Nothing to change');
});

test('an error names the file, the reason and the remedy', async () => {
  const cwd = project();
  const refused = await packit(['spec', 'edit', 'hello.spec', '--set-version', '1-2'], { cwd });
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toMatch(/hello\.spec.*rpm does not allow "-" in a Version: 1-2\n/);
  expect(refused.stderr).toContain('hint: ');
});

test('an entry without text is refused; what only belongs to another edit is told', async () => {
  const cwd = project();
  const empty = await packit(['spec', 'edit', 'hello.spec', '--add-changelog', ' '], { cwd });
  expect(empty).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--add-changelog has no text'),
  });
  expect(readFileSync(join(cwd, 'hello.spec'), 'utf8')).toBe(SPEC);
  const unused = await packit(
    ['spec', 'edit', 'hello.spec', '--set-version', '1.0', '--date', '2024-02-29', '--patch-comment', 'x'],
    { cwd },
  );
  expect(unused.exitCode).toBe(0);
  expect(unused.stderr).toContain('--date has no effect without --add-changelog or --bump');
  expect(unused.stderr).toContain('--patch-comment has no effect without --add-patch');
});

/** From dist-git to source-git and back, with patches of every kind of bytes: nothing changes where nothing was changed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import { createRepository } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { filesIn, NUMBERS, sourceGitSpec } from '../../support/source-git-project.ts';
import { tempDir } from '../../support/temp.ts';

interface Made {
  upstream: TestRepository;
  dist: TestRepository;
}

/** Upstream's release, and a package with patches that other tools have made. */
function createPackage(home: string): Made {
  const upstream = createRepository(join(home, 'source'), home);
  upstream.write('numbers', NUMBERS);
  upstream.write('latin1', Buffer.from('caf\xe9\nna\xefve\n', 'latin1'));
  upstream.write('crlf', 'one\r\ntwo\r\n');
  upstream.write('picture', Buffer.from(Array.from({ length: 900 }, (_unused, at) => at % 256)));
  upstream.commit('Release');
  upstream.tag('v1.0');
  upstream.git('remote', 'add', 'origin', 'https://git.example.com/hello');
  const archive = execFileSync('git', ['archive', '--format=tar.gz', '--prefix=hello-1.0/', 'v1.0'], {
    cwd: upstream.dir,
  });
  const patches = makePatches(upstream);
  const dist = createRepository(join(home, 'hello'), home);
  for (const [name, content] of Object.entries(patches)) dist.write(name, content);
  dist.write(
    'hello.spec',
    sourceGitSpec({
      prep: '%autosetup -p1 -S git',
      tags: `
# Backported: %{url}
# 50%% of it
Patch2:     ten.patch
%if 0%{?rhel}
Patch30:    latin1.patch
%else
Patch0031:  latin1-too.patch
%endif

# Two commits
Patch40:    two.patch
Patch41:    bytes.patch
`,
    }),
  );
  dist.write('.gitignore', '/hello-1.0.tar.gz\n');
  writeFileSync(join(dist.dir, 'hello-1.0.tar.gz'), archive);
  dist.write(
    'sources',
    execFileSync('sha512sum', ['--tag', 'hello-1.0.tar.gz'], { cwd: dist.dir, encoding: 'utf8' }),
  );
  dist.commit('Import');
  return { upstream, dist };
}

function makePatches(upstream: TestRepository): Record<string, Buffer> {
  const bytes = (...args: string[]): Buffer => execFileSync('git', args, { cwd: upstream.dir });
  upstream.git('checkout', '--quiet', '-b', 'downstream');
  const edit = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(upstream.dir, file), 'latin1');
    upstream.write(file, Buffer.from(text.replace(from, to), 'latin1'));
  };
  edit('numbers', '\n10\n', '\nten\n');
  upstream.commit('Ten');
  const ten = bytes('diff', '-U1', '--no-prefix', 'HEAD~1', 'HEAD')
    .toString()
    .replace(/^diff.*\nindex.*\n/m, 'diff -up hello-1.0/numbers.orig hello-1.0/numbers\n')
    .replace('--- numbers', '--- hello-1.0/numbers.orig\t2024-01-01 10:00:00.000000000 +0100')
    .replace('+++ numbers', '+++ hello-1.0/numbers\t2024-01-01 10:00:01.000000000 +0100');
  edit('latin1', 'caf\xe9', 'th\xe9');
  edit('crlf', 'two\r', 'zwei\r');
  upstream.commit('Bytes of other encodings');
  const latin1 = bytes('diff', 'HEAD~1', 'HEAD');
  edit('numbers', '\n20\n', '\ntwenty\n');
  upstream.commit('Twenty\n\nWith a body.');
  edit('numbers', '\n25\n', '\ntwenty-five');
  upstream.commit('Twenty-five');
  const two = bytes('format-patch', '--stdout', '--signature=me', 'HEAD~2');
  edit('picture', '\x10\x11', '\x00\xff');
  upstream.git('mv', 'crlf', 'lines');
  upstream.commit('A picture');
  const binary = bytes('diff', '--binary', '--full-index', 'HEAD~1', 'HEAD');
  upstream.git('checkout', '--quiet', 'main');
  upstream.git('branch', '--quiet', '-D', 'downstream');
  return {
    'ten.patch': Buffer.from(ten),
    'latin1.patch': latin1,
    'latin1-too.patch': latin1,
    'two.patch': two,
    'bytes.patch': binary,
  };
}

test('init and update-dist-git leave every byte of dist-git; then changes go both ways', async () => {
  const home = tempDir();
  const { upstream, dist } = createPackage(home);
  const run = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await packit(['source-git', ...args], {
      cwd: home,
      env: upstream.env,
    });
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const before = filesIn(dist.dir);
  await run('init', 'v1.0', 'source', 'hello');
  expect(await run('update-dist-git', '--force', 'source', 'hello')).toBe('hello: nothing changes\n');
  expect(filesIn(dist.dir)).toEqual(before);
  expect(dist.git('status', '--porcelain')).toBe('');

  upstream.write(
    'numbers',
    readFileSync(join(upstream.dir, 'numbers'), 'utf8').replace('\n3\n', '\nthree\n'),
  );
  upstream.commit('Three');
  await run('update-dist-git', '-m', 'Three', 'source', 'hello');
  const after = filesIn(dist.dir);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(changed).toEqual([expect.stringMatching(/-Three\.patch$/), 'hello.spec']);
  expect(dist.git('diff', '--numstat', 'HEAD~1', '--', 'hello.spec')).toBe('2\t0\thello.spec');

  dist.write('gating.yaml', 'rules: []\n');
  dist.commit('Gating');
  await run('update-source-git', 'hello', 'source');
  expect(existsSync(join(upstream.dir, '.distro/gating.yaml'))).toBe(true);
  const last = filesIn(dist.dir);
  await run('update-dist-git', '--force', 'source', 'hello');
  expect(filesIn(dist.dir)).toEqual(last);
}, 120_000);

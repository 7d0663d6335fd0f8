/** An upstream repository, its archive, and the dist-git repository of a distribution that patches it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packit } from './cli.ts';
import type { CliResult } from './cli.ts';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';
import { NUMBERS, sourceGitSpec, upstreamArchive } from './source-git-project.ts';

export interface DistGitPackage {
  home: string;
  /** `upstream`, at the tag `v1.0`. */
  upstream: TestRepository;
  /** `hello`; its archive is there, ignored by git. */
  dist: TestRepository;
  archive: Buffer;
  /** `packit source-git ...` in `home`. */
  run(...args: string[]): Promise<CliResult>;
}

export interface DistGitPackageOptions {
  /** What `%prep` says. */
  prep?: string;
  /** Lines of the spec after Source0. Default: both patches, the first with a comment. */
  tags?: string;
  /** More files of dist-git. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Without the archive beside the spec. */
  withoutArchive?: boolean;
  /** Variables for packit. */
  env?: Readonly<Record<string, string>>;
}

export const PATCH_TAGS = `# Five is a word
# See https://example.org/?a=%%7e
Patch1:         0001-five.patch
Patch2:         plain.patch
`;

/** `plain.patch` is a plain diff in Latin-1, `0001-five.patch` a mail by Émile. */
export function createDistGitPackage(home: string, options: DistGitPackageOptions = {}): DistGitPackage {
  mkdirSync(home, { recursive: true });
  const upstream = createRepository(join(home, 'upstream'), home);
  upstream.write('numbers', NUMBERS);
  upstream.write('hello.sh', 'echo hi\n', 0o755);
  upstream.write('greeting', Buffer.from('Gr\xfc\xdfe\n', 'latin1'));
  upstream.commit('Release 1.0');
  upstream.tag('v1.0');
  upstream.git('remote', 'add', 'origin', 'https://user:secret@example.org/hello.git');
  const dist = createRepository(join(home, 'hello'), home);
  const archive = upstreamArchive(upstream);
  dist.write(
    'hello.spec',
    sourceGitSpec({ prep: options.prep ?? '%autosetup -p1', tags: options.tags ?? PATCH_TAGS }),
  );
  for (const [name, content] of Object.entries({ ...patchFiles(upstream), ...options.files })) {
    dist.write(name, content);
  }
  const hash = createHash('sha512').update(archive).digest('hex');
  dist.write('sources', `SHA512 (hello-1.0.tar.gz) = ${hash}\n`);
  dist.write('.gitignore', '/hello-1.0.tar.gz\n');
  dist.commit('Import hello 1.0');
  if (options.withoutArchive !== true) writeFileSync(join(dist.dir, 'hello-1.0.tar.gz'), archive);
  return {
    home,
    upstream,
    dist,
    archive,
    run: (...args) =>
      packit(['source-git', ...args], { cwd: home, env: { ...upstream.env, ...options.env } }),
  };
}

function patchFiles(upstream: TestRepository): Record<string, Buffer> {
  const git = (...args: string[]): Buffer =>
    execFileSync('git', args, {
      cwd: upstream.dir,
      env: { ...upstream.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  upstream.git('checkout', '-q', '-b', 'work');
  upstream.write('numbers', NUMBERS.replace('\n5\n', '\nfive\n'));
  upstream.git(
    'commit',
    '-qam',
    'Write five as a word\n\nIt is nicer.',
    '--author=Émile <emile@example.org>',
    '--date=2001-02-03T04:05:06+0700',
  );
  const mail = git('format-patch', '-1', '--stdout');
  upstream.write('greeting', Buffer.from('Gr\xfc\xdf Gott\n', 'latin1'));
  const plain = git('diff', '--text');
  upstream.git('checkout', '-q', '--force', '--detach', 'v1.0');
  upstream.git('checkout', '-q', '-b', 'trunk');
  upstream.git('branch', '-q', '-D', 'work');
  return { '0001-five.patch': mail, 'plain.patch': plain };
}

import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { CliOptions, CliResult } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, SPEC, createProject, readSrpm } from '../../support/project.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let scratch: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  scratch = join(home, 'scratch');
  mkdirSync(out);
  mkdirSync(scratch);
});

function srpm(
  repository: TestRepository,
  args: string[] = [],
  options: Partial<CliOptions> = {},
): Promise<CliResult> {
  const env = { ...repository.env, TMPDIR: scratch, ...options.env };
  return packit(['srpm', ...args], { cwd: out, ...options, env });
}

/** Runs packit from `out` on the repository and looks at the one SRPM it made. */
async function build(repository: TestRepository, args: string[] = [], env: CliOptions['env'] = {}) {
  const result = await srpm(repository, [...args, repository.dir], { env });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  const path = result.stdout.trim();
  expect(readdirSync(scratch)).toEqual([]);
  return { ...result, path, srpm: readSrpm(path, tempDir()) };
}

async function failure(repository: TestRepository, args: string[] = [], options: Partial<CliOptions> = {}) {
  const result = await srpm(repository, [...args, repository.dir], options);
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toMatch(/^\s+at .*\(/m);
  expect(readdirSync(scratch)).toEqual([]);
  return result;
}

const RELEASE = /^1\.\d{20}\.main\.1\.g[0-9a-f]{7}$/;

describe('packit srpm', () => {
  test('builds the SRPM of the commit and prints its path alone on stdout', async () => {
    const repository = createProject(home);
    const before = snapshot(repository.dir);
    const { stdout, stderr, path, srpm: content } = await build(repository);
    expect(stdout).toBe(`${path}\n`);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`SRPM: ${path}`);
    // rpmbuild's own word for it is of a file that is moved then.
    expect(stderr).not.toContain('Wrote:');
    expect(path).toBe(join(out, `hello-1.2.3-${content.release}.src.rpm`));
    expect(content).toMatchObject({
      name: 'hello',
      version: '1.2.3',
      release: expect.stringMatching(RELEASE),
    });
    expect(content.members).toEqual(['fix.patch', 'hello-1.2.3.tar.gz', 'hello.conf', 'hello.spec']);
    const spec = content.read('hello.spec');
    expect(spec).toContain('\nVersion:        1.2.3\n');
    expect(spec).toContain(`\nRelease:        ${content.release}%{?dist}\n`);
    expect(spec).toContain('\nSource0:        hello-1.2.3.tar.gz\n');
    expect(spec).toContain('%autosetup -p1 -n hello-1.2.3\n');
    expect(spec).toMatch(
      /^%changelog\n\* \w{3} \w{3} \d\d \d{4} Jane Doe <jane@example.com> - 1\.2\.3-1\..*\n- Write news \(Jane Doe\)\n\n\* Thu Feb 29 2024/m,
    );
    expect(snapshot(repository.dir)).toEqual(before);
  });

  test('--output, --release-suffix, --no-update-release, --preserve-spec', async () => {
    const repository = createProject(home);
    const named = await build(repository, ['--output', 'x.src.rpm', '--release-suffix', 'beta1']);
    expect(named.path).toBe(join(out, 'x.src.rpm'));
    expect(named.srpm.release).toBe('1.beta1');
    expect((await build(repository, ['--no-update-release'])).srpm.release).toBe('1');
    const preserved = await build(repository, ['--preserve-spec', '--output', 'y.src.rpm']).catch(
      () => undefined,
    );
    // Its Source0 is hello-0.1.0.tar.gz, which nobody made.
    expect(preserved).toBeUndefined();
  });

  test('a release_suffix with a variable is the whole Release; the command line wins', async () => {
    const repository = createProject(home, {
      config: `${CONFIG}release_suffix: "7.{PACKIT_PROJECT_BRANCH}.git{PACKIT_PROJECT_COMMIT}"\n`,
    });
    const commit = repository.git('rev-parse', 'HEAD').slice(0, 8);
    expect((await build(repository)).srpm.release).toBe(`7.main.git${commit}`);
    expect((await build(repository, ['--release-suffix', 'x'])).srpm.release).toBe('1.x');
    expect((await build(repository, ['--default-release-suffix'])).srpm.release).toMatch(RELEASE);
  });

  test('--json says what was built', async () => {
    const repository = createProject(home);
    const result = await srpm(repository, ['--json', repository.dir]);
    const document = JSON.parse(result.stdout);
    expect(document.srpms).toEqual([
      { package: 'hello', version: '1.2.3', path: expect.stringMatching(/^\/.*\.src\.rpm$/) },
    ]);
  });

  test('the spec as it is on the disk counts, the archive holds what is committed; one line says so', async () => {
    const repository = createProject(home);
    repository.write('hello.spec', SPEC.replace('Says hello\n', 'Changed summary\n'));
    repository.write('hello.sh', 'echo changed\n');
    const { stderr, srpm: content } = await build(repository);
    expect(content.read('hello.spec')).toContain('Changed summary');
    expect(stderr.match(/uncommitted changes/g)).toHaveLength(1);
  });

  test('from a subdirectory, for a file, in a linked work tree, detached', async () => {
    const repository = createProject(home);
    mkdirSync(join(repository.dir, 'sub dir'));
    const inside = await srpm(repository, [], { cwd: join(repository.dir, 'sub dir') });
    expect(inside.exitCode).toBe(0);
    expect(inside.stdout).toContain('/hello/sub dir/hello-1.2.3-1.');
    expect((await srpm(repository, [join(repository.dir, 'hello.sh')])).exitCode).toBe(0);
    const linked = join(home, "linked'tree");
    repository.git('worktree', 'add', '--quiet', '--detach', linked);
    const result = await srpm(repository, ['--json', linked]);
    const short = repository.git('rev-parse', 'HEAD').slice(0, 8);
    expect(result.stdout).toContain(`.${short}.1.g`);
    const named = await srpm(repository, [linked], { env: { GITHUB_HEAD_REF: 'my/feature' } });
    expect(named.stdout).toContain('.myfeature.1.g');
  });

  test('a URL is cloned; its actions are announced, --no-actions leaves them out', async () => {
    const repository = createProject(home, {
      config: `${CONFIG}actions:\n  post-upstream-clone: touch was-here\n`,
    });
    const result = await srpm(repository, [`file://${repository.dir}`]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/actions.*authors.*--no-actions/);
    const without = await srpm(repository, ['--no-actions', `file://${repository.dir}`]);
    expect(without.exitCode).toBe(0);
    expect(without.stderr).not.toContain('was-here');
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('an old archive link, one that leads nowhere included, is not in the way and not written through', async () => {
    const repository = createProject(home);
    writeFileSync(join(home, 'precious'), 'precious');
    symlinkSync(join(home, 'precious'), join(repository.dir, 'hello-1.2.3.tar.gz'));
    await build(repository);
    expect(readFileSync(join(home, 'precious'), 'utf8')).toBe('precious');
  });

  test('two runs at once in one checkout', async () => {
    const repository = createProject(home, {
      config: `${CONFIG}actions:\n  post-upstream-clone: sleep 0.2\n`,
    });
    const before = snapshot(repository.dir);
    const results = await Promise.all(
      [1, 2].map((n) => srpm(repository, ['--output', `${n}.src.rpm`, repository.dir])),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(snapshot(repository.dir)).toEqual(before);
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe('actions', () => {
  const config = (actions: string): string => `${CONFIG}actions:\n${actions}`;

  test('run in a copy: the checkout keeps every byte, the SRPM has what they made', async () => {
    const repository = createProject(home, {
      config: config(`  post-upstream-clone:
    - bash -c 'echo "# $PACKIT_CONFIG_PACKAGE_NAME" >> hello.spec; echo x > hello.sh; rm NEWS; git tag -d v1.2.3'
  get-current-version: echo 9.9-rc1
  create-archive:
    - mkdir -p dist
    - bash -c 'tar -czf "dist/$PACKIT_PROJECT_NAME_VERSION.tgz" --transform "s,^,other-root/," hello.sh'
    - bash -c 'echo some noise; echo dist/$PACKIT_PROJECT_NAME_VERSION.tgz; echo more'
  changelog-entry: echo "- by an action at 100%done"
  post-modifications: bash -c 'echo "# $PACKIT_RPMSPEC_RELEASE" >> hello.spec'
`),
    });
    const before = snapshot(repository.dir, (path) => path.startsWith('.git/objects/'));
    const { srpm: content } = await build(repository);
    expect(content.version).toBe('9.9.rc1');
    expect(content.members).toContain('hello-9.9.rc1.tgz');
    const spec = content.read('hello.spec');
    expect(spec).toContain('# hello\n');
    expect(spec).toContain('-n other-root\n');
    expect(spec).toContain('\n- by an action at 100%%done\n');
    expect(spec).toContain('Source0:        hello-9.9.rc1.tgz\n');
    expect(spec).toContain(`# ${content.release}\n`);
    expect(snapshot(repository.dir, (path) => path.startsWith('.git/objects/'))).toEqual(before);
  });

  test('fix-spec-file replaces the default edits; an empty list means none', async () => {
    const script = [
      's/^Version:.*/Version: $PACKIT_PROJECT_VERSION/',
      's/^Source0:.*/Source0: $PACKIT_PROJECT_ARCHIVE/',
      's/^Release:.*/Release: 5.$PACKIT_PROJECT_COMMIT/',
    ].join('; ');
    const command = JSON.stringify(['bash', '-c', `sed -i "${script}" hello.spec`]);
    const repository = createProject(home, { config: config(`  fix-spec-file: [${command}]\n`) });
    const { srpm: content } = await build(repository);
    expect(content.release).toBe(`5.${repository.git('rev-parse', 'HEAD').slice(0, 8)}`);
    expect(content.read('hello.spec')).not.toContain('Write news');

    const empty = createProject(home, {
      name: 'empty',
      spec: SPEC.replace('0.1.0', '1.2.3'),
      config: `upstream_package_name: hello\n${config('  fix-spec-file: []\n')}`,
    });
    expect((await build(empty)).srpm.read('hello.spec')).toBe(SPEC.replace('0.1.0', '1.2.3'));
  });

  test('the spec may come from post-upstream-clone', async () => {
    const repository = createProject(home, {
      config: config("  post-upstream-clone: bash -c 'cp hello.spec made.spec'\n").replace(
        'hello.spec\n',
        'made.spec\n',
      ),
    });
    expect((await build(repository)).srpm.members).toContain('made.spec');
  });

  test('--in-place works on the checkout', async () => {
    const repository = createProject(home, { config: config('  post-upstream-clone: touch made-here\n') });
    await build(repository, ['--in-place']);
    expect(existsSync(join(repository.dir, 'made-here'))).toBe(true);
    expect(existsSync(join(repository.dir, 'hello-1.2.3.tar.gz'))).toBe(true);
    expect(repository.git('diff', '--name-only')).toBe('hello.spec');
    const other = createProject(home, {
      name: 'other',
      config: config('  post-upstream-clone: touch made-here\n'),
    });
    await build(other, [], { PACKIT_IN_PLACE: '1' });
    expect(existsSync(join(other.dir, 'made-here'))).toBe(true);
  });
});

describe('monorepos', () => {
  const config = `upstream_tag_template: v{version}
packages:
  one: {paths: [one], specfile_path: hello.spec, upstream_package_name: one}
  two: {paths: [two], specfile_path: hello.spec, upstream_package_name: two, actions: {create-archive: "false"}}
`;
  function monorepo(): TestRepository {
    const repository = createProject(home, { config, spec: '' });
    for (const name of ['one', 'two']) {
      repository.write(
        `${name}/hello.spec`,
        SPEC.replace('hello\n', `${name}\n`).replace(/^(Source1|Patch0).*\n/gm, ''),
      );
      repository.write(`${name}/file-of-${name}`, name);
    }
    repository.commit('Add packages');
    return repository;
  }

  test('all packages are tried; exit code 5 where some failed, each with its reason', async () => {
    const repository = monorepo();
    const result = await srpm(repository, [repository.dir]);
    expect(result.exitCode).toBe(5);
    expect(result.stdout).toMatch(/^\/.*\/one-1\.2\.3-.*\.src\.rpm\n$/);
    expect(result.stderr).toContain('two: The action create-archive failed');
    const content = readSrpm(result.stdout.trim(), tempDir());
    expect(content.members).toEqual(['hello.spec', 'one-1.2.3.tar.gz']);
  });

  test('-p selects, an unknown one is an error; --output needs one package', async () => {
    const repository = monorepo();
    expect((await srpm(repository, ['-p', 'one', '--output', 'one.src.rpm', repository.dir])).exitCode).toBe(
      0,
    );
    const unknown = await failure(repository, ['-p', 'three']);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/three[^]*one, two/) });
    expect(await failure(repository, ['--output', 'x.src.rpm'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('-p'),
    });
  });
});

describe('bad input ends with one clear error, exit code 2, nothing left behind', () => {
  const cases: [string, () => TestRepository, string[], RegExp][] = [
    ['no configuration', () => createProject(home, { config: null }), [], /packit init|--config/],
    [
      'a spec that does not exist',
      () => createProject(home, { config: 'specfile_path: no.spec\n' }),
      [],
      /no\.spec[^]*hello\.spec/,
    ],
    [
      'a spec rpm cannot parse',
      () => createProject(home, { spec: SPEC.replace('%description', '%if\n%description') }),
      [],
      /hello\.spec(?::\d+)?[^]*rpmspec/,
    ],
    [
      'no Source0',
      () => createProject(home, { spec: SPEC.replace(/^Source0.*\n/m, '') }),
      [],
      /no Source0[^]*spec_source_id/,
    ],
    [
      'an action that fails',
      () =>
        createProject(home, {
          config: `${CONFIG}actions:\n  create-archive: ["true", "bash -c 'echo the reason >&2; exit 7'"]\n`,
        }),
      [],
      /create-archive failed \(command 2 of 2\): exit code 7[^]*the reason/,
    ],
    [
      'an action that prints no archive',
      () => createProject(home, { config: `${CONFIG}actions:\n  create-archive: "echo nothing"\n` }),
      [],
      /create-archive printed no line[^]*echo/,
    ],
    [
      'an action that prints nothing',
      () => createProject(home, { config: `${CONFIG}actions:\n  create-archive: "true"\n` }),
      [],
      /create-archive printed nothing/,
    ],
    [
      'an action that prints no version',
      () => createProject(home, { config: `${CONFIG}actions:\n  get-current-version: "true"\n` }),
      [],
      /get-current-version printed no version/,
    ],
    [
      'a null action',
      () => createProject(home, { config: `${CONFIG}actions:\n  create-archive:\n` }),
      [],
      /create-archive/,
    ],
    [
      'output in a missing directory',
      () => createProject(home),
      ['--output', 'no/where.src.rpm'],
      /mkdir -p/,
    ],
    ['output that is a directory', () => createProject(home), ['--output', '.'], /is a directory/],
    [
      'a package name with a slash',
      () => createProject(home, { config: `${CONFIG}upstream_package_name: a/b\n` }),
      [],
      /upstream_package_name must not contain a slash/,
    ],
    [
      'a missing patch',
      () => createProject(home, { spec: SPEC.replace('fix.patch', 'gone.patch') }),
      [],
      /gone\.patch/,
    ],
    ['both release switches', () => createProject(home), ['--bump', '--no-update-release'], /update-release/],
  ];
  test.each(cases)('%s', async (_name, make, args, expected) => {
    const repository = make();
    const before = snapshot(repository.dir, (path) => path.startsWith('.git/objects/'));
    const result = await failure(repository, args);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(expected);
    expect(readdirSync(out)).toEqual([]);
    expect(snapshot(repository.dir, (path) => path.startsWith('.git/objects/'))).toEqual(before);
  });

  test('not a repository, no such place, unborn HEAD, a bare repository', async () => {
    const repository = createProject(home);
    mkdirSync(join(home, 'plain'));
    expect(await srpm(repository, [join(home, 'plain')])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('not in a git repository'),
    });
    expect(await srpm(repository, ['no/such/place'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('neither a directory'),
    });
    const unborn = createProject(home, { name: 'unborn' });
    unborn.git('update-ref', '-d', 'HEAD');
    unborn.git('tag', '-d', 'v1.2.3');
    expect(await failure(unborn)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no commit yet'),
    });
    repository.git('clone', '--quiet', '--bare', '.', join(home, 'bare.git'));
    expect(await srpm(repository, [join(home, 'bare.git')])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('bare repository'),
    });
  });

  test('a repository of another user: git’s safe.directory is explained', async () => {
    const repository = createProject(home);
    const result = await failure(repository, [], { env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } });
    expect(result).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`git config --global --add safe.directory '${repository.dir}`),
    });
  });

  test('git or rpmbuild missing: the command that installs them', async () => {
    const repository = createProject(home);
    const bin = join(home, 'bin');
    mkdirSync(bin);
    const nothing = await failure(repository, [], { env: { PATH: bin } });
    expect(nothing).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/git is not installed[^]*install git/),
    });
    for (const tool of ['git', 'rpmspec', 'rpm'])
      writeFileSync(join(bin, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`);
    for (const tool of ['git', 'rpmspec', 'rpm']) chmodSync(join(bin, tool), 0o755);
    const noRpm = await failure(repository, [], { env: { PATH: bin } });
    expect(noRpm).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/rpmbuild[^]*install/) });
  });
});

describe('shallow clones', () => {
  function shallow(): { repository: TestRepository; clone: string } {
    const repository = createProject(home);
    const clone = join(home, 'shallow');
    repository.git('clone', '--quiet', '--depth=1', `file://${repository.dir}`, clone);
    return { repository, clone };
  }

  test('warn with the command that mends them; --strict makes it an error', async () => {
    const { repository, clone } = shallow();
    const result = await srpm(repository, [clone]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/shallow clone[^]*git fetch --unshallow --tags origin/);
    expect(result.stdout).toContain('hello-0.1.0-');
    expect(await srpm(repository, ['--strict', clone])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('--unshallow mends it in a copy', async () => {
    const { repository, clone } = shallow();
    const before = snapshot(clone);
    const result = await srpm(repository, ['--unshallow', clone]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).not.toContain('warning');
    expect(result.stdout).toMatch(/hello-1\.2\.3-1\.\d+\.main\.1\.g/);
    expect(snapshot(clone)).toEqual(before);
  });
});

describe('--reproducible', () => {
  test('two clones in different directories, at different times: the same bytes', async () => {
    const repository = createProject(home);
    const hashes: string[] = [];
    for (const [name, umask] of [
      ['a', 0o022],
      ['some where/else', 0o077],
    ] as const) {
      const clone = join(home, name);
      mkdirSync(join(clone, '..'), { recursive: true });
      const old = process.umask(umask);
      repository.git('clone', '--quiet', `file://${repository.dir}`, clone);
      const result = await srpm(repository, [
        '--reproducible',
        '--output',
        `${basename(name)}.src.rpm`,
        clone,
      ]);
      process.umask(old);
      if (result.exitCode !== 0) throw new Error(result.stderr);
      hashes.push(createHash('sha256').update(readFileSync(result.stdout.trim())).digest('hex'));
      await new Promise((done) => setTimeout(done, 1100));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('actions are told the time by SOURCE_DATE_EPOCH', async () => {
    const repository = createProject(home, {
      config: `${CONFIG}actions:\n  create-archive:\n    - bash -c 'echo $SOURCE_DATE_EPOCH > time; tar -czf x.tgz --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 time; echo x.tgz'\n`,
    });
    const hashes: string[] = [];
    for (const name of ['1', '2']) {
      const { path } = await build(repository, ['--reproducible', '--output', `${name}.src.rpm`]);
      hashes.push(createHash('sha256').update(readFileSync(path)).digest('hex'));
      await new Promise((done) => setTimeout(done, 1100));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('the clock is the commit’s, SOURCE_DATE_EPOCH wins', async () => {
    const repository = createProject(home);
    // The second commit of the fixture: 2023-11-14 22:15:20 UTC.
    expect((await build(repository, ['--reproducible'])).srpm.release).toMatch(
      /^1\.20231114221520000000\.main/,
    );
    const { srpm: content } = await build(repository, ['--reproducible'], {
      SOURCE_DATE_EPOCH: '1000000000',
    });
    expect(content.release).toMatch(/^1\.20010909014640000000\.main/);
    expect(content.read('hello.spec')).toContain('* Sun Sep 9 2001 Jane Doe');
  });
});

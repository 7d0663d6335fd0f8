/** `packit source-git update-dist-git`: what is brought over, what stays, what is refused, and that nothing is left half done. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { CliResult } from '../../support/cli.ts';
import { createRepository } from '../../support/git.ts';
import { startServer } from '../../support/http/server.ts';
import { snapshot } from '../../support/snapshot.ts';
import {
  changedNumbers,
  createPair,
  endUpdate,
  pairState,
  PATCH_TAGS,
  undisturbed,
  withoutObjects,
} from '../../support/patched-pair.ts';
import type { PatchedPair } from '../../support/patched-pair.ts';
import { filesIn, runPrep, sourceGitSpec, upstreamArchive } from '../../support/source-git-project.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
beforeEach(() => {
  home = tempDir();
});

function update({ source, dist }: PatchedPair, ...args: string[]): Promise<CliResult> {
  return packit(['source-git', 'update-dist-git', ...args, source.dir, dist.dir], {
    cwd: home,
    env: source.env,
  });
}

function changes({ dist }: PatchedPair): string[] {
  return dist.git('show', '--format=', '--name-status', '--no-renames', 'HEAD').split('\n');
}

describe('a round trip that changes nothing', () => {
  test('changes no byte, and says so', async () => {
    const scene = createPair(home);
    const before = pairState(scene);
    const synced = await update(scene);
    expect([synced.exitCode, synced.stdout]).toEqual([
      0,
      `'${scene.source.dir}' is up to date with '${scene.dist.dir}'.\n`,
    ]);
    const forced = await update(scene, '--force');
    expect([forced.exitCode, forced.stdout]).toEqual([0, `${scene.dist.dir}: nothing changes\n`]);
    expect(pairState(scene)).toEqual(before);
  });
});

describe('one more commit', () => {
  test('is one more patch: the others, their tags and the lines around them stay; rpmbuild applies all', async () => {
    const scene = createPair(home);
    const { source, dist } = scene;
    source.write('numbers', changedNumbers('\n29\n', '\ncaf\xe9\n'));
    source.commit('Twenty-nine is 50% of %{x}');
    const head = source.git('rev-parse', 'HEAD');
    const before = snapshot(source.dir, withoutObjects);
    const result = await update(scene, '-m', 'Bring it over\n\nIn two paragraphs.\n\nResolves: rhbz#1');
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('  A 0003-Twenty-nine-is-50-of-x.patch\n  M hello.spec');
    expect(changes(scene)).toEqual(['A\t0003-Twenty-nine-is-50-of-x.patch', 'M\thello.spec']);
    expect(readFileSync(join(dist.dir, 'hello.spec'), 'utf8')).toBe(
      sourceGitSpec({
        tags: PATCH_TAGS.replace(
          'twenty.patch\n',
          'twenty.patch\n# Twenty-nine is 50%% of %%{x}\nPatch6:   0003-Twenty-nine-is-50-of-x.patch\n',
        ),
      }).replace('50%% of', '50% of'),
    );
    expect(dist.git('log', '-1', '--format=%B')).toBe(
      `Bring it over\n\nIn two paragraphs.\n\nResolves: rhbz#1\nFrom-source-git-commit: ${head}`,
    );
    expect(dist.git('status', '--porcelain')).toBe('');
    expect(snapshot(source.dir, withoutObjects)).toEqual(before);
    writeFileSync(join(dist.dir, 'hello-1.0.tar.gz'), upstreamArchive(source));
    expect(filesIn(runPrep(dist.dir, 'hello.spec', home)).numbers).toBe(filesIn(source.dir).numbers);

    const again = await update(scene);
    expect([again.exitCode, again.stdout]).toEqual([
      0,
      `'${source.dir}' is up to date with '${dist.dir}'.\n`,
    ]);
  });

  test('without a message everything is in the work tree, nothing in the index or a commit', async () => {
    const scene = createPair(home);
    scene.source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    scene.source.commit('Last');
    const head = scene.dist.git('rev-parse', 'HEAD');
    expect((await update(scene)).exitCode).toBe(0);
    expect(scene.dist.git('status', '--porcelain').split('\n')).toEqual([
      ' M hello.spec',
      '?? 0003-Last.patch',
    ]);
    expect(scene.dist.git('rev-parse', 'HEAD')).toBe(head);
  });

  test('--dry-run and --json: the whole plan, and nothing done', async () => {
    const scene = createPair(home);
    scene.source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    const commit = scene.source.commit('Last');
    const before = pairState(scene);
    const result = await packit(
      ['--json', 'source-git', 'update-dist-git', '-n', '-m', 'x', scene.source.dir, scene.dist.dir],
      { cwd: home, env: scene.source.env },
    );
    expect(JSON.parse(result.stdout)).toMatchObject({
      dryRun: true,
      packages: [
        {
          outcome: 'planned',
          sourceCommit: commit,
          commit: null,
          files: [
            { change: 'A', path: '0003-Last.patch' },
            { change: 'M', path: 'hello.spec' },
          ],
          patches: [
            { name: 'ten.patch', kept: true },
            { name: 'twenty.patch', kept: true },
            { name: '0003-Last.patch', kept: false, commits: [commit] },
          ],
        },
      ],
    });
    expect(pairState(scene)).toEqual(before);
  });

  test('a new version of the spec keeps the tags where they belong', async () => {
    const scene = createPair(home);
    const { source, dist } = scene;
    const spec = sourceGitSpec({ tags: 'Source1: extra\n\n' }).replace(
      'Release:        1',
      'Release:        2',
    );
    source.write('.distro/hello.spec', spec);
    source.write('.distro/extra', 'extra\n');
    source.commit('Two');
    expect((await update(scene, '-m', 'Two')).exitCode).toBe(0);
    expect(readFileSync(join(dist.dir, 'hello.spec'), 'utf8')).toBe(
      spec.replace('Source1: extra\n\n', `Source1: extra\n${PATCH_TAGS}`),
    );
  });
});

describe('what is brought over', () => {
  test('renames, deletions, modes, links and binary files of the packaging; patches that go', async () => {
    const scene = createPair(home);
    const { source, dist } = scene;
    source.git('rm', '--quiet', '.distro/gating.yaml');
    source.write('.distro/tests/run', '#!/bin/sh\n', 0o755);
    source.write(
      '.distro/logo.png',
      Uint8Array.from({ length: 300 }, (_unused, at) => at % 256),
    );
    symlinkSync('run', join(source.dir, '.distro/tests/link'));
    source.commit('Packaging');
    source.git('revert', '--no-edit', 'HEAD~1');
    source.git('reset', '--quiet', '--hard', 'HEAD~1');
    source.git('rebase', '--quiet', '--onto', 'HEAD~2', 'HEAD~1');
    expect((await update(scene, '--force', '-m', 'Packaging')).exitCode).toBe(0);
    expect(changes(scene)).toEqual([
      'D\tgating.yaml',
      'M\thello.spec',
      'A\tlogo.png',
      'A\ttests/link',
      'A\ttests/run',
      'D\ttwenty.patch',
    ]);
    expect(dist.git('ls-tree', 'HEAD', 'tests/')).toMatch(/^120000 .*link\n100755 .*run$/);
    expect(readFileSync(join(dist.dir, 'logo.png'))).toHaveLength(300);
    expect(readFileSync(join(dist.dir, 'hello.spec'), 'utf8')).not.toContain('twenty');
    expect(existsSync(join(dist.dir, 'sources'))).toBe(true);
  });

  test('ignored commits leave no file; No-prefix leaves no prefixes; joined commits may hold any bytes', async () => {
    const scene = createPair(home, { prep: '%setup -q\n%patch3 -p1\n%patch5 -p1\n%patch6 -p0\n%patch7 -p1' });
    const { source, dist } = scene;
    source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    source.commit('Last\n\nPatch-name: last.patch\nNo-prefix: true');
    source.write('README', 'not for the package\n');
    source.commit('Read me\n\nIgnore-patch: true');
    for (const content of ['caf\xe9\n', 'na\xefve caf\xe9\n']) {
      source.write('words', Buffer.from(content, 'latin1'));
      source.commit('Words\n\nPatch-name: words.patch');
    }
    expect((await update(scene, '-m', 'More')).exitCode).toBe(0);
    expect(changes(scene)).toEqual(['M\thello.spec', 'A\tlast.patch', 'A\twords.patch']);
    expect(readFileSync(join(dist.dir, 'last.patch'), 'utf8')).toContain('\n--- numbers\n+++ numbers\n');
    writeFileSync(join(dist.dir, 'hello-1.0.tar.gz'), upstreamArchive(source));
    const built = filesIn(runPrep(dist.dir, 'hello.spec', home));
    const { words, numbers } = filesIn(source.dir);
    expect(built).toMatchObject({ words, numbers });
    expect(Object.keys(built)).not.toContain('README');
  });

  test('actions run in a copy of source-git; create-patches replaces the making of patches', async () => {
    const scene = createPair(home, {
      config: `actions:
  create-patches: bash -c 'echo made > $PACKIT_DOWNSTREAM_REPO/made.patch; echo changed > numbers'
  post-modifications: bash -c 'pwd > $PACKIT_DOWNSTREAM_REPO/where'
`,
    });
    scene.source.commit('Empty');
    const before = snapshot(scene.source.dir, withoutObjects);
    const result = await update(scene, '-m', 'Actions');
    expect([result.exitCode, result.stderr]).toEqual([0, expect.any(String)]);
    expect(changes(scene)).toEqual([
      'M\thello.spec',
      'A\tmade.patch',
      'D\tten.patch',
      'D\ttwenty.patch',
      'A\twhere',
    ]);
    expect(readFileSync(join(scene.dist.dir, 'where'), 'utf8').trim()).not.toBe(scene.source.dir);
    expect(snapshot(scene.source.dir, withoutObjects)).toEqual(before);
    expect((await update(scene, '-f', '--no-actions')).exitCode).toBe(0);
    expect(existsSync(join(scene.dist.dir, 'ten.patch'))).toBe(true);
  });
});

describe('which repositories', () => {
  test('a folder of them: those that have the name of a package', async () => {
    const scene = createPair(home);
    createRepository(join(home, 'rpms/other'), home).commit('Other');
    scene.source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    scene.source.commit('Last');
    const result = await packit(
      ['--json', 'source-git', 'update-dist-git', '-m', 'x', scene.source.dir, join(home, 'rpms')],
      { cwd: home, env: scene.source.env },
    );
    expect(JSON.parse(result.stdout)).toMatchObject({
      packages: [{ outcome: 'committed', repositories: { distGit: join(home, 'rpms/hello') } }],
    });
    expect(result.exitCode).toBe(0);
  });

  test('changes of source-git that are not committed are spoken of', async () => {
    const scene = createPair(home);
    scene.source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    scene.source.commit('Last');
    scene.source.write('hello.sh', 'echo changed\n');
    const { stderr } = await update(scene, '-n');
    expect(stderr).toContain('has changes that are not committed');
    expect(await update(scene, '-m', 'x', '--strict')).toMatchObject({ exitCode: 2 });
  });

  test('one without a commit', async () => {
    const scene = createPair(home);
    const empty = createRepository(join(home, 'empty/hello'), home);
    const result = await update({ ...scene, dist: empty }, '--force');
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('has no commit yet')]);
  });
});

describe('what is refused leaves both repositories as they were', () => {
  interface Refusal {
    before?: (scene: PatchedPair) => void;
    args: string[];
    says: RegExp;
  }
  const more = ({ source }: PatchedPair): void => {
    source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
    source.commit('Last');
  };
  const inDistGit = ({ dist }: PatchedPair): void => {
    dist.write('gating.yaml', 'rules: [one]\n');
    dist.commit('Gating in dist-git');
  };
  const cases: Record<string, Refusal> = {
    'dist-git is ahead': { before: inDistGit, args: [], says: /dist-git has commits[^]*Gating in dist-git/ },
    'both have commits': {
      before: (scene) => {
        more(scene);
        inDistGit(scene);
      },
      args: ['-m', 'x'],
      says: /both changed[^]*source-git +[0-9a-f]{8} +\S+ +Jane Doe +Last\n[^]*dist-git +[0-9a-f]{8}/,
    },
    'a file in the way': {
      before: (scene) => {
        more(scene);
        scene.dist.write('left behind', '');
      },
      args: ['-m', 'x'],
      says: /not pristine[^]*left behind/,
    },
    'a changed file': {
      before: (scene) => {
        more(scene);
        scene.dist.write('hello.spec', 'changed');
      },
      args: [],
      says: /not pristine[^]*hello.spec/,
    },
    'two messages': {
      before: more,
      args: ['-m', 'x', '-F', '/dev/null'],
      says: /-m cannot be combined with -F/,
    },
    'an empty message': { before: more, args: ['-F', '/dev/null'], says: /message of the commit is empty/ },
    'a message that is not there': {
      before: more,
      args: ['-F', 'nowhere'],
      says: /cannot be read from nowhere/,
    },
    'a tool that is not there': {
      before: more,
      args: ['--pkg-tool', 'nopkg'],
      says: /nopkg is not executable/,
    },
    'nothing to commit': {
      before: ({ source }) => void source.commit('Nothing'),
      args: ['-m', 'x'],
      says: /nothing to commit[^]*--mark-synced/,
    },
    'an upstream ref that is not there': {
      before: more,
      args: ['--upstream-ref', 'v9'],
      says: /no commit "v9"/,
    },
    'a number that does not rise': {
      before: ({ source }) => {
        source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
        source.commit('Last\n\nPatch-name: last.patch\nPatch-id: 4');
      },
      args: ['-m', 'x'],
      says: /Patch-id 4 of last.patch is not higher than the last number before it, 5/,
    },
    'a name that comes again': {
      before: ({ source }) => {
        source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
        source.commit('Last\n\nPatch-name: ten.patch');
      },
      args: ['-m', 'x'],
      says: /do not follow each other have the same Patch-name: ten.patch/,
    },
    'no source-git repository': {
      args: [],
      before: ({ source }) => {
        source.git('rm', '--quiet', '.distro/source-git.yaml');
        source.commit('No more');
      },
      says: /no source-git repository/,
    },
  };
  test.each(Object.keys(cases))('%s', async (name) => {
    const { before, args, says } = cases[name] ?? { args: [], says: /$^/ };
    const scene = createPair(home);
    before?.(scene);
    const then = pairState(scene);
    const { exitCode, stderr, stdout } = await update(scene, ...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(pairState(scene)).toEqual(then);
  });

  test('an action that fails', async () => {
    const scene = createPair(home, { config: "actions:\n  post-modifications: 'false'\n" });
    more(scene);
    const then = pairState(scene);
    expect(await update(scene, '-m', 'x')).toMatchObject({ exitCode: 2 });
    expect(pairState(scene)).toEqual(then);
  });
});

describe('--pkg-tool', () => {
  /** Writes down what it was called with, and `sources` as fedpkg does. */
  function writeTool(fails = false): string {
    const tool = join(home, 'fake pkg');
    writeFileSync(
      tool,
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${home}/called'\n${fails ? 'echo no ticket >&2; exit 1' : 'sha512sum --tag hello-1.0.tar.gz > sources'}\n`,
      { mode: 0o755 },
    );
    return tool;
  }

  async function withArchive(work: (scene: PatchedPair) => Promise<void>): Promise<void> {
    const scene = createPair(home);
    const archive = upstreamArchive(scene.source);
    const server = await startServer((_request, response) => void response.end(archive));
    try {
      const url = `${server.url}/%{name}-%{version}.tar.gz`;
      scene.source.write(
        '.distro/hello.spec',
        sourceGitSpec({ tags: '\n' }).replace('%{name}-%{version}.tar.gz', url),
      );
      scene.source.git('rm', '--quiet', '--cached', '--ignore-unmatch', '.distro/hello-1.0.tar.gz');
      execFileSync('rm', ['-f', join(scene.source.dir, '.distro/hello-1.0.tar.gz')]);
      scene.source.commit('Download the archive');
      await work(scene);
    } finally {
      await server.close();
    }
  }

  test('gets all sources, with new-sources; they are not committed', async () => {
    await withArchive(async (scene) => {
      const result = await update(scene, '--pkg-tool', writeTool(), '-m', 'Sources');
      expect([result.exitCode, result.stdout]).toEqual([
        0,
        expect.stringContaining('uploaded: hello-1.0.tar.gz'),
      ]);
      expect(readFileSync(join(home, 'called'), 'utf8')).toMatch(/^new-sources\n\S+\/hello-1.0.tar.gz\n$/);
      expect(changes(scene)).toEqual(['M\thello.spec', 'M\tsources']);
    });
  });

  test('is not called in a dry run; where it fails nothing is changed', async () => {
    await withArchive(async (scene) => {
      const then = pairState(scene);
      const tool = writeTool(true);
      const dry = await update(scene, '--pkg-tool', tool, '-n', '-m', 'x');
      expect([dry.exitCode, dry.stdout]).toEqual([
        0,
        expect.stringContaining('to be uploaded: hello-1.0.tar.gz'),
      ]);
      expect(existsSync(join(home, 'called'))).toBe(false);
      const failed = await update(scene, '--pkg-tool', tool, '-m', 'x');
      expect(failed).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/new-sources failed[^]*no ticket/),
      });
      expect(pairState(scene)).toEqual(then);
    });
  });
});

describe('a run that is ended', () => {
  test.each([['SIGKILL'], ['SIGTERM']] as const)(
    '%s at the last step leaves all or nothing done',
    async (signal) => {
      const { steps, done } = await undisturbed(['-m', 'All'], tempDir);
      await endUpdate({ args: ['-m', 'All'], signal, step: steps, done, directory: tempDir() });
    },
  );
});

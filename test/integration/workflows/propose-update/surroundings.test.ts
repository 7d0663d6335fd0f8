/** Signatures, access lists, ssh, other forges, monorepos, release notes: what else an update meets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../../../src/workflows/propose-update/index.ts';
import type { BranchResult } from '../../../../src/workflows/release-update/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { TOKEN, createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { hasSshd, startSshd } from '../../../support/sshd.ts';
import { tempDir } from '../../../support/temp.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ branches: { rawhide: '1.0.0' }, ...options });
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

async function branches(
  here: World,
  input: ProposeUpdateInput = {},
  env: Record<string, string> = {},
): Promise<BranchResult[]> {
  const { packages } = await proposeUpdate(here.context({ env: { ...here.env, ...env } }), input, '0.0.1');
  const failure = packages.find((item) => item.failure !== undefined)?.failure;
  if (failure !== undefined)
    throw new Error(`${failure.code}: ${failure.message}\n${failure.details.join('\n')}`);
  return packages.flatMap((item) => item.branches);
}

const outcome = (results: readonly BranchResult[]): unknown[] =>
  results.map(({ branch, status, failure }) => [branch, status, failure?.code]);

describe('allowed_gpg_keys of dist-git', () => {
  const there = spawnSync('gpg', ['--version']).status === 0;
  if (!there) console.warn('gpg is not installed: signatures are not tested');
  const whenThere = there ? test : test.skip;

  whenThere('a release signed by one of them passes, any other does not', async () => {
    const gnupg = join(tempDir('gpg'), 'g');
    mkdirSync(gnupg, { mode: 0o700 });
    const env = { GNUPGHOME: gnupg };
    const gpg = (...args: string[]): string =>
      execFileSync('gpg', ['--batch', '--quiet', ...args], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
    gpg('--passphrase', '', '--quick-gen-key', 'Jane Doe <jane@example.com>', 'ed25519', 'sign', 'never');
    const key = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
    const config = (allowed: string): string =>
      `allowed_gpg_keys: ["${allowed}"]\nspecfile_path: hello.spec\n`;
    try {
      const unsigned = await make({ distGitFiles: { '.packit.yaml': config(key) } });
      expect(outcome(await branches(unsigned, {}, env))).toEqual([
        ['rawhide', 'failed', 'RELEASE_NOT_SIGNED'],
      ]);
      execFileSync('git', ['tag', '-f', '-s', '-u', key, '-m', 'v1.1.0', 'v1.1.0'], {
        cwd: unsigned.upstream.dir,
        env: { ...unsigned.env, ...env },
      });
      expect(outcome(await branches(unsigned, {}, env))).toEqual([['rawhide', 'proposed', undefined]]);
      await unsigned.close();

      const other = await make({ distGitFiles: { '.packit.yaml': config('0'.repeat(40)) } });
      execFileSync('git', ['tag', '-f', '-s', '-u', key, '-m', 'v1.1.0', 'v1.1.0'], {
        cwd: other.upstream.dir,
        env: { ...other.env, ...env },
      });
      const [refused] = await branches(other, {}, env);
      expect(refused?.failure?.code).toBe('RELEASE_NOT_SIGNED');
      expect(refused?.failure?.details.join()).toContain(key);
    } finally {
      spawnSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, ...env } });
    }
  });
});

describe('the fork', () => {
  test('is waited for', async () => {
    const here = await make({ forkDelay: 2 });
    expect(outcome(await branches(here))).toEqual([['rawhide', 'proposed', undefined]]);
  });

  test('gets the committers of the package with --sync-acls', async () => {
    const here = await make({ committers: ['maintainer'] });
    expect(outcome(await branches(here, { syncAcls: true }))).toEqual([['rawhide', 'proposed', undefined]]);
    expect(here.forge.project('rpms', 'hello', 'jane').users.commit).toEqual(
      expect.arrayContaining(['maintainer', 'admin']),
    );
  });

  test("is not needed for the user's own project", async () => {
    const here = await make({
      kind: 'forgejo',
      projects: [
        { namespace: 'jane', name: 'hello', branches: { rawhide: { 'hello.spec': spec('1.0.0') } } },
      ],
    });
    const text = here.upstream
      .git('show', 'HEAD:.packit.yaml')
      .replace('dist_git_namespace: rpms', 'dist_git_namespace: jane');
    here.upstream.write('.packit.yaml', `${text}\n`);
    expect(outcome(await branches(here))).toEqual([['rawhide', 'proposed', undefined]]);
    expect(outcome(await branches(here))).toEqual([['rawhide', 'unchanged', undefined]]);
    expect(here.forge.project('jane', 'hello').pullRequests).toHaveLength(1);
  });

  test('is pushed to over ssh where the forge says so', async () => {
    if (!hasSshd()) {
      console.warn('sshd is not installed: pushes over ssh are not tested');
      return;
    }
    const root = realpathSync(tempDir('forge'));
    const sshd = await startSshd({ root });
    try {
      const here = await make({ sshUrl: sshd.url, forgeRoot: root });
      const clone = join(here.dir, 'clone');
      execFileSync('git', ['clone', '-q', here.forge.project('rpms', 'hello').directory, clone]);
      execFileSync('git', ['remote', 'set-url', 'origin', `${sshd.url}/rpms/hello.git`], { cwd: clone });
      expect(outcome(await branches(here, { distGitPath: clone, pr: false }, sshd.env))).toEqual([
        ['rawhide', 'pushed', undefined],
      ]);
      expect(
        gitIn(here.forge.project('rpms', 'hello').directory, ['log', '-1', '--format=%s', 'rawhide']),
      ).toBe('Update to 1.1.0 upstream release');
    } finally {
      await sshd.close();
    }
  });
});

describe('several packages', () => {
  test('each in its own directory of a monorepo, one of them chosen with -p', async () => {
    const here = await make({
      projects: [
        {
          namespace: 'rpms',
          name: 'world',
          owner: 'admin',
          branches: { rawhide: { 'world.spec': spec('1.0.0') } },
        },
      ],
    });
    here.upstream.write('hello/hello.spec', spec('1.1.0'));
    here.upstream.write('world/world.spec', spec('1.1.0').replace('hello', 'world'));
    here.upstream.write('world/extra', 'more');
    here.upstream.write(
      '.packit.yaml',
      `upstream_tag_template: "v{version}"
dist_git_base_url: ${here.forge.url}/
dist_git_namespace: rpms
packages:
  hello: {paths: [hello], specfile_path: hello.spec, downstream_package_name: hello}
  world: {paths: [world], specfile_path: world.spec, downstream_package_name: world, files_to_sync: [world.spec, extra]}
jobs:
  - {job: propose_downstream, trigger: release, dist_git_branches: [rawhide]}
`,
    );
    here.upstream.commit('Two packages');
    here.upstream.git('tag', '-f', '-m', 'v1.1.0', 'v1.1.0');
    expect(outcome(await branches(here, { packages: ['world'] }))).toEqual([
      ['rawhide', 'proposed', undefined],
    ]);
    const fork = here.forge.project('rpms', 'world', 'jane').directory;
    expect(gitIn(fork, ['show', 'rawhide-update:extra'])).toBe('more');
    expect(here.forge.project('rpms', 'hello').pullRequests).toEqual([]);
    expect(outcome(await branches(here))).toEqual([
      ['rawhide', 'proposed', undefined],
      ['rawhide', 'unchanged', undefined],
    ]);
  });
});

describe('the upstream forge', () => {
  test('gives the latest version and the release notes', async () => {
    const here = await make({
      kind: 'forgejo',
      config: 'copy_upstream_release_description: true',
      projects: [
        {
          namespace: 'up',
          name: 'hello',
          branches: { main: { README: 'x' } },
          tags: { 'v1.1.0': 'main' },
          releases: [{ tag: 'v1.1.0', title: '1.1.0', description: '* Faster\n* Smaller\n' }],
        },
      ],
    });
    here.upstream.git('remote', 'add', 'origin', `${here.forge.url}/up/hello.git`);
    const [only] = await branches(here);
    expect(only?.failure?.message).toBeUndefined();
    expect(only).toMatchObject({ status: 'proposed', version: '1.1.0' });
    const fork = here.forge.project('jane', 'hello').directory;
    expect(gitIn(fork, ['show', 'rawhide-update:hello.spec'])).toContain(
      '- 1.1.0-1\n * Faster\n * Smaller\n',
    );
  });
});

describe('what must not be told', () => {
  test('the token is in no result, no message and no remote', async () => {
    const said: string[] = [];
    const here = await make();
    here.forge.failOn(/POST .*git-receive-pack/, { status: 500, body: 'broken' }, 9);
    const ctx = here.context();
    const { packages } = await proposeUpdate(
      {
        ...ctx,
        ui: {
          ...ctx.ui,
          info: (text) => void said.push(text),
          debug: (text) => void said.push(text),
          scoped: () => ({ ...ctx.ui, info: (text) => void said.push(text) }),
        },
      },
      {},
      '0.0.1',
    );
    expect(packages[0]?.branches[0]?.status).toBe('failed');
    const all = JSON.stringify(packages) + said.join('\n') + JSON.stringify(here.warnings);
    expect(all).not.toContain(TOKEN);
    expect(all).not.toContain(Buffer.from(`jane:${TOKEN}`).toString('base64'));
  });
});

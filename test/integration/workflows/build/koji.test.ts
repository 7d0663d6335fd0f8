import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { InterruptedError } from '../../../../src/errors.ts';
import { silentUi } from '../../../../src/ui.ts';
import type { Ui, Warning } from '../../../../src/ui.ts';
import { cancelBuilds, watchBuilds } from '../../../../src/workflows/build/index.ts';
import { buildInKoji } from '../../../../src/workflows/build/koji/index.ts';
import type { BuildInKojiInput } from '../../../../src/workflows/build/koji/index.ts';
import { BUILDABLE_CONFIG, BUILDABLE_SPEC, createBuildable } from '../../../support/buildable.ts';
import { createRepository } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { fakeKerberos } from '../../../support/kerberos/fake-tools.ts';
import { goOn } from '../../../support/koji/course.ts';
import { startKoji } from '../../../support/koji/server.ts';
import type { TestKoji } from '../../../support/koji/server.ts';
import { addBranch, addBuild, emptyState } from '../../../support/koji/state.ts';
import type { HubTask } from '../../../support/koji/state.ts';
import { recordProgram } from '../../../support/programs/record.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { tempDir } from '../../../support/temp.ts';

let home: string;
let scratch: string;
let path: string;
let upstream: TestRepository;
let distGit: TestRepository;
let commits: Record<string, string>;
let hub: TestKoji;

beforeEach(async () => {
  home = tempDir();
  scratch = tempDir();
  path = fakeKerberos(join(home, 'tools'));
  const config = `${BUILDABLE_CONFIG}downstream_package_name: hello
dist_git_base_url: ${home}/dist-git/
dist_git_namespace: rpms
`;
  upstream = createBuildable(home, { config });
  distGit = createRepository(join(home, 'clone'), home);
  commits = {};
  for (const [branch, release] of Object.entries({ rawhide: 3, f42: 2, f41: 1 })) {
    distGit.git('checkout', '--quiet', '--orphan', branch);
    distGit.write('hello.spec', BUILDABLE_SPEC.replace('1%{?dist}', `${release}%{?dist}`));
    commits[branch] = distGit.commit(`Build for ${branch}`);
  }
  const bare = join(home, 'dist-git', 'rpms', 'hello');
  execFileSync('git', ['init', '--quiet', '--bare', '-b', 'rawhide', bare], { env: { ...process.env } });
  distGit.git('remote', 'add', 'origin', bare);
  distGit.git('push', '--quiet', '--all', 'origin');
  const state = emptyState();
  addBranch(state, 'rawhide', 'f43');
  addBranch(state, 'f42');
  addBranch(state, 'f41');
  hub = await startKoji(state);
});

afterEach(async () => {
  await hub.close();
});

interface World {
  dryRun?: boolean;
  lines?: string[];
  warnings?: Warning[];
  /** The user leaves when this line is said. */
  leaveAt?: RegExp;
}

function context({ dryRun = false, lines = [], warnings = [], leaveAt }: World = {}) {
  const leaving = new AbortController();
  const ui: Ui = {
    ...silentUi(warnings),
    info: (line) => {
      lines.push(line);
      if (leaveAt?.test(line) === true) leaving.abort(new InterruptedError());
    },
    scoped: () => ui,
  };
  return createContext({
    cwd: upstream.dir,
    env: {
      ...upstream.env,
      PATH: path,
      TMPDIR: scratch,
      PACKIT_KOJI_URL: hub.url,
      PACKIT_RETRY_DELAY: '1',
      PACKIT_POLL_DELAY: '1',
    },
    ui,
    dryRun,
    signal: leaving.signal,
  });
}

async function build(input: Partial<BuildInKojiInput> = {}, world: World = {}) {
  try {
    return await buildInKoji(context(world), { wait: true, scratch: false, noActions: false, ...input });
  } finally {
    expect(readdirSync(scratch)).toEqual([]);
  }
}

const builds = (): HubTask[] => hub.state.tasks.filter(({ method }) => method === 'build');
const requests = () => builds().map(({ request }) => request);

/** Those for a target in `failing` break in the chroot. */
function run(failing: readonly string[] = [], steps = 3): void {
  goOn(hub, { failing, steps });
}

describe('packit build in-koji', () => {
  test('several branches at once: each its own commit, for its own target', async () => {
    run();
    const before = snapshot(upstream.dir);
    const lines: string[] = [];
    const result = await build({ distGitBranch: 'rawhide,f42,f41' }, { lines });
    const url = `git+${home}/dist-git/rpms/hello`;
    expect(requests()).toEqual([
      [`${url}#${commits.rawhide}`, 'rawhide', {}],
      [`${url}#${commits.f42}`, 'f42-candidate', {}],
      [`${url}#${commits.f41}`, 'f41-candidate', {}],
    ]);
    expect(result).toMatchObject({ exitCode: 0, failed: [] });
    expect(result.builds.map(({ version, state, targets }) => [version, state, targets[0]?.name])).toEqual([
      ['hello-1.2.3-3.fc43', 'succeeded', 'rawhide'],
      ['hello-1.2.3-2.fc42', 'succeeded', 'f42-candidate'],
      ['hello-1.2.3-1.fc41', 'succeeded', 'f41-candidate'],
    ]);
    expect(result.builds[0]?.targets[0]?.parts?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'buildSRPMFromSCM (srpm) succeeded',
      'buildArch (x86_64) succeeded',
    ]);
    expect(lines).toContain(`Task info: ${result.builds[0]?.url}`);
    expect(hub.logins).toBe(1);
    expect(snapshot(upstream.dir)).toEqual(before);
  });

  test('it waits without a terminal; a failed build fails the command and shows why', async () => {
    run(['f42-candidate']);
    const result = await build({ distGitBranch: 'f42,f41' });
    expect(result.exitCode).toBe(5);
    const [failed] = result.builds[0]?.targets ?? [];
    expect(failed).toMatchObject({
      state: 'failed',
      note: 'error building package (arch x86_64), mock exited with status 1; see build.log',
      evidence: expect.arrayContaining(['hello.c:1: error: no such thing']),
    });
    run(['rawhide']);
    expect((await build()).exitCode).toBe(2);
  });

  test('a target that is unknown or locked, a branch that is not there: before anything is submitted', async () => {
    await expect(build({ kojiTarget: 'f99-candidate' })).rejects.toMatchObject({
      code: 'KOJI_TARGET_UNKNOWN',
    });
    await expect(build({ distGitBranch: 'f40' })).rejects.toMatchObject({
      code: 'KOJI_BRANCH_MISSING',
      hint: expect.stringContaining('f4'),
    });
    await expect(build({ distGitBranch: 'f42,f41', kojiTarget: 'a,b' })).rejects.toMatchObject({
      code: 'KOJI_TARGETS_AMBIGUOUS',
      exitCode: 2,
    });
    const tag = hub.state.tags.get('f42-updates-candidate');
    if (tag !== undefined) tag.locked = true;
    await expect(build({ distGitBranch: 'f42' })).rejects.toMatchObject({ code: 'KOJI_TAG_LOCKED' });
    expect(builds()).toEqual([]);
    expect(hub.logins).toBe(0);
    run();
    // Nothing is tagged by a scratch build.
    expect((await build({ distGitBranch: 'f42', scratch: true })).exitCode).toBe(0);
    expect(requests()[0]?.[2]).toEqual({ scratch: true });
  });

  test('what is built already is not built again; what is being built is waited for', async () => {
    addBuild(hub.state, { nvr: 'hello-1.2.3-2.fc42', tag: 'f42-updates-candidate' });
    const again = await build({ distGitBranch: 'f42' });
    expect(again).toMatchObject({
      exitCode: 0,
      builds: [
        { state: 'skipped', targets: [{ state: 'skipped', note: 'hello-1.2.3-2.fc42 is built already' }] },
      ],
    });
    expect(hub.logins).toBe(0);
    addBuild(hub.state, { nvr: 'hello-1.2.3-1.fc41', state: 0 });
    const id = 500_000 + (hub.state.builds.get('hello-1.2.3-1.fc41')?.id ?? 0);
    hub.state.tasks.push({
      id,
      method: 'build',
      owner: 1,
      state: 2,
      created: 1,
      request: ['x', 'f41-candidate'],
    });
    expect(await build({ distGitBranch: 'f41' })).toMatchObject({
      exitCode: 0,
      builds: [{ id: String(id), state: 'succeeded' }],
    });
    expect(hub.logins).toBe(0);
  });

  test('an SRPM of the checkout is uploaded, once for each target', async () => {
    run();
    await expect(build({ fromUpstream: true })).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
    const result = await build({ fromUpstream: true, kojiTarget: 'rawhide,f42-candidate', scratch: true });
    expect(result).toMatchObject({ exitCode: 0, builds: [{ state: 'succeeded' }, { state: 'succeeded' }] });
    expect(requests().map(([source, target, options]) => [source, target, options])).toEqual([
      [expect.stringMatching(/^cli-build\/.*\/hello-1\.2\.3-.*\.src\.rpm$/), 'rawhide', { scratch: true }],
      [
        expect.stringMatching(/^cli-build\/.*\/hello-1\.2\.3-.*\.src\.rpm$/),
        'f42-candidate',
        { scratch: true },
      ],
    ]);
    expect(hub.state.files.size).toBe(2);
  });

  test("the user's own koji_build_command submits SRPMs", async () => {
    run();
    mkdirSync(join(home, '.config'), { recursive: true });
    writeFileSync(
      join(home, '.config', 'packit.yaml'),
      `koji_build_command: my-koji --profile 'x y' build\n`,
    );
    hub.state.tasks.push({
      id: 77,
      method: 'build',
      owner: 1,
      state: 0,
      created: 1,
      request: ['x', 'rawhide'],
    });
    const calls = recordProgram(home, 'my-koji', 'echo "Uploading srpm: x"; echo "Created task: 77"');
    path = `${join(home, 'bin')}:${path}`;
    const result = await build({ fromUpstream: true, kojiTarget: 'rawhide', scratch: true });
    expect(result).toMatchObject({ exitCode: 0, builds: [{ id: '77', state: 'succeeded' }] });
    expect(calls()[0]?.argv).toEqual([
      '--profile',
      'x y',
      'build',
      '--scratch',
      '--nowait',
      'rawhide',
      expect.stringMatching(/^\/.*\.src\.rpm$/),
    ]);
    expect(hub.state.files.size).toBe(0);
  });

  test('a side tag is made, used and shown; one by name is used', async () => {
    run();
    const lines: string[] = [];
    const result = await build({ distGitBranch: 'f42', sideTag: true }, { lines });
    const target = String(requests()[0]?.[1]);
    expect(target).toMatch(/^f42-build-side-\d+$/);
    expect(lines).toContain(`Side tag: ${target} (of f42-build)`);
    expect(result.builds[0]?.targets[0]?.name).toBe(target);
    await build({ distGitBranch: 'f42', sideTag: target });
    expect(requests()[1]?.[1]).toBe(target);
    await expect(build({ distGitBranch: 'f42', sideTag: 'f42-build-side-1' })).rejects.toMatchObject({
      code: 'KOJI_SIDE_TAG_UNKNOWN',
    });
  });

  test('a dry run asks, and submits nothing', async () => {
    const result = await build({ distGitBranch: 'f42', sideTag: true }, { dryRun: true });
    expect(result.builds[0]?.plan?.map(({ summary }) => summary)).toEqual([
      'create a side tag of f42-build',
      `build git+${home}/dist-git/rpms/hello#${commits.f42} for that tag, as hello-1.2.3-2.fc42`,
    ]);
    expect(builds()).toEqual([]);
    expect(hub.logins).toBe(0);
  });

  test("what the user's own clone has and the server has not is warned of", async () => {
    run();
    distGit.git('checkout', '--quiet', 'f42');
    distGit.write('more', 'x');
    distGit.commit('Not pushed');
    distGit.write('more', 'y');
    const before = snapshot(distGit.dir, (name) => name.startsWith('.git/index'));
    const warnings: Warning[] = [];
    await build({ distGitBranch: 'f42', distGitPath: distGit.dir }, { warnings });
    expect(warnings.map(({ code }) => code)).toEqual(['KOJI_NOT_PUSHED', 'KOJI_NOT_COMMITTED']);
    expect(requests()[0]?.[0]).toContain(`#${commits.f42}`);
    expect(snapshot(distGit.dir, (name) => name.startsWith('.git/index'))).toEqual(before);
  });

  test('--no-wait says how to come back; watch and cancel do', async () => {
    const result = await build({ wait: false });
    expect(result).toMatchObject({ exitCode: 0, builds: [{ state: 'queued' }] });
    const page = /'(.*)'/.exec(result.builds[0]?.watch ?? '')?.[1] ?? '';
    run(['rawhide']);
    expect(await watchBuilds(context(), { builds: [page] })).toMatchObject({
      exitCode: 2,
      builds: [{ package: 'hello', targets: [{ name: 'rawhide', state: 'failed' }] }],
    });
    hub.onLook = undefined;
    const other = await build({ wait: false, distGitBranch: 'f41' });
    await cancelBuilds(context(), { builds: [other.builds[0]?.url ?? ''] });
    expect(builds().at(-1)?.state).toBe(3);
  });

  test('who leaves between two submissions is told what runs on', async () => {
    await expect(build({ distGitBranch: 'f42,f41' }, { leaveAt: /^Task info/ })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 1,
      hint: expect.stringContaining("Come back with: packit build watch 'http"),
    });
    expect(builds()).toHaveLength(1);
  });

  test('a task that never ends, and one that somebody cancels', async () => {
    run([], 1_000_000);
    expect(await build({ timeout: 0.3 })).toMatchObject({ exitCode: 3, builds: [{ state: 'lost' }] });
    hub.onLook = () => {
      for (const task of builds()) task.state = 3;
    };
    expect(await build({ distGitBranch: 'f42' })).toMatchObject({
      exitCode: 2,
      builds: [{ state: 'cancelled' }],
    });
  });

  test.each(['cut-after', 503] as const)(
    '%s at each request: built once, and the same outcome',
    async (fault) => {
      run();
      await build({ distGitBranch: 'f42' });
      const count = hub.service.log.length;
      for (let number = 1; number <= count; number += 1) {
        await hub.close();
        const state = emptyState();
        addBranch(state, 'f42');
        hub = await startKoji(state);
        run();
        hub.service.failAt(number, fault);
        expect(await build({ distGitBranch: 'f42' })).toMatchObject({
          exitCode: 0,
          builds: [{ state: 'succeeded' }],
        });
        expect(builds()).toHaveLength(1);
      }
    },
  );
});

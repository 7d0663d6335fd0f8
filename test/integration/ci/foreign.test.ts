/** Pull requests from forks: what is refused, how it is approved, and what an approval is good for. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { CONFIG, createCiWorld } from '../../support/ci/world.ts';
import type { CiWorld } from '../../support/ci/world.ts';
import { commentAs, pushTo } from '../../support/forges/index.ts';

let world: CiWorld;

afterEach(async () => {
  const { unexpected } = world.copr;
  await world.close();
  expect(unexpected).toEqual([]);
});

const KINDS = ['github', 'gitlab', 'forgejo'] as const;

describe.each(KINDS)('a pull request from a fork on %s', (kind) => {
  async function scene(config?: string): Promise<{ number: number; sha: string }> {
    world = await createCiWorld({ kind });
    // Who may push is told to administrators of a project alone on Forgejo.
    world.project.users.admin.push('packit-bot');
    return world.pullRequest({
      author: 'mallory',
      fork: true,
      branch: 'change',
      files: { 'hello.c': 'evil\n', ...(config === undefined ? {} : { '.packit.yaml': config }) },
    });
  }

  test('of somebody unknown is refused as a status and in one comment; nothing is submitted', async () => {
    const { number, sha } = await scene();
    const event = world.event(number, sha);
    await world.run(event);
    const result = await world.run(event, { env: { GITHUB_RUN_ID: '101' } });
    expect(result).toMatchObject({ finished: true, exitCode: 0 });
    expect(result.units.map(({ state, description }) => `${state} ${description}`)).toEqual(
      Array.from({ length: 7 }, () =>
        expect.stringMatching(/^(?:neutral|error|failure) .*(?:not allowed|cannot trigger)/i),
      ),
    );
    expect(world.copr.builds.size).toBe(0);
    expect(world.farm.requests).toEqual([]);
    expect(world.project.comments).toHaveLength(1);
    expect(world.project.comments[0]?.body).toContain(`/packit ok-to-test ${sha}`);
  });

  test('is built after a maintainer approved its commit, and refused again with the next push', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha));
    const body = `/packit ok-to-test ${sha}`;
    const { id } = commentAs(world.forge, world.project, {
      on: { on: 'pull-request', number },
      user: 'maria',
      body,
    });
    const result = await world.run(world.event(number, sha, { comment: { body, author: 'maria', id } }), {
      env: { GITHUB_RUN_ID: '102' },
    });
    expect(result).toMatchObject({ finished: true, exitCode: 0 });
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(3);
    const fork = world.project.pullRequests[0]?.source ?? world.project;
    const newer = pushTo(fork, 'change', { 'hello.c': 'more evil\n' });
    const after = await world.run(
      world.event(number, newer, { action: kind === 'gitlab' ? 'update' : 'synchronize' }),
      {
        env: { GITHUB_RUN_ID: '103' },
      },
    );
    expect(after.units.every(({ state }) => state === 'neutral')).toBe(true);
    expect(world.copr.builds.size).toBe(1);
  });

  test('cannot be approved by its author', async () => {
    const { number, sha } = await scene();
    const body = `/packit ok-to-test ${sha}`;
    const { id } = commentAs(world.forge, world.project, {
      on: { on: 'pull-request', number },
      user: 'mallory',
      body,
    });
    const result = await world.run(world.event(number, sha, { comment: { body, author: 'mallory', id } }));
    expect(result).toMatchObject({ ignored: 'User cannot trigger!', exitCode: 0 });
    expect(world.copr.builds.size).toBe(0);
  });

  test('an approved one has no power: owner, project and settings are those of the target branch', async () => {
    const hostile = CONFIG.replace(
      '    trigger: pull_request\n',
      '    trigger: pull_request\n    owner: "@victims"\n    project: stable\n    enable_net: true\n    additional_repos: ["https://evil.example/repo"]\n',
    );
    const { number, sha } = await scene(hostile);
    const body = `/packit ok-to-test ${sha}`;
    const { id } = commentAs(world.forge, world.project, {
      on: { on: 'pull-request', number },
      user: 'maria',
      body,
    });
    const result = await world.run(world.event(number, sha, { comment: { body, author: 'maria', id } }));
    expect(result.ignoredKeys.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['owner', 'project', 'enable_net', 'additional_repos']),
    );
    const [build] = [...world.copr.builds.values()];
    expect(build?.project).toMatchObject({ ownername: 'jane', additional_repos: [] });
    expect(build?.project.name).not.toBe('stable');
    expect(JSON.stringify(build?.options)).not.toContain('enable_net');
  });
});

test('resume finds the commit of a fork where GitLab has it, without being told that it is GitLab', async () => {
  world = await createCiWorld({ kind: 'gitlab' });
  world.project.users.admin.push('packit-bot', 'mallory');
  const { number, sha } = world.pullRequest({ author: 'mallory', fork: true, branch: 'change' });
  const fork = world.project.pullRequests[0]?.source ?? world.project;
  fork.users.commit.push('packit-bot');
  await world.run(world.event(number, sha), { input: { wait: false } });
  const result = await world.resume(
    { pullRequest: number },
    { input: { forge: undefined }, env: { GITHUB_RUN_ID: '200' } },
  );
  expect(result).toMatchObject({ finished: true, exitCode: 0 });
  const last = new Map(
    fork.statusLog.filter((one) => one.sha === sha).map(({ name, state }) => [name, state]),
  );
  expect([...last.values()]).toEqual(Array.from({ length: 7 }, () => 'success'));
  expect(world.copr.builds.size).toBe(1);
});

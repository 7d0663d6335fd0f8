import { afterEach, describe, expect, test } from '@jest/globals';
import { CHROOTS, createCiWorld } from '../../support/ci/world.ts';
import type { CiWorld, CiWorldOptions } from '../../support/ci/world.ts';
import { pushTo } from '../../support/forges/index.ts';

let world: CiWorld;

afterEach(async () => {
  const { unexpected } = world.copr;
  await world.close();
  expect(unexpected).toEqual([]);
});

async function scene(options: CiWorldOptions = {}): Promise<{ number: number; sha: string }> {
  world = await createCiWorld(options);
  world.copr.script = {
    source: { run: 40 },
    chroots: { 'epel-9-x86_64': { queue: 30, run: 60, end: 'failed' }, '*': { queue: 30, run: 60 } },
  };
  return world.pullRequest();
}

describe('a pull request with builds in three chroots and tests', () => {
  test('goes from acceptance to the last status; one chroot fails', async () => {
    const { number, sha } = await scene();
    const result = await world.run(world.event(number, sha));
    expect(world.seen(sha)).toEqual([
      'rpm-build:epel-9-x86_64: failure RPMs failed to be built.',
      'rpm-build:fedora-43-x86_64: success RPMs were built successfully.',
      'rpm-build:fedora-44-x86_64: success RPMs were built successfully.',
      'srpm-build: success SRPM was built successfully.',
      'testing-farm:centos-stream-9-x86_64: failure RPMs failed to be built.',
      'testing-farm:fedora-43-x86_64: success Tests passed ...',
      'testing-farm:fedora-44-x86_64: success Tests passed ...',
    ]);
    expect(result).toMatchObject({ finished: true, exitCode: 5, resume: undefined });
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
    const log = world.log(sha);
    expect(log.slice(0, 7).map((line) => line.replace(/^.*?: (?=pending)/, ''))).toEqual(
      Array.from({ length: 7 }, () => 'pending The task was accepted.'),
    );
    // Each state of a status is written once.
    expect(new Set(log).size).toBe(log.length);
  });

  test.each(['gitlab', 'forgejo', 'pagure'] as const)('on %s the statuses end alike', async (kind) => {
    const { number, sha } = await scene({ kind });
    const result = await world.run(world.event(number, sha));
    expect(result).toMatchObject({ finished: true, exitCode: 5 });
    const failed = kind === 'gitlab' ? 'failed' : 'failure';
    expect(world.seen(sha)).toEqual([
      `rpm-build:epel-9-x86_64: ${failed} RPMs failed to be built.`,
      'rpm-build:fedora-43-x86_64: success RPMs were built successfully.',
      'rpm-build:fedora-44-x86_64: success RPMs were built successfully.',
      'srpm-build: success SRPM was built successfully.',
      `testing-farm:centos-stream-9-x86_64: ${failed} RPMs failed to be built.`,
      'testing-farm:fedora-43-x86_64: success Tests passed ...',
      'testing-farm:fedora-44-x86_64: success Tests passed ...',
    ]);
    await world.run(world.event(number, sha), { env: { GITHUB_RUN_ID: '101' } });
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
  });

  test('run a second time, it finds everything done and writes nothing', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha));
    const log = world.log(sha);
    const again = await world.run(world.event(number, sha), { env: { GITHUB_RUN_ID: '101' } });
    expect(again.exitCode).toBe(5);
    expect(world.log(sha)).toEqual(log);
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
  });

  test('an SRPM that fails ends every status', async () => {
    const { number, sha } = await scene();
    world.copr.script = { source: { run: 40, end: 'failed' } };
    const result = await world.run(world.event(number, sha));
    expect(world.seen(sha)).toHaveLength(7);
    for (const line of world.seen(sha)) expect(line).toMatch(/: failure SRPM build failed, check the logs/);
    expect(result.exitCode).toBe(2);
  });

  test('two runs at once for one event submit one build', async () => {
    const { number, sha } = await scene();
    const event = world.event(number, sha);
    await Promise.all([
      world.run(event, { env: { GITHUB_RUN_ID: '1' } }),
      world.run(event, { env: { GITHUB_RUN_ID: '2' } }),
    ]);
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
    expect(world.seen(sha).filter((line) => / (?:pending|running) /.test(line))).toEqual([]);
  });

  test('who came second waits for the first, however long that takes to submit', async () => {
    const { number, sha } = await scene();
    const event = world.event(number, sha);
    let asked = 0;
    // The first has to try again for a while; the second looks around in the meantime.
    world.copr.fault = ({ url }) => (url.includes('/build/create/') && (asked += 1) <= 3 ? 503 : undefined);
    await Promise.all(['1', '2', '3'].map((run) => world.run(event, { env: { GITHUB_RUN_ID: run } })));
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
  });

  test('a comment builds anew; the tests are set back, and tested anew', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha));
    const before = world.log(sha).length;
    world.copr.script = { source: { run: 40 }, chroots: { '*': { run: 60 } } };
    const comment = world.event(number, sha, { comment: { body: 'Once more:\n/packit build', id: 901 } });
    const result = await world.run(comment, { env: { GITHUB_RUN_ID: '102' } });
    expect(result.exitCode).toBe(0);
    const log = world.log(sha).slice(before);
    for (const name of ['testing-farm:fedora-43-x86_64', 'rpm-build:epel-9-x86_64', 'srpm-build']) {
      expect(log).toContain(`${name}: pending The task was accepted.`);
    }
    expect(world.seen(sha).filter((line) => !/: success /.test(line))).toEqual([]);
    expect(world.copr.builds.size).toBe(2);
    expect(world.farm.requests).toHaveLength(5);
    // The same comment delivered again starts nothing.
    await world.run(comment, { env: { GITHUB_RUN_ID: '103' } });
    expect(world.copr.builds.size).toBe(2);
    expect(world.farm.requests).toHaveLength(5);
  });

  test('rebuild-failed builds the chroot that failed and no other', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha));
    world.copr.script = { chroots: { '*': { run: 60 } } };
    const comment = world.event(number, sha, { comment: { body: '/packit rebuild-failed', id: 902 } });
    const result = await world.run(comment, { env: { GITHUB_RUN_ID: '102' } });
    expect(result.exitCode).toBe(0);
    expect([...world.copr.builds.values()].map(({ chroots }) => chroots)).toEqual(
      [[...CHROOTS].sort(), ['epel-9-x86_64']].map((chroots) => expect.arrayContaining(chroots)),
    );
    expect(world.copr.builds.get(2)?.chroots ?? [...world.copr.builds.values()][1]?.chroots).toEqual([
      'epel-9-x86_64',
    ]);
  });

  test('retest-failed uses the build that is there', async () => {
    const { number, sha } = await scene();
    world.farm.life = () => [{ state: 'queued' }, { state: 'complete', overall: 'failed' }];
    await world.run(world.event(number, sha));
    expect(world.seen(sha)).toContain('testing-farm:fedora-43-x86_64: failure Tests failed ...');
    world.farm.life = () => [{ state: 'complete', overall: 'passed' }];
    const comment = world.event(number, sha, { comment: { body: '/packit retest-failed', id: 903 } });
    await world.run(comment, { env: { GITHUB_RUN_ID: '102' } });
    expect(world.seen(sha)).toContain('testing-farm:fedora-43-x86_64: success Tests passed ...');
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(4);
  });

  test('a comment that asks for tests of what nobody has built is answered, and ends', async () => {
    const { number, sha } = await scene();
    const comment = world.event(number, sha, { comment: { body: '/packit test', id: 905 } });
    const result = await world.run(comment);
    expect(result.finished).toBe(true);
    expect(world.copr.builds.size).toBe(0);
    expect(world.farm.requests).toEqual([]);
    for (const line of world.seen(sha))
      expect(line).toMatch(/^testing-farm:.*: error Missing successful Copr build/);
    expect(world.seen(sha)).toHaveLength(3);
  });

  test('a build that Copr has forgotten does not leave its chroots open', async () => {
    const { number, sha } = await scene();
    world.copr.script = { source: { run: 10 }, chroots: { '*': { run: 100_000 } } };
    await world.run(world.event(number, sha), { input: { wait: false } });
    await world.sweep({ env: { GITHUB_RUN_ID: '200' } });
    expect(world.seen(sha)).toContain('srpm-build: success SRPM was built successfully.');
    world.copr.builds.clear();
    world.copr.projects.clear();
    await world.sweep({ env: { GITHUB_RUN_ID: '201' } });
    expect(world.seen(sha)).toContain('rpm-build:fedora-43-x86_64: pending RPM build is in progress...');
    world.age(2 * 3600);
    await world.sweep({ env: { GITHUB_RUN_ID: '202' } });
    const lost = world.seen(sha).filter((line) => !line.startsWith('srpm-build'));
    expect(lost).toHaveLength(6);
    for (const line of lost) expect(line).toMatch(/: error No build is known for this any more/);
    expect((await world.sweep()).swept).toEqual([]);
  });

  test('a comment tests it together with what another pull request has built', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha));
    const other = world.pullRequest();
    await world.run(world.event(other.number, other.sha), { env: { GITHUB_RUN_ID: '102' } });
    const before = world.farm.requests.length;
    const comment = world.event(number, sha, {
      comment: { body: `/packit test acme/hello#${other.number}`, id: 904 },
    });
    await world.run(comment, { env: { GITHUB_RUN_ID: '103' } });
    const ids = world.farm.requests
      .slice(before)
      .map(({ body }) => body.environments[0]?.artifacts?.map(({ id }) => id));
    const [first, second] = [...world.copr.builds.keys()];
    expect(ids).toEqual([
      [`${first}:fedora-43-x86_64`, `${second}:fedora-43-x86_64`],
      [`${first}:fedora-44-x86_64`, `${second}:fedora-44-x86_64`],
    ]);
  });

  test('a new push while builds run: the old ones are cancelled, and their statuses ended', async () => {
    const { number, sha } = await scene();
    await world.run(world.event(number, sha), { input: { wait: false } });
    expect(world.seen(sha).filter((line) => / (?:pending|running) /.test(line))).toHaveLength(7);
    const branch = world.project.pullRequests[0]?.sourceBranch ?? '';
    const newer = pushTo(world.project, branch, { 'hello.c': 'int main(void) { return 99; }\n' });
    await world.run(world.event(number, newer, { action: 'synchronize' }), { env: { GITHUB_RUN_ID: '102' } });
    expect(world.seen(sha)).toHaveLength(7);
    for (const line of world.seen(sha)) expect(line).toContain(`Superseded by ${newer.slice(0, 12)}`);
    expect(world.copr.builds.size).toBe(2);
    expect([...world.copr.builds.values()][0]?.canceled).toBeDefined();
    expect(world.seen(newer)).toContain('testing-farm:fedora-43-x86_64: success Tests passed ...');
  });

  test('what was submitted and left is brought to its end by sweeps', async () => {
    const { number, sha } = await scene();
    world.farm.life = () => [
      { state: 'queued', at: 0 },
      { state: 'running', at: 40 },
      { state: 'complete', overall: 'passed', at: 80 },
    ];
    const submitted = await world.run(world.event(number, sha), { input: { wait: false } });
    expect(submitted).toMatchObject({ finished: false, exitCode: 0 });
    expect(submitted.resume).toBe(`packit ci resume --pull-request ${number}`);
    for (let round = 0; round < 12; round += 1)
      await world.sweep({ env: { GITHUB_RUN_ID: String(200 + round) } });
    expect(world.seen(sha).filter((line) => / (?:pending|running) /.test(line))).toEqual([]);
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
    expect((await world.sweep()).swept).toEqual([]);
  });

  test('a sweep begins nothing that nobody has accepted, unless it is told to', async () => {
    const { sha } = await scene();
    expect((await world.sweep()).swept).toEqual([]);
    expect(world.log(sha)).toEqual([]);
    const { swept } = await world.sweep({ start: true });
    expect(swept).toHaveLength(1);
    expect(world.copr.builds.size).toBe(1);
    await world.sweep({ start: true, env: { GITHUB_RUN_ID: '201' } });
    expect(world.copr.builds.size).toBe(1);
  });
});

describe('what cannot be done is said', () => {
  test('no configuration is no error', async () => {
    const { number, sha } = await scene({ config: null });
    const result = await world.run(world.event(number, sha));
    expect(result).toMatchObject({
      exitCode: 0,
      ignored: 'there is no Packit configuration in this repository',
    });
    expect(world.log(sha)).toEqual([]);
  });

  test('a broken configuration is one failing status with line and key, and one comment', async () => {
    const { number, sha } = await scene({ config: 'jobs:\n  - job: copr_build\n    trigger: pull_reqest\n' });
    const event = world.event(number, sha);
    await expect(world.run(event)).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    await expect(world.run(event)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(world.log(sha)).toHaveLength(1);
    expect(world.log(sha)[0]).toMatch(/^packit:config: failure \.packit\.yaml:3: .*pull_reqest/);
    expect(world.project.comments).toHaveLength(1);
    expect(world.project.comments[0]?.body).toContain('pull_reqest');
  });

  test('a chroot that Copr does not have is an error of its own; the others are built', async () => {
    const { number, sha } = await scene({
      config: `upstream_package_name: hello
downstream_package_name: hello
specfile_path: hello.spec
jobs:
  - {job: copr_build, trigger: pull_request, targets: [fedora-43-x86_64, fedora-12-x86_64]}
`,
    });
    await world.run(world.event(number, sha));
    expect(world.seen(sha)).toEqual([
      'rpm-build:fedora-12-x86_64: error Not supported target: fedora-12-x86_64',
      'rpm-build:fedora-43-x86_64: success RPMs were built successfully.',
      'srpm-build: success SRPM was built successfully.',
    ]);
  });

  test('Copr being away for ever ends in an error, not in a pending status', async () => {
    const { number, sha } = await scene();
    world.copr.fault = ({ url }) => (url.includes('/build/create/') ? 503 : undefined);
    const result = await world.run(world.event(number, sha));
    expect(result.exitCode).toBe(2);
    for (const line of world.seen(sha)) expect(line).toMatch(/: error Submit of the build failed: /);
  });

  test('tests that Testing Farm refuses end in an error that says why', async () => {
    const { number, sha } = await scene();
    world.farm.tokens.length = 0;
    await world.run(world.event(number, sha));
    expect(world.seen(sha).find((line) => line.startsWith('testing-farm:fedora-43'))).toMatch(
      /: error Failed to submit tests: /,
    );
  });

  test('a token that may not set statuses: a comment says how everything ended', async () => {
    const { number, sha } = await scene();
    world.forge.failOn(
      /^POST .*\/statuses\//,
      { status: 403, body: { message: 'Resource not accessible by integration' } },
      999,
    );
    const result = await world.run(world.event(number, sha));
    expect(result).toMatchObject({ finished: true, exitCode: 5 });
    expect(world.log(sha)).toEqual([]);
    expect(world.project.comments.at(-1)?.body).toContain('testing-farm:fedora-43-x86_64');
    expect(world.copr.builds.size).toBe(1);
  });
});

/** A build in Copr with something going wrong on the way. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { clockByLooks, createCoprWorld } from '../../../support/copr/world.ts';
import type { CoprWorld } from '../../../support/copr/world.ts';
import { cancelBuilds, watchBuilds } from '../../../../src/workflows/build/index.ts';
import type { Build } from '../../../../src/workflows/build/index.ts';

let world: CoprWorld;
async function open(): Promise<CoprWorld> {
  world = await createCoprWorld();
  clockByLooks(world.copr, 30);
  world.copr.script = { source: { run: 30 }, chroots: { '*': { queue: 30, run: 90 } } };
  return world;
}
afterEach(async () => {
  await world.close();
  expect(world.copr.unexpected).toEqual([]);
});

describe('the connection is cut', () => {
  test.each(['cut', 'cut-after'] as const)(
    '%s at each request in turn: at most one build, never a lost one',
    async (fault) => {
      const { copr, build } = await open();
      copr.writeLogin(world.home, { username: undefined });
      for (let at = 0; at < 14; at += 1) {
        copr.projects.clear();
        copr.builds.clear();
        const first = copr.requests.length;
        let cut = '';
        copr.fault = ({ url }, index) => {
          if (index - first !== at) return undefined;
          cut = url;
          return fault;
        };
        const outcome = await build({ srpm: world.srpm }).then(
          ({ exitCode }) => exitCode,
          (error: { code: string; hint?: string; exitCode: number }) => error,
        );
        if (cut.includes('/upload')) {
          // Sending it again might build it twice: the user is told where to look.
          expect(outcome).toMatchObject({
            code: 'HTTP_RESET',
            exitCode: 3,
            hint: `Look there before you try again: ${copr.url}/coprs/jane/packit-cli-hello-main/builds/`,
          });
          expect(copr.builds.size).toBe(fault === 'cut' ? 0 : 1);
        } else {
          expect([at, cut, outcome]).toEqual([at, cut, 0]);
          expect(copr.builds.size).toBe(1);
        }
      }
    },
  );
});

describe('Copr is not well', () => {
  test('5xx for minutes while it waits: the build is found again', async () => {
    const { copr, build, said } = await open();
    let down = 0;
    copr.fault = ({ url }) => {
      if (!url.includes('/build-chroot/') && !/\/build\/\d/.test(url)) return undefined;
      down += 1;
      return down > 3 && down < 60 ? 502 : undefined;
    };
    expect((await build()).exitCode).toBe(0);
    expect(said.filter((line) => line.includes('502'))).toHaveLength(1);
  });

  test('5xx before anything is submitted: exit code 3, and the status page', async () => {
    const { copr, build } = await open();
    copr.fault = ({ url }) => (url.includes('/project/add') ? 503 : undefined);
    await expect(build()).rejects.toMatchObject({
      code: 'COPR_DOWN',
      exitCode: 3,
      hint: `See whether Copr is well: ${copr.url}/status/stats/`,
    });
  });

  test('it refuses: its own words', async () => {
    const { copr, build } = await open();
    copr.addProject('jane', 'p', { chroots: ['fedora-44-x86_64'] });
    copr.fault = ({ url }) => {
      if (url.includes('/upload')) copr.projects.clear();
      return undefined;
    };
    await expect(build({ project: 'p' })).rejects.toMatchObject({
      code: 'COPR_NOT_FOUND',
      message: expect.stringContaining('Project jane/p does not exist.'),
    });
  });

  test('somebody else makes the project at the same moment: it is edited like any other', async () => {
    const { copr, build } = await open();
    copr.fault = ({ url }) => {
      if (url.includes('/project/add')) copr.addProject('jane', 'p', { chroots: ['epel-9-x86_64'] });
      return undefined;
    };
    expect((await build({ project: 'p' })).exitCode).toBe(0);
    expect(copr.projects.get('jane/p')?.chroots).toEqual(['epel-9-x86_64', 'fedora-44-x86_64']);
  });
});

describe('logs', () => {
  const failing = async (log: string, plainFiles = false): Promise<Build['targets'][number] | undefined> => {
    const { copr, build } = await open();
    copr.script = { plainFiles, chroots: { '*': { run: 30, end: 'failed', log } } };
    return (await build()).builds[0]?.targets[0];
  };

  test.each([true, false])(
    'of a million lines are read to the end; the server keeps quiet of packing: %s',
    async (plainFiles) => {
      const target = await failing(
        `${'checking again and again\n'.repeat(1_000_000)}error: Bad exit status from x (%check)\n`,
        plainFiles,
      );
      expect(target?.evidence).toEqual([
        'checking again and again',
        'error: Bad exit status from x (%check)',
      ]);
    },
  );

  test('one that cannot be read is still named', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: 30, end: 'failed', log: 'x' } } };
    copr.fault = ({ url }) => (url.includes('/results/') ? 'cut' : undefined);
    const target = (await build()).builds[0]?.targets[0];
    expect(target).toMatchObject({ state: 'failed', log: expect.stringMatching(/builder-live\.log\.gz$/) });
    expect(target).not.toHaveProperty('evidence');
  });
});

test('Ctrl-C during the upload: it is said that nobody knows', async () => {
  const { copr, build, controller } = await open();
  copr.fault = ({ url }) => {
    if (url.includes('/upload')) controller.abort();
    return undefined;
  };
  await expect(build()).rejects.toMatchObject({
    code: 'INTERRUPTED',
    exitCode: 1,
    hint: `Look there before you try again: ${copr.url}/coprs/jane/packit-cli-hello-main/builds/`,
  });
});

describe('watch and cancel', () => {
  const submitted = async (): Promise<CoprWorld> => {
    await open();
    await world.build({ wait: false });
    return world;
  };

  test.each([
    ['9000001'],
    ['URL/coprs/build/9000001/'],
    ['URL/coprs/jane/packit-cli-hello-main/build/9000001/'],
  ])('%s is waited for', async (text) => {
    const { copr, context } = await submitted();
    const result = await watchBuilds(context(), { builds: [text.replace('URL', copr.url)] });
    expect(result).toMatchObject({
      exitCode: 0,
      builds: [{ id: '9000001', targets: [{ name: 'fedora-44-x86_64', state: 'succeeded', seconds: 90 }] }],
    });
  });

  test('needs no login', async () => {
    const { copr, context, home } = await submitted();
    copr.writeLogin(home, { login: undefined, token: undefined });
    expect((await watchBuilds(context(), { builds: ['9000001'] })).exitCode).toBe(0);
  });

  test('a failed build fails it', async () => {
    const { context } = await submitted();
    for (const build of world.copr.builds.values()) build.script = { chroots: { '*': { end: 'failed' } } };
    expect((await watchBuilds(context(), { builds: ['9000001'] })).exitCode).toBe(2);
  });

  test('what is not there or no build is said', async () => {
    const { context } = await submitted();
    await expect(watchBuilds(context(), { builds: ['1'] })).rejects.toMatchObject({
      code: 'BUILD_NOT_FOUND',
    });
    await expect(watchBuilds(context(), { builds: ['hello'] })).rejects.toMatchObject({
      code: 'BUILD_UNKNOWN_PLACE',
    });
  });

  test('a running build is cancelled once', async () => {
    const { copr, context } = await submitted();
    expect(await cancelBuilds(context({ dryRun: true }), { builds: ['9000001'] })).toMatchObject([
      { outcome: 'would be cancelled' },
    ]);
    expect(copr.builds.get(9_000_001)?.canceled).toBeUndefined();
    expect(await cancelBuilds(context(), { builds: ['9000001'] })).toMatchObject([{ outcome: 'cancelled' }]);
    expect(await cancelBuilds(context(), { builds: ['9000001'] })).toMatchObject([
      { outcome: 'had ended: cancelled' },
    ]);
  });
});

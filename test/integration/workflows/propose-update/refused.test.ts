/** What servers refuse or lack, and what is then kept, said or refused before any work. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../../../src/workflows/propose-update/index.ts';
import type { BranchResult, ReleaseUpdateResult } from '../../../../src/workflows/release-update/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { NOW, createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';

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

function propose(here: World, input: ProposeUpdateInput = {}, dryRun = false): Promise<ReleaseUpdateResult> {
  return proposeUpdate(here.context({ dryRun }), input, '0.0.1');
}

function branch(result: ReleaseUpdateResult): BranchResult {
  const [only] = result.packages;
  if (only?.failure !== undefined) throw new Error(only.failure.message);
  const [first] = only?.branches ?? [];
  if (first === undefined) throw new Error('no branch');
  return first;
}

function inFork(here: World, path: string): string {
  return gitIn(here.forge.project('rpms', 'hello', 'jane').directory, ['show', `rawhide-update:${path}`]);
}

const SHA512 = (text: string): string => createHash('sha512').update(text).digest('hex');

describe('a file that sources names and the lookaside cache does not give', () => {
  const EXTRA = `SHA512 (extra-1.tar.gz) = ${SHA512('extra')}`;
  const SOURCES = 'Source0:        @WEB@/hello-%{version}.tar.gz\nSource1:        extra-1.tar.gz\n';

  const two = (fault?: WorldOptions['lookaside']): WorldOptions => ({
    upstreamSpec: spec('1.1.0', { source: SOURCES }),
    downloads: { '/hello-1.1.0.tar.gz': 'archive' },
    distGitFiles: { sources: `${EXTRA}\n` },
    lookaside: fault ?? {},
  });

  test.each([404, 503])('keeps its line, and is said (status %d)', async (status) => {
    const here = await make(
      two({
        fault: (request, response) => {
          if (!request.url.includes('extra-1')) return false;
          response.writeHead(status).end();
          return true;
        },
      }),
    );
    const result = branch(await propose(here));
    expect([result.status, result.failure?.message]).toEqual(['proposed', undefined]);
    expect(inFork(here, 'sources').split('\n').filter(Boolean).toSorted()).toEqual(
      [EXTRA, `SHA512 (hello-1.1.0.tar.gz) = ${SHA512('archive')}`].toSorted(),
    );
    const said = here.warnings.filter(({ code }) => code === 'LOOKASIDE_FILE_MISSING');
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^extra-1\.tar\.gz did not come from the lookaside cache: .*; its line in sources stays as it is$/,
      ),
    ]);
    expect(result.notes).toContain('extra-1.tar.gz could not be fetched from the lookaside cache');
  });

  test('with another content than its hash says, too', async () => {
    const here = await make(
      two({
        fault: (request, response) => {
          if (!request.url.includes('extra-1')) return false;
          response.end('something else');
          return true;
        },
      }),
    );
    expect(branch(await propose(here)).status).toBe('proposed');
    expect(inFork(here, 'sources')).toContain(EXTRA);
    expect(here.warnings.some(({ code }) => code === 'LOOKASIDE_FILE_MISSING')).toBe(true);
  });
});

describe('the day of an update', () => {
  const DAYS = 86_400_000;

  test('is its own for another release, and stays for the same one', async () => {
    const here = await make();
    const at = async (days: number, version: string): Promise<string> => {
      const now = new Date(NOW.getTime() + days * DAYS);
      const result = await proposeUpdate(here.context({ now }), { version }, '0.0.1');
      expect(branch(result).failure?.message).toBeUndefined();
      return inFork(here, 'hello.spec')
        .split('\n')
        .filter((line) => line.startsWith('* '))[0] as string;
    };
    expect(await at(0, '1.1.0')).toMatch(/^\* Mon May 06 2024 .* - 1\.1\.0-1$/);
    expect(await at(5, '1.1.0')).toMatch(/^\* Mon May 06 2024 .* - 1\.1\.0-1$/);
    here.upstream.write('hello.spec', spec('1.2.0'));
    here.upstream.commit('Release 1.2.0');
    here.upstream.tag('v1.2.0');
    expect(await at(10, '1.2.0')).toMatch(/^\* Thu May 16 2024 .* - 1\.2\.0-1$/);
    const { directory } = here.forge.project('rpms', 'hello', 'jane');
    expect(gitIn(directory, ['log', '-1', '--format=%ad', '--date=short', 'rawhide-update']).trim()).toBe(
      '2024-05-16',
    );
  });
});

describe('a push that is rejected', () => {
  test('has been done if the branch has the commit', async () => {
    const here = await make();
    // Two runs of the same moment make the same commit; one of them comes second.
    const results = await Promise.all([propose(here), propose(here)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const commits = results.map((result) => branch(result).commit);
    expect(commits[0]).toBe(commits[1]);
    expect(
      here.forge.project('rpms', 'hello').pullRequests.filter(({ state }) => state === 'open').length,
    ).toBeLessThanOrEqual(2);
  });
});

describe('refused before any work, and in a dry run as well', () => {
  test.each([false, true])('a file without a lookaside cache to go to (dry run: %s)', async (dryRun) => {
    const here = await make({
      upstreamSpec: spec('1.1.0', { source: 'Source0:        @WEB@/hello-%{version}.tar.gz\n' }),
      downloads: { '/hello-1.1.0.tar.gz': 'archive' },
    });
    const result = await propose(here, {}, dryRun);
    const { failure, status } = branch(result);
    expect([status, result.exitCode]).toEqual([dryRun ? 'planned' : 'failed', 2]);
    expect(failure).toMatchObject({
      code: 'LOOKASIDE_UNKNOWN',
      message: expect.stringMatching(
        /^hello-1\.1\.0\.tar\.gz has to be uploaded, and no lookaside cache is known/,
      ),
      hint: expect.stringContaining('upload_sources: false'),
    });
  });

  test('unless the configuration says that nothing is uploaded', async () => {
    const here = await make({
      config: 'upload_sources: false',
      upstreamSpec: spec('1.1.0', { source: 'Source0:        @WEB@/hello-%{version}.tar.gz\n' }),
      downloads: { '/hello-1.1.0.tar.gz': 'archive' },
    });
    expect(branch(await propose(here)).status).toBe('proposed');
    expect(inFork(here, 'sources')).toContain('hello-1.1.0.tar.gz');
  });

  test.each<['gitlab' | 'forgejo', boolean]>([
    ['gitlab', false],
    ['forgejo', true],
  ])('pull requests that are switched off on %s (dry run: %s)', async (kind, dryRun) => {
    const here = await make({ kind });
    here.forge.project('rpms', 'hello').requestsOff = true;
    const { packages, exitCode } = await propose(here, {}, dryRun);
    expect(dryRun ? packages[0]?.refusal : packages[0]?.failure).toMatchObject({
      code: 'FORGE_REQUESTS_OFF',
      message: expect.stringMatching(/switched off/),
      hint: expect.stringContaining('--no-pr'),
    });
    expect(exitCode).toBe(2);
  });

  test('a dist-git that has no forge', async () => {
    const here = await make();
    const bare = here.forge.project('rpms', 'hello').directory;
    const config = here.upstream.git('show', 'HEAD:.packit.yaml');
    const url = `dist_git_base_url: file://${bare.replace(/\/rpms\/hello(?:\.git)?$/, '')}/`;
    here.upstream.write('.packit.yaml', config.replace(/^dist_git_base_url: .*$/m, url));
    for (const dryRun of [false, true]) {
      const { packages, exitCode } = await propose(here, {}, dryRun);
      const [only] = packages;
      expect((dryRun ? only?.refusal : only?.failure)?.code).toBe('DIST_GIT_WITHOUT_FORGE');
      expect(exitCode).toBe(2);
      // What would be proposed is shown all the same.
      expect(only?.branches.map(({ status }) => status)).toEqual(dryRun ? ['planned'] : []);
    }
  });
});

/** What comes from others (dist-git's specs, release monitoring, links in trees) runs nothing and leads nowhere. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../../../src/workflows/propose-update/index.ts';
import type { BranchResult } from '../../../../src/workflows/release-update/index.ts';
import { tempDir } from '../../../support/temp.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';

jest.setTimeout(90_000);

let world: World | undefined;
const BRANCHES = { rawhide: '1.0.0' };

async function make(options: WorldOptions): Promise<World> {
  world = await createWorld({ branches: BRANCHES, ...options });
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

async function branch(here: World, input: ProposeUpdateInput = {}): Promise<BranchResult> {
  const { packages } = await proposeUpdate(here.context({ dryRun: true }), input, '0.0.1');
  const [only] = packages;
  if (only?.failure !== undefined) throw new Error(only.failure.message);
  const [result] = only?.branches ?? [];
  if (result === undefined) throw new Error('no branch');
  return result;
}

describe('code in a spec of dist-git', () => {
  test.each([
    ['in the preamble', (text: string, code: string) => `%global x ${code}\n${text}`],
    ['in the release', (text: string, code: string) => text.replace('3%{?dist}', `3${code}`)],
    [
      'in an automatic release',
      (text: string, code: string) => text.replace('3%{?dist}', `%autorelease -b 1${code}`),
    ],
    ['in the changelog', (text: string, code: string) => `${text}- Added ${code}\n`],
    ['that makes the version', (text: string, code: string) => text.replace('1.0.0\n', `1.0${code}\n`)],
  ])('%s does not run', async (_where, change) => {
    const ran = join(tempDir(), 'ran');
    const here = await make({
      distGitSpec: (version) =>
        change(
          spec(version, {
            release: '3%{?dist}',
            changelog: '* Mon Jan 01 2024 Jane Doe <jane@example.com> - 1.0.0-3\n- First\n',
          }),
          `%(touch ${ran})`,
        ),
    });
    const result = await branch(here);
    expect(existsSync(ran)).toBe(false);
    expect(result).toMatchObject({ status: 'planned' });
    expect(result.plan?.diff).toContain('+Version:        1.1.0');
  });

  test("of the user's own spec runs, as in a build", async () => {
    const ran = join(tempDir(), 'ran');
    const here = await make({ upstreamSpec: `%global x %(touch ${ran})\n${spec('1.1.0')}` });
    expect(await branch(here)).toMatchObject({ status: 'planned' });
    expect(existsSync(ran)).toBe(true);
  });

  test('a version that only code can tell is no obstacle to a pull request, but to a push', async () => {
    const here = await make({ distGitSpec: () => spec('%(echo 9.0)', { release: '3%{?dist}' }) });
    expect(await branch(here)).toMatchObject({ status: 'planned' });
    expect(here.warnings.map(({ code }) => code)).toContain('DIST_GIT_VERSION_UNKNOWN');
    const pushed = await branch(here, { pr: false });
    expect(pushed).toMatchObject({ status: 'failed', code: 'SPEC_UNPARSABLE' });
  });
});

describe('a version from elsewhere', () => {
  test.each([
    '1.0\nRelease: %(touch ran)',
    '1.0%(touch ran)',
    '../../x',
    '1.0; rm -rf x',
    '--upload-pack=x',
    '\u001b[2J',
  ])('%j is refused', async (monitored) => {
    const here = await make({ monitored });
    // The tags are asked instead.
    expect(await branch(here)).toMatchObject({ version: '1.1.0' });
    expect(here.warnings.map(({ code }) => code)).toContain('VERSION_INVALID');
    await expect(branch(here, { version: monitored })).rejects.toThrow(/cannot be a version/);
  });
});

describe('links in trees', () => {
  test('a source that is a link to a file of the user is not uploaded', async () => {
    const secret = join(tempDir(), 'id_rsa');
    writeFileSync(secret, 'private key');
    const here = await make({
      upstreamSpec: spec('1.1.0', { source: 'Source0: hello.tar.gz\n' }),
      config: 'files_to_sync: [hello.spec, {src: sources/, dest: .}]\n',
      lookaside: {},
    });
    mkdirSync(join(here.upstream.dir, 'sources'));
    symlinkSync(secret, join(here.upstream.dir, 'sources', 'hello.tar.gz'));
    here.upstream.commit('Link');
    here.upstream.git('tag', '--force', 'v1.1.0');
    const result = await branch(here);
    expect(result).toMatchObject({ status: 'failed', code: 'PATH_OUTSIDE' });
  });

  test('a spec file that is a link to a file of the user is not published', async () => {
    const secret = join(tempDir(), 'secret.spec');
    writeFileSync(secret, spec('1.1.0'));
    const here = await make({});
    here.upstream.git('rm', '--quiet', 'hello.spec');
    symlinkSync(secret, join(here.upstream.dir, 'hello.spec'));
    here.upstream.commit('Link');
    here.upstream.git('tag', '--force', 'v1.1.0');
    expect(await branch(here)).toMatchObject({ status: 'failed', code: 'PATH_OUTSIDE' });
    expect(readFileSync(secret, 'utf8')).toBe(spec('1.1.0'));
  });
});

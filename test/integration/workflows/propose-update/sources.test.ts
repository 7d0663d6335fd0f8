/** Sources of an update: downloaded, uploaded once, named in dist-git; tickets from a real KDC. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import type { BranchResult, ReleaseUpdateResult } from '../../../../src/workflows/release-update/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { frontMissing, startGssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import { kdcMissing, startKdc } from '../../../support/kerberos/kdc.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';

jest.setTimeout(90_000);

const ARCHIVE = 'the content of an archive\n';
const HASH = createHash('sha512').update(ARCHIVE).digest('hex');
const SOURCE = 'Source0:        @WEB@/hello-%{version}.tar.gz\n';
const LINE = `SHA512 (hello-1.1.0.tar.gz) = ${HASH}\n`;

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({
    upstreamSpec: spec('1.1.0', { source: SOURCE }),
    downloads: { '/hello-1.1.0.tar.gz': ARCHIVE },
    lookaside: {},
    ...options,
  });
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

function branchesOf(result: ReleaseUpdateResult): BranchResult[] {
  const [only] = result.packages;
  if (only?.failure !== undefined)
    throw new Error(`${only.failure.message}\n${only.failure.details.join('\n')}`);
  return only?.branches ?? [];
}

function inFork(here: World, branch: string, path: string): string {
  return gitIn(here.forge.project('rpms', 'hello', 'jane').directory, ['show', `${branch}-update:${path}`]);
}

const propose = (here: World, dryRun = false): Promise<ReleaseUpdateResult> =>
  proposeUpdate(here.context({ dryRun }), {}, '0.0.1');

describe('the lookaside cache', () => {
  test('gets the archive once, and every branch names it', async () => {
    const here = await make();
    const result = branchesOf(await propose(here));
    expect(result.map(({ status, failure }) => [status, failure?.message])).toEqual([
      ['proposed', undefined],
      ['proposed', undefined],
      ['proposed', undefined],
    ]);
    expect(result.flatMap(({ uploaded }) => uploaded)).toEqual(['hello-1.1.0.tar.gz']);
    expect([...(here.lookaside?.files.keys() ?? [])]).toEqual([
      `rpms/hello/hello-1.1.0.tar.gz/sha512/${HASH}`,
    ]);
    for (const branch of ['rawhide', 'f42', 'f41']) {
      expect(inFork(here, branch, 'sources')).toBe(LINE.trimEnd());
      expect(inFork(here, branch, '.gitignore')).toBe('/hello-1.1.0.tar.gz');
      expect(
        gitIn(here.forge.project('rpms', 'hello', 'jane').directory, [
          'ls-tree',
          '--name-only',
          `${branch}-update`,
        ]),
      ).not.toContain('tar.gz');
    }
    expect(here.web.requests.filter(({ url }) => url === '/hello-1.1.0.tar.gz')).toHaveLength(1);

    const again = branchesOf(await propose(here));
    expect(again.map(({ status }) => status)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(here.lookaside?.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  test('is only looked at in a dry run', async () => {
    const here = await make();
    const [first] = branchesOf(await propose(here, true));
    expect(first?.plan?.uploads).toMatchObject([
      {
        filename: 'hello-1.1.0.tar.gz',
        size: ARCHIVE.length,
        hashType: 'sha512',
        hash: HASH,
        state: 'missing',
      },
    ]);
    expect(first?.plan?.diff).toContain(`+${LINE.trimEnd()}`);
    expect(here.lookaside?.files.size).toBe(0);
    expect(here.lookaside?.requests.every(({ method }) => method === 'HEAD')).toBe(true);
  });

  test('gets nothing with upload_sources: false, but sources names the file', async () => {
    const here = await make({ config: 'upload_sources: false' });
    const result = branchesOf(await propose(here));
    expect(result[0]?.status).toBe('proposed');
    expect(here.lookaside?.requests).toEqual([]);
    expect(inFork(here, 'rawhide', 'sources')).toBe(LINE.trimEnd());
  });

  test('is left out for what git tracks', async () => {
    const here = await make({ distGitFiles: { 'hello-1.1.0.tar.gz': ARCHIVE } });
    const result = branchesOf(await propose(here));
    expect(result[0]?.status).toBe('proposed');
    expect(here.lookaside?.files.size).toBe(0);
    expect(result[0]?.uploaded).toEqual([]);
  });

  test('gives what only it has', async () => {
    const old = 'old but needed\n';
    const oldHash = createHash('sha512').update(old).digest('hex');
    const here = await make({
      upstreamSpec: spec('1.1.0', { source: `${SOURCE}Source1:        data.bin\n` }),
      distGitFiles: { sources: `SHA512 (data.bin) = ${oldHash}\n`, '.gitignore': '/data.bin\n' },
    });
    here.lookaside?.files.set(`rpms/hello/data.bin/sha512/${oldHash}`, {
      content: Buffer.from(old),
      mtime: 1,
    });
    expect(branchesOf(await propose(here)).map(({ failure }) => failure?.message)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(inFork(here, 'f42', 'sources')).toBe(`${LINE}SHA512 (data.bin) = ${oldHash}`);
    expect(inFork(here, 'f42', '.gitignore')).toBe('/data.bin\n/hello-1.1.0.tar.gz');
  });

  test('an archive that is not there fails every branch, with the address', async () => {
    const here = await make({ downloads: {} });
    const result = await propose(here);
    expect(result.exitCode).toBe(3);
    for (const { failure } of branchesOf(result)) expect(failure?.message).toContain('hello-1.1.0.tar.gz');
    expect(here.forge.project('rpms', 'hello').pullRequests).toEqual([]);
  });
});

describe('with Kerberos', () => {
  const missing = kdcMissing() ?? frontMissing();
  if (missing !== undefined) console.warn(`uploads with Kerberos are not tested: ${missing}`);
  const whenThere = missing === undefined ? test : test.skip;

  whenThere('a ticket lets the upload through; without one nothing is begun', async () => {
    const kdc = await startKdc();
    try {
      const keytab = await kdc.addPrincipal('jane');
      const here = await make({ lookaside: { requireLogin: true } });
      const front = await startGssapiFront(kdc, here.lookaside?.port ?? 0, '/repo/pkgs/upload.cgi');
      try {
        const env = {
          ...here.env,
          KRB5_CONFIG: kdc.env.KRB5_CONFIG ?? '',
          KRB5CCNAME: kdc.env.KRB5CCNAME ?? '',
          DISTGIT_LOOKASIDE_URL: here.lookaside?.url ?? '',
          DISTGIT_LOOKASIDE_CGI: `${front.url}/repo/pkgs/upload.cgi`,
          DISTGIT_LOOKASIDE_AUTH: 'kerberos',
        };
        here.userConfig(`fas_user: jane\nkerberos_realm: ${kdc.realm}\n`);
        const before = here.forge.requests.length;
        const refused = await proposeUpdate(here.context({ env, now: new Date() }), {}, '0.0.1');
        expect(refused.packages[0]?.failure).toMatchObject({ code: 'KERBEROS_NO_TICKET' });
        expect(refused.packages[0]?.failure?.hint).toContain(`kinit jane@${kdc.realm}`);
        expect(refused.exitCode).toBe(2);
        expect(here.forge.requests.length).toBe(before);

        execFileSync('kinit', ['-k', '-t', keytab, `jane@${kdc.realm}`], { env: kdc.env });
        const done = await proposeUpdate(here.context({ env, now: new Date() }), {}, '0.0.1');
        expect(branchesOf(done).map(({ status, failure }) => [status, failure?.message])).toEqual([
          ['proposed', undefined],
          ['proposed', undefined],
          ['proposed', undefined],
        ]);
        expect(here.lookaside?.files.size).toBe(1);
      } finally {
        await front.close();
      }
    } finally {
      await kdc.close();
    }
  });
});

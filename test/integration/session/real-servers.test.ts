/**
 * The servers of the tests held against recordings of the real ones: what packit asks of them, and whether it gets the same
 * kind of answer. How the recordings were made is in docs/conformance-servers.md.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { ForgeKind } from '../../../src/remote/forge/index.ts';
import { startForge } from '../../support/forges/index.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { startLookaside } from '../../support/lookaside/server.ts';
import { compareServers } from '../../support/servers/compare.ts';
import { driveForge } from '../../support/servers/drive-forge.ts';
import { driveLookaside } from '../../support/servers/drive-lookaside.ts';
import { KNOWN_DIFFERENCES } from '../../support/servers/known-differences.ts';
import { recordDrive } from '../../support/servers/session.ts';

jest.setTimeout(120_000);

const RECORDINGS = resolve(import.meta.dirname, '..', '..', '..', 'fixtures', 'recordings');
const JANE = { name: 'jane', token: 'token-of-jane-0123456789' };
const FILES = { 'hello.spec': 'Name: hello\nVersion: 1.0\n', 'dir/with space.txt': 'text\n' };

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function place(): string {
  const { dir, dispose } = temporaryDirectory('packit-servers');
  cleanups.push(dispose);
  return dir;
}

/** What the steps gave on the real server. */
function recordedSteps(name: string): Record<string, unknown> {
  const { result } = JSON.parse(readFileSync(join(RECORDINGS, name, 'session.json'), 'utf8')) as {
    result: { stdout: string[] };
  };
  return JSON.parse(result.stdout.join('\n')) as Record<string, unknown>;
}

const DRIVES: Readonly<Record<string, (recording: string, dir: string) => Promise<Record<string, unknown>>>> =
  {
    async lookaside(recording, dir) {
      const server = await startLookaside({ modules: ['rpms/hello'] });
      cleanups.push(() => server.close());
      const url = new URL(server.url).origin;
      return recordDrive({ recording, dir }, (http, { run }, work) =>
        driveLookaside(http, { url, run, dir: work }),
      );
    },
    forgejo: (recording, dir) => forge('forgejo', recording, dir),
    pagure: (recording, dir) => forge('pagure', recording, dir),
  };

async function forge(kind: ForgeKind, recording: string, dir: string): Promise<Record<string, unknown>> {
  const server = await startForge(kind, {
    users: [JANE, { name: 'admin', token: 'token-of-admin-0123456789' }],
    projects: [
      {
        namespace: 'rpms',
        name: 'hello',
        owner: 'admin',
        description: 'Says hello',
        branches: { rawhide: FILES, f42: FILES },
        tags: { 'v1.0': 'f42' },
      },
    ],
  });
  cleanups.push(() => server.close());
  return recordDrive({ recording, dir }, (http, ctx, work) => {
    ctx.redactor.add(JANE.token);
    return driveForge(http, { kind, url: server.url, token: JANE.token, dir: work });
  });
}

describe.each(Object.keys(DRIVES).filter((name) => existsSync(join(RECORDINGS, name))))('%s', (name) => {
  test('the stand-in answers as the real server does, but for what is known', async () => {
    const dir = place();
    const recording = join(dir, 'recording');
    // As the recording has it: what is undefined is absent.
    const steps = JSON.parse(JSON.stringify((await DRIVES[name]?.(recording, dir)) ?? {})) as Record<
      string,
      unknown
    >;
    const { compared, differences } = compareServers(join(RECORDINGS, name), recording);
    expect(differences).toEqual(KNOWN_DIFFERENCES[name]?.answers);
    expect(compared).toBeGreaterThan(5);
    const real = recordedSteps(name);
    const other = Object.keys(real).filter(
      (step) => JSON.stringify(real[step]) !== JSON.stringify(steps[step]),
    );
    expect(other).toEqual(KNOWN_DIFFERENCES[name]?.steps);
    expect(Object.keys(steps)).toEqual(Object.keys(real));
  });
});

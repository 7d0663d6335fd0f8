/** Copr's own client as a second opinion: the stand-in takes its requests, and ours say the same things. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCoprWorld } from '../../../support/copr/world.ts';
import type { CoprWorld } from '../../../support/copr/world.ts';
import type { Recorded } from '../../../support/http/server.ts';
import { tempDir } from '../../../support/temp.ts';

const directory = tempDir('packit-copr-cli');
const program = join(directory, 'python', 'bin', 'copr-cli');
try {
  execFileSync('python3', ['-m', 'venv', join(directory, 'python')], { stdio: 'ignore' });
  execFileSync(join(directory, 'python', 'bin', 'pip'), ['install', '--quiet', 'copr-cli'], {
    stdio: 'ignore',
    timeout: 240_000,
  });
} catch {
  // PyPI is out of reach: the tests are skipped, and say so.
}
const maybe = existsSync(program) ? describe : describe.skip;

maybe(
  `copr-cli and packit${existsSync(program) ? '' : ' (copr-cli could not be installed from PyPI)'}`,
  () => {
    let world: CoprWorld;
    const srpm = join(directory, 'x-1-1.src.rpm');
    beforeAll(async () => {
      world = await createCoprWorld();
      writeFileSync(srpm, Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.alloc(1000)]));
    });
    afterAll(() => world.close());

    const run = (...args: string[]) =>
      promisify(execFile)(program, ['--config', join(world.home, '.config/copr'), ...args], {
        env: { PATH: process.env.PATH, HOME: world.home },
      });

    test('create, modify, build and watch are understood', async () => {
      await run('create', '--chroot', 'fedora-44-x86_64', 'theirs');
      await run(
        'modify',
        '--chroot',
        'fedora-44-x86_64',
        '--chroot',
        'epel-9-x86_64',
        '--repo',
        'copr://a/b',
        'theirs',
      );
      await run('build', '--nowait', '-r', 'epel-9-x86_64', 'theirs', srpm);
      await run('watch-build', '9000001');
      expect(world.copr.unexpected).toEqual([]);
      expect(world.copr.projects.get('jane/theirs')).toMatchObject({
        chroots: ['fedora-44-x86_64', 'epel-9-x86_64'],
        additional_repos: ['copr://a/b'],
      });
    }, 60_000);

    test('ours go to the same places with the same fields', async () => {
      const theirs = [...world.copr.requests];
      world.copr.addProject('jane', 'ours', { chroots: ['fedora-44-x86_64'] });
      await world.build({ project: 'new', srpm, targets: 'epel-9-x86_64' });
      await world.build({ project: 'ours', srpm, targets: 'epel-9-x86_64', additionalRepos: 'copr://a/b' });
      const ours = world.copr.requests.slice(theirs.length);
      for (const path of ['project/add/', 'project/edit/', 'build/create/upload']) {
        const [their, our] = [theirs, ours].map((list) => list.find(({ url }) => url.includes(path)));
        expect([path, our?.method]).toEqual([path, their?.method]);
        expect(fieldsOf(their)).toEqual(expect.arrayContaining(fieldsOf(our)));
        expect(queryOf(our)).toEqual(queryOf(their));
      }
    }, 60_000);
  },
);

/** Names of the JSON's keys, or of the form's parts with their types. */
function fieldsOf(request: Recorded | undefined): string[] {
  const body = request?.body.toString('latin1') ?? '';
  if (!String(request?.headers['content-type']).startsWith('multipart')) {
    return Object.keys(JSON.parse(body) as object);
  }
  const json = /Content-Type: application\/json\r\n\r\n(.+)\r\n/.exec(body)?.[1] ?? '{}';
  const parts = [...body.matchAll(/Content-Disposition: form-data; (.+)\r\nContent-Type: (.+)\r\n/g)].map(
    ([, disposition, type]) => `${disposition} ${type}`,
  );
  return [...parts, ...Object.keys(JSON.parse(json) as object)];
}

function queryOf(request: Recorded | undefined): string[] {
  return [...new URL(request?.url ?? '', 'http://x').searchParams.keys()];
}

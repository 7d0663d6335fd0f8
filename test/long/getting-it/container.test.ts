/**
 * The image, built from the Containerfile as it stands, and what jobs do in it. It needs the base image: one that is there already, for
 * buildah or podman, or the network, which TEST_IMAGE_BUILDER=podman (or docker, buildah) allows. On Debian, as root,
 * test/support/image/stand-in-base.sh makes an image of that name which is Debian's with a `dnf` that knows the packages of the file.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseContainerfile } from '../../support/containerfile.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { findBuilder, imageRunner } from '../../support/image/builder.ts';
import type { ImageRunner, RunInImage } from '../../support/image/builder.ts';
import type { Ran } from '../../support/packaged.ts';
import { createProject, readSrpm } from '../../support/project.ts';

jest.setTimeout(1_200_000);

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const base = parseContainerfile(readFileSync(join(ROOT, 'Containerfile'), 'utf8'))[0]?.base ?? '';
const builder = findBuilder(base, process.env.TEST_IMAGE_BUILDER);
if (builder === undefined)
  process.stderr.write(`No image ${base} for buildah or podman here: packit's own is not built.\n`);
const describeIf = builder === undefined ? describe.skip : describe;
/** Only root can make a checkout that belongs to somebody else. */
const isRoot = process.getuid?.() === 0;

let place: ReturnType<typeof temporaryDirectory>;
let runner: ImageRunner;

describeIf(`the image (needs buildah or podman with ${base})`, () => {
  beforeAll(() => {
    place = temporaryDirectory('packit image');
    runner = imageRunner(builder ?? 'podman', `packit-test-${process.pid}`);
    runner.build(ROOT);
  });
  afterAll(() => {
    runner?.dispose();
    place?.dispose();
  });

  /** A checkout with a blank in its path, of the user with this number. */
  function checkout(name: string, owner?: number): string {
    const { dir } = createProject(place.dir, { name });
    if (owner !== undefined) {
      for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' }))
        chownSync(join(dir, file), owner, owner);
      chownSync(dir, owner, owner);
    }
    return dir;
  }

  const packit = (directory: string, args: string[], options: Partial<RunInImage> = {}): Ran =>
    runner.run({ directory, at: '/work', argv: ['packit', ...args], ...options });

  /** The source RPM is where the checkout is, under the name that was printed. */
  function expectSrpm(ran: Ran, directory: string, at = '/work'): void {
    expect(ran).toMatchObject({ exitCode: 0 });
    const printed = ran.stdout.trimEnd();
    expect(printed.startsWith(`${at}/hello-1.2.3-`)).toBe(true);
    const srpm = join(directory, printed.slice(at.length + 1));
    expect(existsSync(srpm)).toBe(true);
    expect(readSrpm(srpm, place.dir)).toMatchObject({ name: 'hello', version: '1.2.3' });
  }

  test('has this packit, and neither npm nor what it was built from', () => {
    const here = checkout('any');
    expect(packit(here, ['--version']).stdout).toBe(`${version}\n`);
    const look =
      'for x in git rpmbuild curl jq kinit ssh npm; do command -v $x; done; ls -d /src /packed /installed; ls -A /tmp';
    const { stdout } = runner.run({ directory: here, at: '/work', argv: ['sh', '-c', look] });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((path) => basename(path)),
    ).toEqual(['git', 'rpmbuild', 'curl', 'jq', 'kinit', 'ssh']);
  });

  test('checks itself and the project', () => {
    const { exitCode, stdout } = packit(checkout('checked'), ['--json', 'doctor', '--offline']);
    expect(exitCode).toBe(0);
    const { findings } = JSON.parse(stdout) as { findings: { subject: string; rating: string }[] };
    const ratings = Object.fromEntries(findings.map(({ subject, rating }) => [subject, rating]));
    for (const name of [
      'git',
      'rpm',
      'rpmbuild',
      'tar',
      'xz',
      'zstd',
      'bzip2',
      'patch',
      'curl',
      'klist',
      'kinit',
      'ssh',
    ])
      expect({ name, rating: ratings[name] }).toEqual({ name, rating: 'ok' });
  });

  test('builds a source RPM of a mounted checkout', () => {
    const directory = checkout('my hello');
    expectSrpm(packit(directory, ['srpm']), directory);
    expect(packit(directory, ['config', 'validate', '--offline'])).toMatchObject({ exitCode: 0 });
  });

  (isRoot ? test : test.skip)(
    "builds one of somebody else's checkout at /work, and elsewhere says what git asks for",
    () => {
      const directory = checkout('foreign hello', 1000);
      expectSrpm(packit(directory, ['srpm']), directory);
      const at = '/builds/a group/hello';
      const refused = packit(directory, ['srpm'], { at });
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain(`git config --global --add safe.directory '${at}'`);
      const script = 'git config --global --add safe.directory "$PWD" && packit srpm';
      expectSrpm(runner.run({ directory, at, argv: ['sh', '-c', script] }), directory, at);
    },
  );

  (isRoot ? test : test.skip)('runs as any user, with and without a home', () => {
    const directory = checkout('hello of 1000', 1000);
    expectSrpm(packit(directory, ['srpm'], { user: '1000', env: { HOME: '/tmp' } }), directory);
    expectSrpm(packit(directory, ['srpm'], { user: '1000', env: { HOME: '/nowhere' } }), directory);
    const argv = ['env', '-u', 'HOME', 'packit', 'srpm'];
    expectSrpm(runner.run({ directory, at: '/work', user: '1000', argv }), directory);
    const status = execFileSync(
      'git',
      ['-c', 'safe.directory=*', 'status', '--porcelain', '--', ':!*.src.rpm'],
      {
        cwd: directory,
        encoding: 'utf8',
      },
    );
    expect(status).toBe('');
  });
});

/** `npm pack`, `npm install --global`, and the command runs: no build, no other package, nothing of the tests. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { execute, installGlobally, packPackage, pathWith } from '../../support/packaged.ts';
import type { Installed } from '../../support/packaged.ts';
import { createProject, readSrpm } from '../../support/project.ts';

jest.setTimeout(120_000);

const manifest = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8'),
) as { version: string };

let place: ReturnType<typeof temporaryDirectory>;
let tarball: string;
let installed: Installed;
let filesAtFirst: string[];
let env: Record<string, string>;

beforeAll(async () => {
  place = temporaryDirectory('packit installed');
  tarball = await packPackage(place.dir);
  installed = await installGlobally(tarball, place.dir);
  filesAtFirst = readdirSync(installed.directory, { recursive: true, encoding: 'utf8' }).sort();
  env = { ...testEnvironment(place.dir), PATH: pathWith(installed.bin) };
});
afterAll(() => place.dispose());

describe('the package', () => {
  test('holds the command, the spec library and the pages, and nothing else', async () => {
    const { stdout } = await execute(['tar', '-tzf', tarball], { cwd: place.dir, env });
    const files = stdout
      .trimEnd()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const wanted =
      /^(bin\/[\w.]+|dist\/(hot\/|man\/|types\/([\w-]+\/)*)?[\w.-]+|docs\/.+\.(md|svg)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
    expect(files.filter((name) => !wanted.test(name))).toEqual([]);
    expect(files.filter((name) => /\.test\.|\.map$|meta\.json$|(^|\/)\./.test(name))).toEqual([]);
    expect(files.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
    for (const name of [
      'bin/packit.js',
      'dist/cli.cjs',
      'dist/hot/srpm.cjs',
      'dist/spec.js',
      'dist/THIRD-PARTY.txt',
      'docs/README.md',
    ])
      expect(files).toContain(name);
  });

  test('is installed without another package or a script', () => {
    expect(installed.output).toMatch(/added 1 package/);
    expect(existsSync(join(installed.directory, 'node_modules'))).toBe(false);
    const { dependencies, scripts = {} } = JSON.parse(
      readFileSync(join(installed.directory, 'package.json'), 'utf8'),
    ) as { dependencies?: object; scripts?: Record<string, string> };
    expect(dependencies).toBeUndefined();
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});

describe('the installed command', () => {
  test('runs: version, help, a check, a source RPM', async () => {
    const project = createProject(place.dir, { name: 'my hello' });
    const run = (...args: string[]) => execute(['packit', ...args], { cwd: project.dir, env });
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: `${manifest.version}\n` });
    expect((await run('--help')).stdout).toContain('Usage: packit');
    expect(await run('config', 'validate', '--offline')).toMatchObject({ exitCode: 0 });
    const built = await run('srpm');
    expect(built).toMatchObject({ exitCode: 0 });
    expect(readSrpm(built.stdout.trim(), place.dir)).toMatchObject({ name: 'hello', version: '1.2.3' });
  });

  test('writes nothing beside itself', () => {
    expect(readdirSync(installed.directory, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      filesAtFirst,
    );
  });

  test('brings the spec library', async () => {
    const script = join(place.dir, 'show.mjs');
    writeFileSync(
      script,
      `import * as spec from '${join(installed.directory, 'dist', 'spec.js')}';\nconsole.log(Object.keys(spec).length > 3);\n`,
    );
    expect(await execute([process.execPath, script], { cwd: place.dir, env })).toMatchObject({
      stdout: 'true\n',
    });
    const { exports } = JSON.parse(readFileSync(join(installed.directory, 'package.json'), 'utf8')) as {
      exports: { './spec': { default: string; types: string } };
    };
    for (const file of Object.values(exports['./spec']))
      expect(existsSync(join(installed.directory, file))).toBe(true);
  });
});

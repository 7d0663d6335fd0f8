/** The file of packit's image: what it copies is there, what it runs fits the package, what a job needs is in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandsOf, isIgnored, packagesOf, parseContainerfile } from '../support/containerfile.ts';
import type { Stage } from '../support/containerfile.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const stages = parseContainerfile(read('Containerfile'));
const [build, image] = stages as [Stage, Stage];
const manifest = JSON.parse(read('package.json')) as {
  name: string;
  version: string;
  files: string[];
  engines: { node: string };
};
const isLeftOut = (file: string): boolean => isIgnored(read('.dockerignore'), file);

describe('the stages', () => {
  test('are two, from one release of Fedora', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', undefined]);
    expect(build.base).toMatch(/^registry\.fedoraproject\.org\/fedora:\d+$/);
    expect(image.base).toBe(build.base);
  });

  test('name each package once, in order, and leave no index of packages', () => {
    for (const stage of stages) {
      const packages = packagesOf(stage);
      expect(packages.length).toBeGreaterThan(0);
      expect(packages).toEqual([...new Set(packages)].sort());
      expect(commandsOf(stage)).toContain('dnf clean all');
    }
  });

  test('have Node.js of one stream that packit runs on, with `node` on PATH', () => {
    const streams = new Set(
      stages.flatMap((stage) => packagesOf(stage).map((name) => /^nodejs(\d+)/.exec(name)?.[1])),
    );
    streams.delete(undefined);
    expect(streams.size).toBe(1);
    const [stream = ''] = streams;
    const [wanted] = /\d+/.exec(manifest.engines.node) ?? [];
    expect(Number(stream)).toBeGreaterThanOrEqual(Number(wanted));
    for (const stage of stages) expect(packagesOf(stage)).toContain(`nodejs${stream}-bin`);
    expect(packagesOf(build)).toContain(`nodejs${stream}-npm-bin`);
  });
});

describe('the package', () => {
  test('is built from files that are there and are not left out', () => {
    const copied = build.instructions
      .filter(({ name, flags }) => name === 'COPY' && flags.from === undefined)
      .flatMap(({ value }) => value.split(' ').slice(0, -1));
    expect(copied).toEqual(['.npmrc', 'package.json', 'package-lock.json', '.']);
    for (const file of copied) expect(existsSync(join(ROOT, file))).toBe(true);
    const made = ['dist'];
    // What is built is put below packaging/, too.
    const needed = [
      ...copied,
      'packaging',
      'src',
      'scripts',
      'tsconfig.json',
      'tsconfig.spec.json',
      ...manifest.files,
    ]
      .filter((file) => !file.startsWith('!') && !made.includes(file))
      .filter((file) => file !== '.');
    for (const file of needed) {
      expect(existsSync(join(ROOT, file))).toBe(true);
      expect({ file, leftOut: isLeftOut(file) }).toEqual({ file, leftOut: false });
    }
    for (const file of ['.git/HEAD', 'node_modules/a/b.js', 'dist/cli.cjs', 'docs/x.src.rpm', 'a.log'])
      expect({ file, leftOut: isLeftOut(file) }).toEqual({ file, leftOut: true });
  });

  test('is packed into a directory that was made, and installed by the name that it gets', () => {
    const commands = commandsOf(build);
    const pack = commands.findIndex((command) => command.startsWith('npm pack '));
    const [, destination] = /^npm pack --pack-destination (\S+)$/.exec(commands[pack] ?? '') ?? [];
    const made = commands.indexOf(`mkdir ${destination}`);
    expect(made).toBeGreaterThanOrEqual(0);
    expect(made).toBeLessThan(pack);
    const [, prefix, tarball = ''] =
      /^npm install --global --offline --prefix (\S+) (\S+)$/.exec(commands[pack + 1] ?? '') ?? [];
    const [start = '', end = ''] = tarball.split('*');
    expect(start).toBe(`${destination}/${manifest.name}-`);
    expect(end).toBe('.tgz');
    const copies = image.instructions.filter(({ name }) => name === 'COPY');
    expect(copies).toEqual([{ name: 'COPY', flags: { from: 'build' }, value: `${prefix}/ /usr/local/` }]);
  });
});

describe('the image', () => {
  test('has what packit drives, and nothing that only building needs', () => {
    const packages = packagesOf(image);
    for (const name of [
      'curl',
      'fedora-packager-kerberos',
      'git-core',
      'jq',
      'krb5-workstation',
      'redhat-rpm-config',
      'rpm-build',
    ])
      expect(packages).toContain(name);
    expect(packages.filter((name) => /npm/.test(name))).toEqual([]);
  });

  test('has shown that packit runs, and lets a job run what it likes', () => {
    expect(commandsOf(image).at(-1)).toBe('packit --version');
    const names = image.instructions.map(({ name }) => name);
    expect(names).not.toContain('ENTRYPOINT');
    expect(names).not.toContain('USER');
    expect(names.at(-1)).toBe('CMD');
  });

  test('works where its users mount their checkout, whoever owns that', () => {
    const workdir = image.instructions.find(({ name }) => name === 'WORKDIR')?.value ?? '';
    expect(commandsOf(image)).toContain(`git config --system --add safe.directory ${workdir}`);
    for (const file of ['README.md', 'Containerfile', 'docs/ci.md'])
      expect({ file, mounts: read(file).includes(`--volume "$PWD:${workdir}:z"`) }).toEqual({
        file,
        mounts: true,
      });
  });
});

import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRun } from '../../../src/tools/process/index.ts';
import { buildSrpm, queryPackage } from '../../../src/tools/rpm/index.ts';

const run = createRun({ env: process.env });
const SPEC = `Name: sample
Version: 1.2
Release: 3
Summary: A sample
License: MIT
Source0: sample-1.2.tar.gz
Source1: script.sh
%description
%prep
%setup -q
%install
rm -rf %{buildroot}
cat %{SOURCE1}
`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'packit 100% srpm-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function stage(name: string, spec = SPEC): string {
  const staging = join(directory, name);
  mkdirSync(staging);
  writeFileSync(join(staging, 'sample.spec'), spec);
  writeFileSync(join(staging, 'sample-1.2.tar.gz'), 'archive');
  writeFileSync(join(staging, 'script.sh'), '#!/bin/sh\n');
  return staging;
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('buildSrpm with the real rpmbuild', () => {
  test('writes the SRPM and nothing else', async () => {
    const stagingDir = stage('one');
    const outDir = join(directory, 'out');
    const { path, warnings } = await buildSrpm({ run, specFile: 'sample.spec', stagingDir, outDir });
    expect(warnings).toEqual([]);
    expect(path).toBe(join(outDir, 'sample-1.2-3.src.rpm'));
    expect(readdirSync(stagingDir).sort()).toEqual(['sample-1.2.tar.gz', 'sample.spec', 'script.sh']);
    expect(await queryPackage({ run, path, cwd: directory })).toEqual({
      name: 'sample',
      epoch: undefined,
      version: '1.2',
      release: '3',
      members: [
        { name: 'sample-1.2.tar.gz', size: 7 },
        { name: 'sample.spec', size: SPEC.length },
        { name: 'script.sh', size: 10 },
      ],
    });
  });

  test('is the same, bit for bit, from two directories, at two times, with other modes', async () => {
    const one = stage('one');
    const two = stage('another place');
    chmodSync(join(two, 'sample.spec'), 0o600);
    utimesSync(join(two, 'script.sh'), 5, 5);
    const hashes = [];
    for (const stagingDir of [one, two]) {
      const outDir = join(stagingDir, 'out');
      const built = await buildSrpm({ run, specFile: 'sample.spec', stagingDir, outDir, epoch: 1709208000 });
      hashes.push(sha256(built.path));
      expect(readFileSync(built.path).includes(directory)).toBe(false);
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('leaves files that are only linked into the staging directory alone', async () => {
    const stagingDir = stage('one');
    const outside = join(directory, 'outside');
    writeFileSync(outside, 'linked');
    utimesSync(outside, 77, 77);
    rmSync(join(stagingDir, 'script.sh'));
    rmSync(join(stagingDir, 'sample-1.2.tar.gz'));
    symlinkSync(outside, join(stagingDir, 'script.sh'));
    linkSync(outside, join(stagingDir, 'sample-1.2.tar.gz'));
    await buildSrpm({ run, specFile: 'sample.spec', stagingDir, outDir: directory, epoch: 1709208000 });
    expect(statSync(outside).mtimeMs).toBe(77_000);
    expect(statSync(outside).mode & 0o777).toBe(0o644);
  });

  test('code in the spec sees the files the spec was written beside', async () => {
    const codeDir = join(directory, 'checkout');
    mkdirSync(codeDir);
    mkdirSync(join(directory, 'spec'));
    writeFileSync(join(directory, 'spec', 'suffix.inc'), '%global minor 7\n');
    writeFileSync(join(codeDir, 'VERSION'), '7.7\n');
    writeFileSync(join(codeDir, 'script.sh'), 'not this one');
    const stagingDir = stage(
      'one',
      SPEC.replace(
        'Version: 1.2',
        '%include %{_sourcedir}/suffix.inc\nVersion: %(cat VERSION).%{minor}',
      ).replace(/^Source0.*\n|^%setup.*\n/gm, ''),
    );
    const built = await buildSrpm({
      run,
      specFile: 'sample.spec',
      stagingDir,
      outDir: directory,
      codeDirs: [join(directory, 'spec'), codeDir],
    });
    expect(built.path).toBe(join(directory, 'sample-7.7.7-3.src.rpm'));
    const { members } = await queryPackage({ run, path: built.path, cwd: directory });
    expect(members).toContainEqual({ name: 'script.sh', size: 10 });
    expect(readdirSync(stagingDir).sort()).toEqual(['sample-1.2.tar.gz', 'sample.spec', 'script.sh']);
    expect(readFileSync(join(codeDir, 'VERSION'), 'utf8')).toBe('7.7\n');
  });

  test('a source that is missing is named', async () => {
    const stagingDir = stage('one');
    rmSync(join(stagingDir, 'script.sh'));
    await expect(
      buildSrpm({ run, specFile: 'sample.spec', stagingDir, outDir: directory }),
    ).rejects.toMatchObject({ code: 'SRPM_SOURCE_MISSING', message: expect.stringContaining(': script.sh') });
  });

  test('a spec rpm cannot read is shown with its line', async () => {
    const stagingDir = stage('one', `${SPEC}%if 0 &&\n%endif\n`);
    await expect(
      buildSrpm({
        run,
        specFile: 'sample.spec',
        stagingDir,
        outDir: directory,
        displayPath: 'a/sample.spec',
      }),
    ).rejects.toMatchObject({ code: 'SRPM_BUILD_FAILED', location: { file: 'a/sample.spec', line: 14 } });
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRun } from '../../../src/tools/process/index.ts';
import { buildSrpm, createEvaluator, fedoraStandIns } from '../../../src/tools/rpm/index.ts';
import { STAND_INS } from '../../../src/tools/rpm/stand-in-macros.ts';
import { standInText } from '../../../src/tools/rpm/stand-ins.ts';
import { temporaryDirectory } from '../../support/git.ts';

/** An rpm that knows none of Fedora's macros, also where the tests run on Fedora: only its own macro file. */
const PLAIN = '/usr/lib/rpm/macros';
const HAS_REAL_ONES = existsSync('/usr/lib/rpm/macros.d/macros.rpmautospec');

let directory: string;
let dispose: () => void;

beforeEach(() => {
  ({ dir: directory, dispose } = temporaryDirectory('packit-stand-ins'));
});

afterEach(() => {
  dispose();
});

function setUp() {
  const run = createRun({ env: { ...process.env, HOME: directory } });
  const evaluate = (macroFiles: string[], text: string, expressions: string[]) =>
    createEvaluator({ run, tempDir: directory, trust: 'own', macroFiles })({
      text: Buffer.from(text),
      expressions,
    });
  return { run, evaluate };
}

const FEDORA_SPEC = `%global forgeurl https://example.com/owner/thing
Name: thing
Version: 1.2
%forgemeta
Release: %autorelease
Summary: A thing
License: MIT
URL: %{forgeurl}
Source0: %{forgesource}
%description
%changelog
%autochangelog
`;

const onPlainRpm = HAS_REAL_ONES ? test.skip : test;

describe('fedoraStandIns', () => {
  onPlainRpm('let a spec with Fedora macros be read and built', async () => {
    expect(existsSync(PLAIN)).toBe(true);
    const { run, evaluate } = setUp();
    const before = await evaluate([], FEDORA_SPEC, ['%{release}']);
    expect(before.ok).toBe(false);
    const standIns = await fedoraStandIns({ run, text: Buffer.from(FEDORA_SPEC), directory });
    expect(standIns.names).toEqual(['forgemeta', 'autorelease', 'forgesource', 'autochangelog']);
    const macroFiles = [standIns.macroFile ?? ''];
    const after = await evaluate(macroFiles, FEDORA_SPEC, ['%{release}', '%{SOURCE0}']);
    expect(after).toMatchObject({ ok: true, problems: [] });
    expect(after.values[0]).toBe('1');
    expect(after.values[1]).toMatch(/\/thing-1\.2\.tar\.gz$/);
    writeFileSync(join(directory, 'thing.spec'), FEDORA_SPEC);
    writeFileSync(join(directory, 'thing-1.2.tar.gz'), '');
    const built = await buildSrpm({
      run,
      specFile: 'thing.spec',
      stagingDir: directory,
      outDir: join(directory, 'out'),
      macroFiles,
    });
    expect(built.path).toBe(join(directory, 'out', 'thing-1.2-1.src.rpm'));
  });

  test('are none for macros rpm knows', async () => {
    const { run } = setUp();
    const all = ['forgemeta', 'autorelease', 'forgesource', 'autochangelog'];
    writeFileSync(join(directory, '.rpmmacros'), all.map((name) => `%${name} real\n`).join(''));
    expect(await fedoraStandIns({ run, text: Buffer.from(FEDORA_SPEC), directory })).toEqual({
      names: [],
      macroFile: undefined,
    });
    expect(existsSync(join(directory, 'macros.stand-ins'))).toBe(false);
  });

  test('cost no process where the spec uses none of them', async () => {
    const run = () => Promise.reject(new Error('not to be called'));
    const text = Buffer.from('Name: a\nRelease: 1%{?dist}\n');
    expect(await fedoraStandIns({ run, text, directory })).toEqual({ names: [], macroFile: undefined });
  });

  onPlainRpm('invent no %dist: empty where the spec insists on it', async () => {
    const { run, evaluate } = setUp();
    const text = `Name: a\nVersion: 1\nRelease: 1%{dist}\nSummary: a\nLicense: MIT\n%description\n`;
    const standIns = await fedoraStandIns({ run, text: Buffer.from(text), directory });
    expect(standIns.names).toEqual(['dist']);
    expect((await evaluate([standIns.macroFile ?? ''], text, ['%{release}', '[%{?dist}]'])).values).toEqual([
      '1',
      '[]',
    ]);
  });

  onPlainRpm.each([
    ['autorelease', '%autorelease', '1'],
    ['autorelease', '%{autorelease -b 5 -p -e rc1 -s 2024}', '0.5.rc1.2024'],
    [
      'pypi_source',
      '%{pypi_source}',
      'https://files.pythonhosted.org/packages/source/t/thing/thing-1.2.tar.gz',
    ],
    [
      'pypi_source',
      '%{pypi_source other 3 zip}',
      'https://files.pythonhosted.org/packages/source/o/other/other-3.zip',
    ],
    ['crates_source', '%{crates_source}', 'https://crates.io/api/v1/crates/c/1.2/download#/c-1.2.crate'],
    ['py3_dist', '%{py3_dist pytest}', 'python3dist(pytest)'],
    ['py_provides', '%{py_provides python3-x}', 'Provides: python3-x = 1.2-1'],
    ['goname', '%{goname}', 'golang-github-owner-repo-name'],
    ['sub', '%{sub abcdef 2 4}|%{sub abcdef -2}', 'bcd|ef'],
    ['gsub', '%{gsub a.b.c %. -}', 'a-b-c'],
    ['upper', '%{upper abc}', 'ABC'],
    ['len', '%{len abc}', '3'],
  ])('%s: %s', async (name, expression, expected) => {
    const { evaluate } = setUp();
    const file = join(directory, 'macros');
    writeFileSync(file, standInText([name]));
    const text =
      '%global crate c\n%global goipath github.com/owner/repo_name\n' +
      'Name: thing\nVersion: 1.2\nRelease: 1\nSummary: a\nLicense: MIT\n%description\n';
    expect((await evaluate([file], text, [expression])).values).toEqual([expected]);
  });

  test('all of them are read by rpm without complaint', async () => {
    const { evaluate } = setUp();
    const file = join(directory, 'macros');
    writeFileSync(file, standInText(Object.keys(STAND_INS)));
    const text = 'Name: thing\nVersion: 1.2\nRelease: 1\nSummary: a\nLicense: MIT\n%description\n';
    expect(await evaluate([file], text, [])).toEqual({ ok: true, values: [], problems: [] });
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(Object.keys(STAND_INS).length);
  });
});

#!/usr/bin/env node
/**
 * Runs the Python Packit and packit side by side and compares the SRPMs: on small made-up projects, and on clones of real ones.
 *
 *   node scripts/conformance/srpm-beside.mjs --reference PATH/TO/packit [--only NAME] [CLONE ...]
 *
 * Both work on a copy of their own, in a home directory of its own. Compared are name, version and release, the members and every
 * line of the spec; times and dates are not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './srpm-cases.mjs';
import { timeless, unpack } from './srpm-unpack.mjs';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const IDENTITY = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** @param {{reference: string, clones?: string[], only?: string, macros?: string, print?: (line: string) => void}} options */
export async function run({ reference, clones = [], only, macros, print = console.log }) {
  const counts = { equal: 0, better: 0, wrong: 0 };
  const scratch = mkdtempSync(join(tmpdir(), 'packit-beside-'));
  try {
    const projects = [
      ...CASES.map((given) => ({ ...given, make: (directory) => makeRepository(given, directory) })),
      ...clones.map((clone) => ({
        name: basename(clone),
        args: [],
        make: (directory) => cpSync(clone, directory, { recursive: true, verbatimSymlinks: true }),
      })),
    ];
    for (const [index, { name, args, onPurpose, make }] of projects.entries()) {
      if (only !== undefined && !name.includes(only)) continue;
      const directory = join(scratch, String(index));
      mkdirSync(directory);
      const theirs = build([reference], directory, 'reference', { make, args, macros });
      const ours = build([process.execPath, join(PROJECT, 'bin', 'packit.js')], directory, 'ours', {
        make,
        args,
        macros,
      });
      const differences = compare(theirs, ours);
      const verdict = differences.length === 0 ? 'equal' : onPurpose === undefined ? 'wrong' : 'better';
      counts[verdict] += 1;
      print(`${verdict.padEnd(7)} ${name}${verdict === 'better' ? `: ${onPurpose}` : ''}`);
      if (verdict === 'wrong') for (const line of differences.slice(0, 12)) print(`          ${line}`);
      rmSync(directory, { recursive: true, force: true });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  print(
    `SRPMs side by side: ${counts.equal} equal, ${counts.better} better on purpose, ${counts.wrong} wrong`,
  );
  return counts;
}

function makeRepository(given, directory) {
  let clock = 1_700_000_000;
  const git = (...args) => {
    clock += 100;
    const date = `${clock} +0000`;
    const env = {
      ...process.env,
      ...IDENTITY,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
    execFileSync('git', args, { cwd: directory, env, stdio: 'pipe' });
  };
  const write = (path, text) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  mkdirSync(directory, { recursive: true });
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', 'https://github.com/example/hello.git');
  const files = {
    '.packit.yaml': given.config,
    [given.specPath]: given.spec,
    'hello.sh': 'echo\n',
    ...given.files,
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  git('add', '--all');
  git('commit', '-q', '-m', 'start');
  for (const tag of given.tags) git('tag', '-a', '-m', tag, tag);
  for (const [index, message] of given.commits.entries()) {
    write(`n${index}`, message);
    git('add', '--all');
    git('commit', '-q', '-m', message);
  }
  for (const command of given.git) git(...command);
}

function build(command, directory, who, { make, args, macros }) {
  const [home, out, checkout] = ['home', 'out', 'hello'].map((name) => join(directory, who, name));
  for (const path of [home, out]) mkdirSync(path, { recursive: true });
  make(checkout);
  if (macros !== undefined) cpSync(macros, join(home, '.rpmmacros'));
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = T\n\temail = t@example.com\n[safe]\n\tdirectory = *\n',
  );
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:GIT_|PACKIT_|XDG_|CI$|GITHUB_|SOURCE_DATE_EPOCH)/.test(name),
    ),
  );
  const [file, ...first] = command;
  const result = spawnSync(file, [...first, 'srpm', ...args, checkout], {
    cwd: out,
    env: { ...env, HOME: home, LANG: 'C.UTF-8', RPM_PACKAGER: 'T <t@example.com>' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const names = readdirSync(out)
    .filter((name) => name.endsWith('.src.rpm'))
    .toSorted();
  return {
    srpms: names.map((name) => unpack(join(out, name), join(directory, who, `${name}.d`))),
    exitCode: result.status,
    stderr: result.stderr ?? String(result.error),
  };
}

function compare(theirs, ours) {
  const differences = [];
  if (theirs.srpms.length !== ours.srpms.length || ours.srpms.length === 0) {
    differences.push(
      `${theirs.srpms.length} SRPMs of the reference (exit ${theirs.exitCode}), ${ours.srpms.length} of ours (exit ${ours.exitCode})`,
    );
    for (const { stderr } of [theirs, ours])
      differences.push(stderr.trim().split('\n').slice(-3).join(' | '));
  }
  for (const [index, theirSrpm] of theirs.srpms.entries()) {
    const ourSrpm = ours.srpms[index];
    if (ourSrpm === undefined) continue;
    for (const key of ['name', 'version', 'release']) {
      const [a, b] = [theirSrpm, ourSrpm].map(({ nvr }) => timeless(nvr[key]));
      if (a !== b) differences.push(`${key}: ${a} | ${b}`);
    }
    const [a, b] = [theirSrpm, ourSrpm].map(({ members }) => members.map(timeless).join(' '));
    if (a !== b) differences.push(`members: ${a} | ${b}`);
    for (const spec of theirSrpm.members.filter(
      (name) => name.endsWith('.spec') && existsSync(join(ourSrpm.directory, name)),
    )) {
      const [x, y] = [theirSrpm, ourSrpm].map(({ directory }) =>
        timeless(readFileSync(join(directory, spec), 'latin1')).split('\n'),
      );
      for (const line of x.filter((text) => !y.includes(text))) differences.push(`${spec}: lacks ${line}`);
      for (const line of y.filter((text) => !x.includes(text))) differences.push(`${spec}: has ${line}`);
      if (
        x.length === y.length &&
        x.some((line, at) => line !== y[at]) &&
        x.every((line) => y.includes(line))
      )
        differences.push(`${spec}: other order`);
    }
  }
  return differences;
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    options: { reference: { type: 'string' }, only: { type: 'string' }, macros: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.reference === undefined) {
    console.error(
      'usage: node scripts/conformance/srpm-beside.mjs --reference PATH/TO/packit [--only NAME] [--macros FILE] [CLONE ...]',
    );
    process.exit(2);
  }
  const { wrong } = await run({ ...values, clones: positionals.map((clone) => resolve(clone)) });
  process.exitCode = wrong === 0 ? 0 : 1;
}

#!/usr/bin/env node
/**
 * Builds SRPMs of real projects and compares them with what the reference built from the same commits.
 *
 *   node scripts/conformance/srpm.mjs [--recordings DIR] [--only NAME] CLONES
 *
 * CLONES holds full clones, named <owner>__<repository>, checked out at the recorded commit. Times, dates, the size of
 * archives and build directories in paths are not compared. Differences on purpose are listed below with their reasons, which
 * docs/conformance-srpm.md explains.
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
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ON_PURPOSE } from './srpm-on-purpose.mjs';
import { timeless, unpack } from './srpm-unpack.mjs';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const AUTHOR = 'T <t@example.com>';

/**
 * @param {{clones: string, recordings?: string, only?: string, print?: (line: string) => void}} options
 * @returns {Promise<{equal: number, better: number, wrong: number, skipped: number, results: object[]}>}
 */
export async function run({ clones, recordings, only, print = console.log }) {
  const source = recordings ?? resolve(PROJECT, '..', 'shared', 'conformance');
  const folder = join(source, 'srpm');
  const counts = { equal: 0, better: 0, wrong: 0, skipped: 0 };
  const results = [];
  if (!existsSync(folder)) {
    print(`SRPM conformance: no recordings in ${folder}, nothing to compare`);
    return { ...counts, results };
  }
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()) {
    if (only !== undefined && !file.includes(only)) continue;
    const recording = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const result = compareProject({
      name: basename(file, '.json'),
      recording,
      clones,
      stub: join(source, 'macros.stub'),
    });
    results.push(result);
    counts[result.verdict] += 1;
    print(`${result.verdict.padEnd(7)} ${result.name}${result.reason ? `: ${result.reason}` : ''}`);
    if (result.verdict === 'wrong') for (const line of result.differences) print(`          ${line}`);
  }
  print(
    `SRPM conformance: ${counts.equal} equal, ${counts.better} better on purpose, ${counts.wrong} wrong, ${counts.skipped} skipped`,
  );
  return { ...counts, results };
}

function compareProject({ name, recording, clones, stub }) {
  const clone = join(clones, recording.repository.replace('/', '__'));
  const skip = (reason) => ({ name, verdict: 'skipped', reason, differences: [] });
  if (!existsSync(clone)) return skip(`no clone in ${clone}`);
  const head = git(clone, 'rev-parse', 'HEAD');
  if (head !== recording.commit)
    return skip(`the clone is at ${head.slice(0, 8)}, not at ${recording.commit.slice(0, 8)}`);
  const scratch = mkdtempSync(join(tmpdir(), 'packit-conformance-'));
  try {
    const before = git(clone, 'status', '--porcelain', '--ignored');
    const built = build({ clone, scratch, stub: name.endsWith('.stubbed') ? stub : undefined });
    const differences = [
      ...(git(clone, 'status', '--porcelain', '--ignored') === before ? [] : ['the checkout was changed']),
      ...differencesOf(built, recording, clone),
    ];
    if (differences.length === 0) return { name, verdict: 'equal', differences };
    const purposes = [ON_PURPOSE[name] ?? []].flat();
    for (const { allows, missing, reason } of purposes) {
      if (!differences.every((line) => allows.test(line))) continue;
      return { name, verdict: missing ? 'skipped' : 'better', reason, differences };
    }
    return { name, verdict: 'wrong', differences };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs packit in a home directory of its own; returns the SRPMs it printed, unpacked. */
function build({ clone, scratch, stub }) {
  const home = join(scratch, 'home');
  const out = join(scratch, 'out');
  mkdirSync(home);
  mkdirSync(out);
  if (stub !== undefined) cpSync(stub, join(home, '.rpmmacros'));
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = T\n\temail = t@example.com\n[safe]\n\tdirectory = *\n',
  );
  const result = spawnSync(process.execPath, [join(PROJECT, 'bin', 'packit.js'), 'srpm', clone], {
    cwd: out,
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^(?:GIT_|PACKIT_|XDG_|CI$|GITHUB_|SOURCE_DATE_EPOCH)/.test(name),
        ),
      ),
      HOME: home,
      LANG: 'C.UTF-8',
      RPM_PACKAGER: AUTHOR,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const srpms = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((path, index) => unpack(path, join(scratch, `unpacked-${index}`)));
  return { exitCode: result.status, stderr: result.stderr, srpms };
}

function differencesOf(built, recording, clone) {
  const differences = [];
  if (built.srpms.length !== recording.srpms.length) {
    const last = built.stderr.trim().split('\n').slice(-6).join(' | ');
    differences.push(
      `${built.srpms.length} SRPMs instead of ${recording.srpms.length} (exit ${built.exitCode}): ${last}`,
    );
  }
  for (const wanted of recording.srpms) {
    const ours = built.srpms.find(({ nvr }) => sameNvr(nvr, wanted.nvr) && !nvr.taken);
    if (ours === undefined) {
      differences.push(
        `no SRPM like ${wanted.file}: there are ${built.srpms.map(({ file }) => file).join(', ') || 'none'}`,
      );
      continue;
    }
    ours.nvr.taken = true;
    const names = wanted.members.map((member) => timeless(member.replace(/^\d+ /, ''))).toSorted();
    const own = ours.members.map(timeless);
    for (const name of names.filter((member) => !own.includes(member)))
      differences.push(`${ours.nvr.name}: lacks ${name}`);
    for (const name of own.filter((member) => !names.includes(member)))
      differences.push(`${ours.nvr.name}: has ${name} in addition`);
  }
  return [...differences, ...specDifferences(built, recording, clone)];
}

function sameNvr(a, b) {
  return ['name', 'version', 'release'].every((key) => timeless(a[key]) === timeless(b[key]));
}

/** Every recorded change of a spec must be in the spec of one of the SRPMs, and nothing else. */
function specDifferences(built, recording, clone) {
  const differences = [];
  for (const section of recording.spec_diff
    .split(/^(?=diff --git )/m)
    .filter((text) => text.startsWith('diff'))) {
    const path = /^diff --git a\/(.*) b\//.exec(section)?.[1] ?? '';
    if (!path.endsWith('.spec')) continue;
    const wanted = changedLines(section);
    const candidates = built.srpms.filter(({ members }) => members.includes(basename(path)));
    if (candidates.length === 0) {
      if (built.srpms.length > 0) differences.push(`spec ${path}: in none of the SRPMs`);
      continue;
    }
    const found = candidates.map(({ directory }) =>
      changedLines(diff(clone, path, join(directory, basename(path)))),
    );
    if (found.some((lines) => lines.join('\n') === wanted.join('\n'))) continue;
    const [first] = found;
    for (const line of wanted.filter((text) => !first.includes(text)).slice(0, 6))
      differences.push(`spec ${path}: lacks ${line}`);
    for (const line of first.filter((text) => !wanted.includes(text)).slice(0, 6))
      differences.push(`spec ${path}: has ${line}`);
    if (first.length === wanted.length && first.every((line) => wanted.includes(line)))
      differences.push(`spec ${path}: other order of lines`);
  }
  return differences;
}

function diff(clone, path, file) {
  const committed = mkdtempSync(join(tmpdir(), 'packit-spec-'));
  try {
    const old = join(committed, 'old');
    writeFileSync(old, execFileSync('git', ['show', `HEAD:${path}`], { cwd: clone, maxBuffer: 1 << 26 }));
    return spawnSync('git', ['diff', '--no-index', '--no-color', old, file], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }).stdout;
  } finally {
    rmSync(committed, { recursive: true, force: true });
  }
}

function changedLines(text) {
  const body = text.slice(Math.max(0, text.search(/^@@/m)));
  return body
    .split('\n')
    .filter((line) => /^[+-]/.test(line))
    .map(timeless);
}

function git(cwd, ...args) {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
  }).trim();
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    options: { recordings: { type: 'string' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals[0] === undefined) {
    console.error('usage: node scripts/conformance/srpm.mjs [--recordings DIR] [--only NAME] CLONES');
    process.exit(2);
  }
  const { wrong } = await run({ clones: resolve(positionals[0]), ...values });
  process.exitCode = wrong === 0 ? 0 : 1;
}

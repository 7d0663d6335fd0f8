#!/usr/bin/env node
/**
 * Brings builds of packit listen to stage and production by their digests, and goes back to the one before when a new one does not
 * get healthy.
 *   node scripts/deploy.mjs stage BUILD       BUILD: IMAGE@sha256:DIGEST, or sha256:DIGEST of another kind of build
 *   node scripts/deploy.mjs promote           what is on stage goes to production
 *   node scripts/deploy.mjs rollback ENVIRONMENT
 *   node scripts/deploy.mjs status
 * --config FILE (default deploy.json) says how; see docs/listen.md. No dependencies: it runs where the daemon does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Only what cannot be changed behind one's back: a tag can. */
const BUILD = /^(?:[\w.:/-]+@)?sha256:[0-9a-f]{64}$/;
const HISTORY = 20;
const ENVIRONMENTS = ['stage', 'production'];

const { config, record, command, operand } = readArguments(process.argv.slice(2));
try {
  process.exitCode = await run();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

async function run() {
  switch (command) {
    case 'status':
      for (const name of ENVIRONMENTS) console.log(await statusOf(name));
      return 0;
    case 'stage':
      return locked(() => deploy('stage', checked(operand)));
    case 'promote':
      return locked(() => deploy('production', current('stage') ?? nothing('there is nothing on stage')));
    case 'rollback':
      return locked(() =>
        deploy(environmentOf(operand), previous(operand) ?? nothing(`${operand} had no other build before`)),
      );
    default:
      throw new Error('say stage BUILD, promote, rollback ENVIRONMENT or status');
  }
}

/** Replaces what runs there. @returns 0; 1 if the build did not get healthy and the one before runs again */
async function deploy(name, build) {
  const before = current(name);
  if (before === build && (await isReady(name))) {
    console.log(`${name}: ${short(build)} runs already`);
    return 0;
  }
  console.log(`${name}: ${before === undefined ? 'nothing' : short(before)} -> ${short(build)}`);
  const problem = await bring(name, build);
  if (problem === undefined) {
    remember(name, build);
    console.log(`${name}: ${short(build)} is healthy`);
    return 0;
  }
  console.error(`${name}: ${short(build)} is not healthy: ${problem}`);
  if (before === undefined || before === build)
    throw new Error(`${name} is down, and there is no build to go back to`);
  const again = await bring(name, before);
  if (again !== undefined)
    throw new Error(`${name} is down: going back to ${short(before)} failed as well: ${again}`);
  console.error(`${name}: ${short(before)} runs again`);
  return 1;
}

/** @returns what is wrong, or undefined when it is healthy and stays so */
async function bring(name, build) {
  const { up, patience = 90, checks = 3 } = config.environments[name];
  const [program, ...args] = up.map((word) =>
    word.replaceAll('{environment}', name).replaceAll('{build}', build),
  );
  const env = { ...process.env, DEPLOY_ENVIRONMENT: name, DEPLOY_BUILD: build, PACKIT_IMAGE: build };
  const { status, error } = spawnSync(program, args, { cwd: config.directory, env, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    return `${program} failed${error === undefined ? ` with ${status}` : `: ${error.message}`}`;
  const end = Date.now() + patience * 1000;
  for (let healthy = 0; Date.now() < end; ) {
    healthy = (await isReady(name)) ? healthy + 1 : 0;
    // Once is luck: what falls over does so a moment later.
    if (healthy >= checks) return undefined;
    await delay(1000);
  }
  return `${config.environments[name].ready} was not ready within ${patience} s`;
}

async function isReady(name) {
  try {
    const response = await fetch(config.environments[name].ready, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function statusOf(name) {
  const build = current(name);
  if (build === undefined) return `${name}: nothing`;
  const { since } = record.read()[name].at(-1);
  return `${name}: ${build} since ${since}, ${(await isReady(name)) ? 'healthy' : 'NOT healthy'}`;
}

function current(name) {
  return record.read()[name]?.at(-1)?.build;
}

/** The newest build before the present one that was another. */
function previous(name) {
  return record.read()[environmentOf(name)]?.findLast(({ build }) => build !== current(name))?.build;
}

function remember(name, build) {
  const all = record.read();
  const entry = { build, since: new Date().toISOString() };
  record.write({ ...all, [name]: [...(all[name] ?? []), entry].slice(-HISTORY) });
}

/** Two at once would each go back to what the other has brought. */
async function locked(work) {
  try {
    writeFileSync(record.lock, `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const who = readFileSync(record.lock, 'utf8').trim();
    const message = `another deployment is under way (process ${who}); if not, remove ${record.lock}`;
    throw new Error(message, { cause: error });
  }
  try {
    return await work();
  } finally {
    rmSync(record.lock, { force: true });
  }
}

function readArguments(words) {
  const at = words.indexOf('--config');
  const file = resolve(at < 0 ? 'deploy.json' : (words[at + 1] ?? ''));
  const [command, operand] = words.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  if (!existsSync(file)) {
    console.error(`error: ${file} is not there. It says how a build is started; see docs/listen.md.`);
    process.exit(2);
  }
  const config = { ...JSON.parse(readFileSync(file, 'utf8')), directory: dirname(file) };
  const path = `${file.replace(/\.json$/, '')}.builds.json`;
  const record = {
    lock: `${path}.lock`,
    read: () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}),
    write(value) {
      writeFileSync(`${path}.new`, `${JSON.stringify(value, undefined, 2)}\n`);
      renameSync(`${path}.new`, path);
    },
  };
  return { config, record, command, operand };
}

function checked(build) {
  if (build !== undefined && BUILD.test(build)) return build;
  throw new Error(`"${build ?? ''}" names no build by its digest: IMAGE@sha256:..., or sha256:...`);
}

function environmentOf(name) {
  if (ENVIRONMENTS.includes(name)) return name;
  throw new Error(`there is no environment "${name ?? ''}", only ${ENVIRONMENTS.join(' and ')}`);
}

function nothing(why) {
  throw new Error(why);
}

function short(build) {
  return build.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1');
}

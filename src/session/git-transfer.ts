/**
 * What git fetched, as a pack and the names it has on the server; and a repository made of it that git fetches from in a replay.
 * git itself does the work both times, so that whatever it does to the repository at hand happens again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRun } from '../tools/process/index.ts';
import type { Environment, Program, Run } from '../tools/process/index.ts';
import { loadFile, storeFile } from './bodies.ts';
import type { GitTransfer } from './format.ts';
import { isRemoteAddress, parseGit } from './programs.ts';

/** Where a transfer comes from or goes to; undefined if that is on this machine. */
export async function transferUrl(program: Program, env: Environment): Promise<string | undefined> {
  const { verb, operands, directory } = parseGit(program.args);
  const [operand = verb === 'clone' ? '' : 'origin'] = operands;
  if (isRemoteAddress(operand)) return operand;
  if (verb === 'clone' || operand.includes('/')) return undefined;
  const run = gitRun(env);
  const cwd = resolve(program.cwd, directory ?? '.');
  const { stdout } = await run(['git', 'remote', 'get-url', operand], { cwd, okExitCodes: [0, 1, 2, 128] });
  const url = stdout.toString().trim();
  return url !== '' && isRemoteAddress(url) ? url : undefined;
}

/** What a transfer that has just succeeded brought. @param directory of the recording */
export async function captureTransfer(
  program: Program,
  url: string,
  directory: string,
  env: Environment,
): Promise<GitTransfer | undefined> {
  const { verb, operands, directory: changed } = parseGit(program.args);
  if (verb !== 'clone' && verb !== 'fetch' && verb !== 'pull') return undefined;
  const cwd = resolve(program.cwd, changed ?? '.');
  const repository = verb === 'clone' ? resolve(cwd, operands[1] ?? defaultDirectory(url)) : cwd;
  const run = gitRun(env);
  const ask = async (...args: string[]): Promise<string> =>
    (await run(['git', ...args], { cwd: repository, okExitCodes: [0, 1, 128] })).stdout.toString().trim();

  const gitDir = resolve(repository, await ask('rev-parse', '--git-dir'));
  const commonDir = resolve(repository, await ask('rev-parse', '--git-common-dir'));
  const refs = verb === 'clone' ? await clonedRefs(ask) : fetchedRefs(join(gitDir, 'FETCH_HEAD'));
  const head = verb === 'clone' ? await clonedHead(ask) : undefined;
  const shallowFile = join(commonDir, 'shallow');
  const shallow = existsSync(shallowFile) ? readFileSync(shallowFile, 'utf8').trim().split('\n') : undefined;
  const objects = [...new Set(Object.values(refs))];
  const transfer: GitTransfer = {
    url,
    refs,
    ...(head === undefined ? {} : { head }),
    ...(shallow === undefined ? {} : { shallow }),
  };
  if (objects.length === 0) return transfer;
  const { stdout } = await run(['git', 'pack-objects', '--revs', '--stdout', '-q'], {
    cwd: repository,
    input: `${objects.join('\n')}\n`,
  });
  return { ...transfer, pack: storeFile(directory, stdout) };
}

function defaultDirectory(url: string): string {
  return (/([^/:]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? 'repository').trim();
}

type Ask = (...args: string[]) => Promise<string>;

async function clonedRefs(ask: Ask): Promise<Record<string, string>> {
  const bare = (await ask('rev-parse', '--is-bare-repository')) === 'true';
  const text = await ask('for-each-ref', '--format=%(objectname) %(refname)');
  const refs: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [sha = '', name = ''] = line.split(' ');
    const branch = /^refs\/remotes\/origin\/(.+)$/.exec(name)?.[1];
    if (branch !== undefined && branch !== 'HEAD') refs[`refs/heads/${branch}`] = sha;
    else if (name.startsWith('refs/tags/') || (bare && name.startsWith('refs/heads/'))) refs[name] = sha;
  }
  return refs;
}

async function clonedHead(ask: Ask): Promise<string | undefined> {
  const remote = /^refs\/remotes\/origin\/(.+)$/.exec(
    await ask('symbolic-ref', '-q', 'refs/remotes/origin/HEAD'),
  );
  const own = /^refs\/heads\/(.+)$/.exec(await ask('symbolic-ref', '-q', 'HEAD'));
  return remote?.[1] ?? own?.[1];
}

/** Reads FETCH_HEAD: `<sha>\t[not-for-merge]\tbranch 'x' of URL`, `tag 'x' of URL`, `'refs/pull/1/head' of URL`. */
export function fetchedRefs(file: string): Record<string, string> {
  const refs: Record<string, string> = {};
  if (!existsSync(file)) return refs;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const match = /^([0-9a-f]{40,64})\t[^\t]*\t(?:(branch|tag) )?'(.+)' of /.exec(line);
    if (match?.[1] === undefined || match[3] === undefined) continue;
    const prefix = match[2] === 'branch' ? 'refs/heads/' : match[2] === 'tag' ? 'refs/tags/' : '';
    refs[`${prefix}${match[3]}`] = match[1];
  }
  return refs;
}

/**
 * Brings a repository that stands for the server to the state of a recorded transfer, and gives the settings that make git
 * use it in the place of `url`.
 */
export async function offerTransfer(
  transfer: GitTransfer,
  options: { recording: string; scratch: string; url: string; environment: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const { recording, scratch, url, environment } = options;
  const run = gitRun(environment);
  const dir = join(scratch, 'servers', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.git`);
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true });
    await run(['git', 'init', '--quiet', '--bare', '.'], { cwd: dir });
    await run(['git', 'config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: dir });
  }
  if (transfer.shallow !== undefined) writeFileSync(join(dir, 'shallow'), `${transfer.shallow.join('\n')}\n`);
  if (transfer.pack !== undefined) {
    const input = loadFile(recording, transfer.pack.file);
    await run(['git', 'index-pack', '--stdin', '--strict'], { cwd: dir, input });
  }
  const updates = Object.entries(transfer.refs).map(([name, sha]) => `update ${name} ${sha}\n`);
  await run(['git', 'update-ref', '--stdin'], { cwd: dir, input: updates.join('') });
  if (transfer.head !== undefined) {
    await run(['git', 'symbolic-ref', 'HEAD', `refs/heads/${transfer.head}`], { cwd: dir });
  }
  return withGitSettings(environment, [
    [`url.${dir}.insteadOf`, url],
    ['protocol.file.allow', 'always'],
  ]);
}

/** No transfer but from files: what a replay has no recording for fails and reaches nobody. */
export function withoutNetwork(environment: Readonly<Record<string, string>>): Record<string, string> {
  return { ...environment, GIT_ALLOW_PROTOCOL: 'file' };
}

function withGitSettings(
  environment: Readonly<Record<string, string>>,
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  const result = withoutNetwork(environment);
  let count = /^\d+$/.test(environment.GIT_CONFIG_COUNT ?? '') ? Number(environment.GIT_CONFIG_COUNT) : 0;
  for (const [key, value] of settings) {
    result[`GIT_CONFIG_KEY_${count}`] = key;
    result[`GIT_CONFIG_VALUE_${count}`] = value;
    count += 1;
  }
  return { ...result, GIT_CONFIG_COUNT: String(count) };
}

/** git for the session's own questions: no hooks and no helpers of the person. */
function gitRun(env: Environment): Run {
  return createRun({
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', GIT_DIR: undefined },
  });
}

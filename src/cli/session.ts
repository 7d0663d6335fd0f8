/** `--record DIR` and `--replay DIR`: looked for before anything else, as a replay brings its own environment and command. */
import { resolve } from 'node:path';
import { PackitError } from '../errors.ts';
import { userPaths } from '../context.ts';
import type { Session } from '../session/index.ts';
import type { Environment } from '../tools/process/index.ts';

export interface SessionRequest {
  mode: 'record' | 'replay';
  /** As given. */
  directory: string;
  /** The arguments without the option. */
  command: readonly string[];
}

const OPTION = /^--(record|replay)(?:=(.*))?$/s;

/**
 * Finds the option in packit's arguments; what follows `--` is not packit's.
 * @throws PackitError `SESSION_OPTIONS` if both are given, or one twice
 */
export function sessionRequest(argv: readonly string[]): SessionRequest | undefined {
  let found: SessionRequest | undefined;
  const end = argv.indexOf('--');
  for (let at = 0; at < (end < 0 ? argv.length : end); at += 1) {
    const match = OPTION.exec(argv[at] ?? '');
    if (match === null) continue;
    const length = match[2] === undefined ? 2 : 1;
    const directory = match[2] ?? argv[at + 1];
    if (directory === undefined || directory === '') return undefined;
    if (found !== undefined) {
      throw new PackitError(
        'SESSION_OPTIONS',
        'Only one of --record and --replay can be given, and only once',
      );
    }
    const mode = match[1] === 'record' ? 'record' : 'replay';
    found = { mode, directory, command: [...argv.slice(0, at), ...argv.slice(at + length)] };
    at += length - 1;
  }
  return found;
}

export async function openSession(
  request: SessionRequest,
  surroundings: { cwd: string; env: Environment; version: string },
): Promise<{ session: Session; command: readonly string[] }> {
  const { openPlayer, openRecorder, loadSession } = await import('../session/index.ts');
  const { cwd, env, version } = surroundings;
  const directory = resolve(cwd, request.directory);
  const { config, temp } = userPaths(env);
  const options = { directory, command: request.command, cwd, env, version, paths: { config, temp } };
  if (request.mode === 'record') return { session: await openRecorder(options), command: request.command };
  // Without a command, the recorded one.
  const only = request.command.every((word) => word.startsWith('-'));
  const command = only ? [...request.command, ...loadSession(directory).header.command] : request.command;
  return { session: openPlayer(options), command };
}

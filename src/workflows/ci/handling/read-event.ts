/** The event of a command: from a file, or from what the CI system says. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError, messageOf } from '../../../errors.ts';
import { FORGE_KINDS, forgeKindIn } from '../../../remote/forge/index.ts';
import type { ForgeKind } from '../../../remote/forge/index.ts';
import { eventFromEnvironment, normalise } from '../event/index.ts';
import type { Normalised } from '../event/index.ts';

export interface CiPlanInput {
  /** File with the payload; default: the one the CI system names. */
  eventFile: string | undefined;
  /** What the event is called. */
  eventName: string | undefined;
  forge: string | undefined;
  /** Narrow the run. */
  jobs: readonly string[];
  packages: readonly string[];
  identifiers: readonly string[];
  targets: readonly string[];
  /** `prod` unless another one is named. */
  instance: string | undefined;
  /** What comments begin with. */
  commentPrefix: string | undefined;
  configPath: string | undefined;
  /** A repository without a configuration is an error. */
  requireConfig: boolean;
}

/** @throws PackitError `CI_EVENT_UNREADABLE`, `CI_FORGE_UNKNOWN` */
export function readEvent(ctx: Context, input: CiPlanInput): Normalised {
  const forge = input.forge === undefined ? undefined : requireForge(input.forge);
  const said = eventFromEnvironment(ctx.env);
  const file = input.eventFile ?? said.file;
  return normalise({
    env: ctx.env,
    // A payload of the user's own is not what the environment says it is.
    name:
      input.eventName ?? (input.eventFile === undefined ? said.name : undefined) ?? guessName(file, ctx.cwd),
    forge,
    prefix: input.commentPrefix ?? '/packit',
    ...(file === undefined ? {} : { payload: readPayload(resolve(ctx.cwd, file)) }),
  });
}

function requireForge(name: string): ForgeKind {
  const kind = forgeKindIn(name);
  if (kind !== undefined) return kind;
  throw new PackitError('CI_FORGE_UNKNOWN', `There is no forge "${name}"`, {
    hint: `Give one of ${FORGE_KINDS.join(', ')}.`,
  });
}

/** What a payload that comes alone must be, by what is in it. */
function guessName(file: string | undefined, cwd: string): string | undefined {
  if (file === undefined) return undefined;
  const payload = readPayload(resolve(cwd, file));
  if (typeof payload !== 'object' || payload === null) return undefined;
  const has = (key: string): boolean => key in payload;
  if (has('comment')) return has('issue') ? 'issue_comment' : 'commit_comment';
  if (has('pull_request')) return 'pull_request';
  if (has('check_run')) return 'check_run';
  if (has('release')) return 'release';
  return has('after') ? 'push' : undefined;
}

function readPayload(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new PackitError('CI_EVENT_UNREADABLE', `The event in ${path} cannot be read: ${messageOf(cause)}`, {
      hint: 'Give a file with the JSON of one event: --event FILE.',
      cause,
    });
  }
}

/** What an event asks for: what is missing, what has failed, or everything anew. Pure. */
import type { Environment } from '../../../tools/process/index.ts';
import type { CiEvent, CommandName } from '../event/index.ts';
import type { Order } from '../reconcile/index.ts';

/** What an event itself asks for. */
export const AS_ANNOUNCED: Order = { cause: 'event', builds: 'missing', tests: 'missing' };

const BY_COMMAND: Readonly<Partial<Record<CommandName, Pick<Order, 'builds' | 'tests'>>>> = {
  build: { builds: 'all', tests: 'missing' },
  'rebuild-failed': { builds: 'failed', tests: 'missing' },
  test: { builds: 'none', tests: 'all' },
  'retest-failed': { builds: 'none', tests: 'failed' },
};

/**
 * A comment and a job that a person starts again are orders of their own: what they begin carries their name, so that the same comment
 * handled twice begins one build.
 */
export function orderOf({ comment, rerun }: CiEvent, env: Environment): Order {
  if (comment !== undefined) {
    return { ...AS_ANNOUNCED, ...BY_COMMAND[comment.command.name], cause: `comment:${comment.id}` };
  }
  const again = rerun !== undefined || Number(env.GITHUB_RUN_ATTEMPT ?? '1') > 1;
  return again ? { cause: runCause(env), builds: 'failed', tests: 'failed' } : AS_ANNOUNCED;
}

function runCause(env: Environment): string {
  return `run:${runId(env) ?? 'unknown'}`;
}

/** The CI system's number of this run, with the attempt: `4711.1`. Undefined where there is none. */
export function runId(env: Environment): string | undefined {
  if (env.PACKIT_RUN_ID !== undefined && env.PACKIT_RUN_ID !== '') return `${env.PACKIT_RUN_ID}.1`;
  if (env.GITHUB_RUN_ID !== undefined && env.GITHUB_RUN_ID !== '') {
    return `${env.GITHUB_RUN_ID}.${env.GITHUB_RUN_ATTEMPT ?? '1'}`;
  }
  return env.CI_JOB_ID === undefined || env.CI_JOB_ID === '' ? undefined : `${env.CI_JOB_ID}.1`;
}

/** Page of this run, for people. Undefined where there is none. */
export function runPage(env: Environment): string | undefined {
  if (env.CI_JOB_URL !== undefined && env.CI_JOB_URL !== '') return env.CI_JOB_URL;
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server === undefined || repository === undefined || run === undefined
    ? undefined
    : `${server}/${repository}/actions/runs/${run}`;
}

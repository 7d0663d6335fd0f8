/** The action `run-condition`: a command of the configuration whose failure means that the job is not for this event. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../../../context.ts';
import { isPackitError } from '../../../../errors.ts';
import { createActionRunner, packageVariables } from '../../../../project/actions/index.ts';
import { openScratch } from '../../../../project/workspace/index.ts';
import { runForStrangers } from '../../../../tools/process/index.ts';
import { isDistGit } from '../../select/index.ts';
import { withCheckout } from '../one-job.ts';
import type { TaskInput } from '../types.ts';

/**
 * The reason not to run, or undefined. It runs in an empty directory, or, with `clone_repos_before_run_condition`, in a checkout of the
 * event's commit; the user's secrets are not in its environment.
 * @param version of the package, where the event says
 */
export async function whyConditionFails(
  ctx: Context,
  input: TaskInput,
  version: string | undefined,
): Promise<string | undefined> {
  const { pkg } = input.view;
  if (!('run-condition' in pkg.actions)) return undefined;
  const run = async (directory: string, isClone: boolean): Promise<string | undefined> => {
    const place = isDistGit(input.event, pkg)
      ? { downstreamRepository: directory }
      : { upstreamRepository: directory };
    const runner = createActionRunner({
      actions: pkg.actions,
      cwd: directory,
      run: runForStrangers(ctx.run, ctx.env),
      ui: ctx.ui,
      redactor: ctx.redactor,
      variables: {
        ...packageVariables(
          {
            name: pkg.name,
            upstreamPackageName: pkg.upstream_package_name,
            downstreamPackageName: pkg.downstream_package_name,
            specfilePath: pkg.specfile_path,
          },
          isClone ? place : { workingDirectory: directory },
        ),
        ...(version === undefined ? {} : { PACKIT_PROJECT_VERSION: version }),
      },
    });
    try {
      await runner.run('run-condition');
      return undefined;
    } catch (error) {
      if (isPackitError(error) && error.code === 'ACTION_FAILED')
        return 'The action run-condition is not fulfilled.';
      throw error;
    }
  };
  if (pkg.clone_repos_before_run_condition)
    return withCheckout(ctx, input, (directory) => run(directory, true));
  const scratch = await openScratch({ temp: ctx.paths.temp, cache: ctx.paths.cache });
  try {
    const directory = join(scratch.dir, 'run-condition');
    await mkdir(directory, { recursive: true });
    return await run(directory, false);
  } finally {
    await scratch.dispose();
  }
}

/** The version in `hello-1.0-1.fc42`. */
export function versionInNvr(nvr: string): string | undefined {
  return /-([^-]+)-[^-]+$/.exec(nvr)?.[1];
}

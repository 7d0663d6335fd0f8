/** `packit ci plan`: what an event would start, and the reason for every job that it does not. Asks nobody but Bodhi for aliases. */
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import { loadConfig } from '../../project/config/index.ts';
import type { LoadedConfig } from '../../project/config/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { CiEvent } from './event/index.ts';
import { createExpand, narrow, readEvent } from './handling/index.ts';
import type { CiPlanInput } from './handling/index.ts';
import { selectJobs, unitsOf } from './select/index.ts';
import type { Expand, JobView, LeftOut, Unit } from './select/index.ts';

export interface CiPlan {
  event: CiEvent | undefined;
  /** Why there is nothing to do at all, in one sentence. */
  ignored: string | undefined;
  /** The configuration that was read. */
  configuration: string | undefined;
  units: Unit[];
  leftOut: LeftOut[];
}

/** @throws PackitError `CI_EVENT_UNREADABLE`, `CI_FORGE_UNKNOWN`, and those of the configuration */
export async function planCi(ctx: Context, input: CiPlanInput): Promise<CiPlan> {
  const { event, ignored } = readEvent(ctx, input);
  if (event === undefined) {
    return { event: undefined, ignored, configuration: undefined, units: [], leftOut: [] };
  }
  const config = await readConfig(ctx, input);
  if (config === undefined) {
    const sentence = 'there is no Packit configuration in this repository';
    return { event, ignored: sentence, configuration: undefined, units: [], leftOut: [] };
  }
  for (const warning of config.warnings) ctx.ui.warn(warning);
  const selection = selectJobs(config, event, {
    instance: input.instance ?? 'prod',
    defaultBranch: event.defaultBranch ?? 'main',
    jobs: input.jobs,
    packages: input.packages,
    identifiers: input.identifiers,
  });
  const units = unitsOf(selection.selected, event, await expandOnce(ctx, selection.selected, event));
  return {
    event,
    ignored: undefined,
    configuration: config.file,
    units: input.targets.length === 0 ? units : narrow(units, input.targets),
    leftOut: selection.leftOut,
  };
}

async function expandOnce(ctx: Context, views: readonly JobView[], event: CiEvent): Promise<Expand> {
  const http = createHttpClient(ctx);
  try {
    return await createExpand(ctx, http, views, event);
  } finally {
    await http.close();
  }
}

async function readConfig(ctx: Context, input: CiPlanInput): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfig({
      root: ctx.cwd,
      env: ctx.env,
      ...(input.configPath === undefined ? {} : { configPath: input.configPath }),
    });
  } catch (error) {
    const missing = isPackitError(error) && error.code === 'CONFIG_NOT_FOUND';
    if (missing && !input.requireConfig && input.configPath === undefined) return undefined;
    throw error;
  }
}

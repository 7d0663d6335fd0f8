import { planCi } from '../../../workflows/ci/index.ts';
import type { CiPlan, CiPlanInput } from '../../../workflows/ci/index.ts';
import { printable } from '../../../ui.ts';
import type { Command, GlobalOptions } from '../../command.ts';
import { plainTable } from '../../ui/table.ts';

export interface EventFlags {
  event?: string;
  eventName?: string;
  forge?: string;
  job?: string[];
  package?: string[];
  identifier?: string[];
  target?: string[];
  instance?: string;
  commentPrefix?: string;
  requireConfig?: boolean;
}

export interface CiPlanFlags extends EventFlags {
  matrix?: boolean;
}

export const ciPlanCommand: Command<CiPlanFlags> = async ({ ctx, options, global }) => {
  const plan = await planCi(ctx, eventInput(options, global));
  if (options.matrix === true) return { text: JSON.stringify(matrixOf(plan)), json: matrixOf(plan) };
  return { text: printable(await planText(plan)), json: plan };
};

export function eventInput(flags: EventFlags, global: GlobalOptions): CiPlanInput {
  return {
    eventFile: flags.event,
    eventName: flags.eventName,
    forge: flags.forge,
    jobs: flags.job ?? [],
    packages: flags.package ?? [],
    identifiers: flags.identifier ?? [],
    targets: flags.target ?? [],
    instance: flags.instance,
    commentPrefix: flags.commentPrefix,
    configPath: global.config,
    requireConfig: flags.requireConfig === true,
  };
}

/** As `strategy.matrix` of Actions wants it; an empty list would fail there, so that `include` is then absent. */
function matrixOf({ units }: CiPlan): { include?: object[] } {
  const include = units
    .filter(({ kind, problem }) => kind !== 'srpm' && problem === undefined)
    .map(({ kind, package: name, identifier, target, key }) => ({
      job: kind,
      package: name,
      identifier: identifier ?? '',
      target: target ?? '',
      key,
    }));
  return include.length === 0 ? {} : { include };
}

async function planText(plan: CiPlan): Promise<string> {
  if (plan.event === undefined || plan.ignored !== undefined) return `Nothing to do: ${plan.ignored}.`;
  const lines: string[] = [];
  if (plan.units.length > 0) {
    const rows = plan.units.map(({ index, status, package: name, problem }) => [
      String(index + 1),
      status,
      name,
      problem ?? '',
    ]);
    lines.push(await plainTable(['job', 'status', 'package', 'problem'], rows));
  } else {
    lines.push('Nothing to do: no job is for this event.');
  }
  if (plan.leftOut.length > 0) {
    const rows = plan.leftOut.map(({ index, job, package: name, reason }) => [
      String(index + 1),
      job,
      name,
      reason,
    ]);
    lines.push('', 'Left out:', await plainTable(['job', 'type', 'package', 'reason'], rows));
  }
  return lines.join('\n');
}

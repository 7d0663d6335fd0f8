/** What a dry run shows instead of a build in Copr. Pure. */
import { basename } from 'node:path';
import type { ProjectSettings } from '../../../remote/copr/index.ts';
import type { Build, PlannedStep } from '../model.ts';
import type { SourceRpm } from '../source-rpm.ts';
import type { Destination } from './destination.ts';
import { planProject } from './project-plan.ts';
import type { ProjectFacts } from './project-plan.ts';

export function plannedBuild(
  packageName: string,
  { owner, project, enableNet, timeout }: Destination,
  facts: ProjectFacts,
  srpm: SourceRpm,
): Build {
  const plan = planProject(facts);
  const name = basename(srpm.path);
  const steps: PlannedStep[] = [];
  if (plan.action !== 'none') {
    const verb = plan.action === 'create' ? 'create' : 'edit';
    steps.push({
      action: `${verb}-project`,
      summary: [`${verb} the project ${owner}/${project}:`, ...settingLines(plan.settings)].join('\n    '),
      details: { owner, project, ...plan.settings },
    });
  }
  const options = {
    ...(enableNet === undefined ? {} : { enableNet }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  const chroots = [...facts.chroots];
  const network = enableNet === undefined ? '' : `, ${enableNet ? 'with' : 'without'} network`;
  steps.push({
    action: 'build',
    summary: `build ${name} in ${owner}/${project} for ${chroots.join(', ')}${network}`,
    details: { owner, project, srpm: name, chroots, ...options },
  });
  return {
    place: 'copr',
    package: packageName,
    ...(srpm.version === undefined ? {} : { version: srpm.version }),
    state: 'skipped',
    targets: [],
    plan: steps,
  };
}

function settingLines(settings: ProjectSettings): string[] {
  return Object.entries(settings).map(([key, value]: [string, unknown]) => {
    if (key === 'unlisted') return value === true ? "not on Copr's home page" : "on Copr's home page";
    if (key === 'deleteAfterDays')
      return value === -1 ? 'kept for ever' : `removed after ${String(value)} days`;
    if (key === 'followFedoraBranching') return 'chroots of new Fedoras are not enabled by themselves';
    const name = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`;
  });
}

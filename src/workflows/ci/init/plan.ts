/** Which files are to be written, beside what is there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../../errors.ts';
import type { CiFile } from './files.ts';
import { forgejoFiles } from './forgejo.ts';
import { githubFiles } from './github.ts';
import { GITLAB_INCLUDE, GITLAB_JOBS, GITLAB_ROOT, gitlabFiles } from './gitlab.ts';
import type { Needs } from './needs.ts';
import type { CiSystem } from './system.ts';

export interface PlannedCiFile extends CiFile {
  change: 'created' | 'changed' | 'unchanged';
  /** What is there now; undefined: nothing. */
  before: string | undefined;
}

const FILES: Readonly<Record<CiSystem, (needs: Needs, version: string) => CiFile[]>> = {
  github: githubFiles,
  gitlab: gitlabFiles,
  forgejo: forgejoFiles,
};

/** @throws PackitError `CI_INIT_UNREADABLE` */
export async function planFiles(
  root: string,
  system: CiSystem,
  needs: Needs,
  version: string,
): Promise<PlannedCiFile[]> {
  const files = FILES[system](needs, version);
  if (system === 'gitlab' && (await textOf(join(root, GITLAB_ROOT))) === undefined)
    files.push({ path: GITLAB_ROOT, content: GITLAB_INCLUDE });
  return Promise.all(
    files.map(async (file) => {
      const before = await textOf(join(root, file.path));
      const change = before === undefined ? 'created' : before === file.content ? 'unchanged' : 'changed';
      return { ...file, change, before };
    }),
  );
}

/** What a person has to do beside the secrets: `.gitlab-ci.yml` is theirs, and schedules are no files. */
export async function remainingSteps(root: string, system: CiSystem): Promise<string[]> {
  if (system !== 'gitlab') return [];
  const present = await textOf(join(root, GITLAB_ROOT));
  return [
    ...(present === undefined || present.includes(GITLAB_JOBS)
      ? []
      : [`Add to ${GITLAB_ROOT}, below include: - local: ${GITLAB_JOBS}`]),
    'Add a pipeline schedule for every 30 minutes (Build > Pipeline schedules).',
    'For builds of more than an hour raise the timeout of jobs (Settings > CI/CD)',
    'and set the variable PACKIT_DEADLINE, such as 5h; else the schedule reports.',
  ];
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return undefined;
    throw new PackitError('CI_INIT_UNREADABLE', `Cannot read ${file}: ${messageOf(error)}`, {
      hint: 'It must be a file you may read and write; move it away or mend its permissions.',
      cause: error,
    });
  }
}

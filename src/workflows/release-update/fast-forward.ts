import { isPackitError } from '../../errors.ts';
import { parseSpec } from '../../spec/index.ts';
import type { Message, Repository, RequestPlan } from '../dist-git/index.ts';
import type { BranchWork } from './branch-work.ts';
import { skipByPolicy } from './rules.ts';
import type { RuleSettings } from './rules.ts';
import { distGitSpecName, versionOf } from './specs.ts';

export interface FastForward {
  /** What the commit is to be merged into. */
  targets: readonly string[];
  repository: Repository;
  rules: RuleSettings;
}

/**
 * Further requests from the same commit (`fast_forward_merge_into`). Branches the rules keep out, and those
 * without a spec file, are left out with a note.
 */
export async function planFastForward(
  work: BranchWork,
  text: Message,
  { targets, repository, rules }: FastForward,
): Promise<RequestPlan[]> {
  const requests: RequestPlan[] = [];
  for (const branch of targets) {
    const reason = repository.branches.has(branch)
      ? await obstacle(work, branch, rules)
      : 'dist-git has no such branch';
    if (reason === undefined) {
      requests.push({
        targetBranch: branch,
        title: `Update ${branch} to upstream release ${rules.version}`,
        description: text.body,
      });
    } else {
      work.notes.push(`no request for ${branch}: ${reason}`);
      work.ui.info(`no request for ${branch} (fast_forward_merge_into): ${reason}`);
    }
  }
  return requests;
}

async function obstacle(
  { pkg, distGit, specs }: BranchWork,
  branch: string,
  rules: RuleSettings,
): Promise<string | undefined> {
  const { exitCode, stdout } = await distGit.git.exec(
    ['cat-file', 'blob', `refs/remotes/origin/${branch}:${distGitSpecName(pkg)}`],
    { okExitCodes: [0, 128] },
  );
  if (exitCode !== 0) return 'it has no spec file';
  const version = await versionOf(parseSpec(stdout), specs).then(
    (found) => found.version,
    (error: unknown) => {
      if (!isPackitError(error)) throw error;
      return undefined;
    },
  );
  return skipByPolicy({ branch, retired: false, distGitVersion: version }, rules)?.reason;
}

import { findTag, evaluateSpec, parseSpec } from '../../spec/index.ts';
import { isPackitError } from '../../errors.ts';
import { distGitSpecName } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';
import { skipByPolicy } from './rules.ts';
import type { Message } from './texts.ts';
import type { RequestPlan } from './types.ts';

/**
 * Further requests from the same commit (`fast_forward_merge_into`). Branches the rules keep out, and those
 * without a spec file, are left out with a note.
 */
export async function planFastForward(work: BranchWork, text: Message): Promise<RequestPlan[]> {
  const requests: RequestPlan[] = [];
  for (const branch of work.fastForward) {
    const reason = await obstacle(work, branch);
    if (reason === undefined) {
      requests.push({
        targetBranch: branch,
        title: `Update ${branch} to upstream release ${work.update.version}`,
        description: text.body,
      });
    } else {
      work.notes.push(`no request for ${branch}: ${reason}`);
      work.ui.info(`no request for ${branch} (fast_forward_merge_into): ${reason}`);
    }
  }
  return requests;
}

async function obstacle(work: BranchWork, branch: string): Promise<string | undefined> {
  if (!work.update.repository.branches.has(branch)) return 'dist-git has no such branch';
  const { exitCode, stdout } = await work.git.exec(
    ['cat-file', 'blob', `refs/remotes/origin/${branch}:${distGitSpecName(work.pkg)}`],
    { okExitCodes: [0, 128] },
  );
  if (exitCode !== 0) return 'it has no spec file';
  const version = await versionOf(work, stdout);
  return skipByPolicy({ branch, retired: false, distGitVersion: version }, work.update.rules)?.reason;
}

async function versionOf(work: BranchWork, bytes: Uint8Array): Promise<string | undefined> {
  const spec = parseSpec(bytes);
  const written = findTag(spec, 'version')?.value;
  if (written?.includes('%') !== true) return written;
  try {
    const evaluation = await evaluateSpec(spec, work.evaluateForeign, { expressions: ['%{version}'] });
    return evaluation.values.get('%{version}');
  } catch (error) {
    if (!isPackitError(error)) throw error;
    return undefined;
  }
}

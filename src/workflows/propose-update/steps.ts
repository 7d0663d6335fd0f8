/**
 * What is done in one branch, in this order. Nothing here changes anything outside packit's own
 * directories: uploads, pushes and requests come later, from the plan.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../../errors.ts';
import { syncNoteStep } from './sync-note.ts';
import { bringSpec } from './bring-spec.ts';
import { distGitVersion, readDistGitSpec, readUpstreamSpec, runAction } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';
import { chooseMessage } from './message.ts';
import { skipByPolicy, skipEarly } from './rules.ts';
import type { BranchFacts, Skip } from './rules.ts';
import { handleSources } from './sources.ts';
import { copyFiles } from './copy-files.ts';
import { asksForSignature, verifySignature } from './signature.ts';
import type { ActionName } from '../../project/actions/index.ts';

export interface Step {
  title: string;
  /** Left out, and not spoken of, where it says no. */
  applies?(work: BranchWork): boolean;
  /** A reason to leave the branch alone ends it without an error. */
  run(work: BranchWork): Promise<Skip | void>;
}

export const STEPS: readonly Step[] = [
  { title: 'compare versions', run: compareWithDistGit },
  { title: 'check the signature', run: verifySignature, applies: asksForSignature },
  actionStep('post-upstream-clone'),
  { title: 'apply the update rules', run: applyRules },
  actionStep('pre-sync'),
  { title: 'write README.packit', run: syncNoteStep, applies: ({ pkg }) => pkg.create_sync_note },
  { title: 'word the commit', run: chooseMessage },
  { title: 'bring the spec file over', run: bringSpec },
  { title: 'copy files', run: copyFiles },
  { title: 'make patches', run: makePatches, applies: isSourceGit },
  { title: 'get the sources', run: handleSources },
];

function actionStep(name: ActionName): Step {
  return {
    title: name,
    applies: ({ actions }) => actions.has(name),
    run: async (work) => void (await runAction(work, name)),
  };
}

async function compareWithDistGit(work: BranchWork): Promise<Skip | undefined> {
  const spec = await readDistGitSpec(work);
  work.distGitVersion = spec === undefined ? undefined : await distGitVersion(work, spec);
  return skipEarly(facts(work), work.update.rules);
}

async function applyRules(work: BranchWork): Promise<Skip | undefined> {
  // The action may have fetched the spec file only now; that there is one is checked before anything is copied.
  if (!work.pkg.sync_changelog || work.pkg.files_to_sync.length === 0) await readUpstreamSpec(work);
  return skipByPolicy(facts(work), work.update.rules);
}

function facts(work: BranchWork): BranchFacts {
  return {
    branch: work.branch,
    retired: existsSync(join(work.dir, 'dead.package')),
    distGitVersion: work.distGitVersion,
  };
}

/** Patches of a source-git repository. */
async function makePatches(work: BranchWork): Promise<void> {
  if ((await runAction(work, 'create-patches')) !== undefined) return;
  throw new PackitError(
    'SOURCE_GIT_UNSUPPORTED',
    'Patches of a source-git repository (upstream_ref) cannot be made by this command yet',
    {
      hint: 'Make them in a create-patches action, or use packit source-git update-dist-git.',
    },
  );
}

function isSourceGit({ update, pkg }: BranchWork): boolean {
  const reference = update.input.upstreamRef ?? pkg.upstream_ref;
  return reference !== undefined && reference !== null && reference !== '';
}

/** What is done in one branch, in order. Nothing here changes anything outside packit's own directories. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { ActionName } from '../../project/actions/index.ts';
import { createGit } from '../../tools/git/index.ts';
import type { Ui } from '../../ui.ts';
import { commitMessageText, commitWorkTree, replaceFile } from '../dist-git/index.ts';
import type {
  Committed,
  Message,
  PreviousCommit,
  PublishPlan,
  RequestPlan,
  TargetBranch,
  UploadPlan,
} from '../dist-git/index.ts';
import { openBranch } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';
import { bringSpec } from './bring-spec.ts';
import { copyFiles } from './copy-files.ts';
import { planFastForward } from './fast-forward.ts';
import { chooseMessage } from './message.ts';
import type { PackageUpdate } from './open.ts';
import { skipByPolicy, skipEarly } from './rules.ts';
import type { BranchFacts, Skip } from './rules.ts';
import { asksForSignature, verifySignature } from './signature.ts';
import { handleSources } from './sources.ts';
import { distGitSpecName, readDistGitSpec, readUpstreamSpec, versionOf } from './specs.ts';
import { pullRequestText, syncNote, updateBranchName } from './texts.ts';

/** Everything that will happen to one branch of dist-git, and nothing that has happened outside this machine. */
export interface BranchPlan extends PublishPlan {
  /** What dist-git has now; absent for a new package. */
  fromVersion: string | undefined;
  version: string;
  notes: string[];
}

export type Prepared =
  | { kind: 'planned'; plan: BranchPlan }
  | { kind: 'skipped'; skip: Skip; fromVersion: string | undefined };

/** Does everything local for one branch; the result says what is left to do elsewhere. */
export async function prepareBranch(update: PackageUpdate, target: TargetBranch, ui: Ui): Promise<Prepared> {
  const { ctx, pkg, release, rules, source, options, destination } = update;
  const { work, previous } = await ui.step('check out', () => openBranch(update, target.branch, ui));
  const { distGit, upstream } = work;

  const facts = await ui.step('compare versions', () => readFacts(work, destination.fork !== undefined));
  const fromVersion = facts.distGitVersion;
  const skipped = (skip: Skip): Prepared => ({ kind: 'skipped', skip, fromVersion });
  const early = skipEarly(facts, rules);
  if (early !== undefined) return skipped(early);
  if (asksForSignature(distGit.dir)) {
    const question = { run: ctx.run, env: ctx.env, distGitDir: distGit.dir, upstream, tag: release.tag, ui };
    await ui.step('check the signature', () => verifySignature(question));
  }
  await actionStep(work, 'post-upstream-clone');
  const refused = await ui.step('apply the update rules', async () => {
    // The action may have fetched the spec file only now; that there is one is checked before anything is copied.
    if (source.spec === 'upstream' && (!pkg.sync_changelog || pkg.files_to_sync.length === 0))
      await readUpstreamSpec(pkg, upstream, release.tag);
    return skipByPolicy(facts, rules);
  });
  if (refused !== undefined) return skipped(refused);

  await actionStep(work, 'pre-sync');
  if (pkg.create_sync_note) {
    const note = syncNote(options.packitVersion);
    await ui.step('write README.packit', () => replaceFile(distGit, 'README.packit', note));
  }
  const { upstreamRef } = source;
  const chosen = await ui.step('word the commit', () => chooseMessage(work, release));
  const message = upstreamRef === undefined ? chosen : withSourceCommit(chosen, upstream.commit);
  // A run after one that was broken off makes what that one made, to the bit; another release has its own day.
  const time = repeats(previous, distGit.base, message) ? new Date(previous.time * 1000) : ctx.now();
  const entry = { author: update.signer.changelogAuthor, time, previousVersion: fromVersion };
  await ui.step('bring the spec file over', () => bringSpec(work, release, entry));
  await ui.step('copy files', () => copyFiles(work, source));
  if (upstreamRef !== undefined) await ui.step('make patches', () => patchStep(work, update, upstreamRef));
  const services = {
    lookaside: destination.lookaside,
    download: update.download,
    forceNewSources: options.forceNewSources,
  };
  const uploads = await ui.step('get the sources', () => handleSources(work, services));

  const committed = await ui.step('commit', () =>
    commitWorkTree(distGit, {
      message,
      author: update.signer.identity,
      time,
      leftOut: uploads.map(({ filename }) => filename),
      previous,
      env: ctx.env,
    }),
  );
  if (committed === undefined) {
    const reason = `nothing changes: dist-git has all of version ${release.version} already`;
    return skipped({ code: 'UP_TO_DATE', reason });
  }
  const requests = await planRequests(update, work, target);
  return {
    kind: 'planned',
    plan: planOf(update, work, { fromVersion, committed, uploads, requests }),
  };
}

async function actionStep({ actions, ui }: BranchWork, name: ActionName): Promise<void> {
  if (actions.has(name)) await ui.step(name, () => actions.run(name));
}

async function readFacts(work: BranchWork, isProposed: boolean): Promise<BranchFacts> {
  const { branch, dir } = work.distGit;
  const spec = await readDistGitSpec(work.pkg, work.distGit);
  const found = spec === undefined ? { version: undefined } : await versionOf(spec, work.specs);
  if ('problems' in found) reportUnknownVersion(work, found.problems, isProposed);
  return { branch, retired: existsSync(join(dir, 'dead.package')), distGitVersion: found.version };
}

/**
 * That the version cannot be told is a warning where people look at the request, and only code hides it.
 * @throws PackitError `SPEC_UNPARSABLE`
 */
function reportUnknownVersion(
  { pkg, distGit, ui }: BranchWork,
  problems: readonly { line?: number; message: string }[],
  isProposed: boolean,
): void {
  if (isProposed && problems.some(({ message }) => /not run|safely/.test(message))) {
    ui.warn({
      code: 'DIST_GIT_VERSION_UNKNOWN',
      message: `The version ${distGit.branch} has cannot be told: its spec computes it with code, which is not run`,
      hint: 'That the update is none backwards is for whoever looks at the pull request.',
    });
    return;
  }
  const file = join(distGit.dir, distGitSpecName(pkg));
  throw new PackitError('SPEC_UNPARSABLE', `The version in ${file} cannot be told`, {
    hint: `See what rpm says: rpmspec --parse ${file}`,
    details: problems.map(({ line, message }) => (line === undefined ? message : `line ${line}: ${message}`)),
    location: { file },
  });
}

/** Patches of a source-git repository. */
async function patchStep(
  { pkg, distGit, upstream, actions, specs, ui }: BranchWork,
  { ctx, scratch }: PackageUpdate,
  upstreamRef: string,
): Promise<void> {
  if ((await actions.run('create-patches')) !== undefined) return;
  const { makePatches } = await import('../make-patches.ts');
  await makePatches({
    pkg,
    source: createGit(ctx.run, upstream.root),
    subtree: relative(upstream.root, upstream.dir),
    upstreamRef,
    distGit: distGit.git,
    specName: distGitSpecName(pkg),
    evaluate: specs.distGit,
    macros: specs.macros,
    scratch,
    ui,
  });
}

/** True if what an earlier run has made was for this very release and this state of dist-git. */
function repeats(
  previous: PreviousCommit | undefined,
  base: string,
  message: Message,
): previous is PreviousCommit {
  return previous?.parent === base && previous.message.trim() === commitMessageText(message).trim();
}

/** Whoever asks how the two repositories stand is told by the trailer. */
function withSourceCommit(message: Message, commit: string | undefined): Message {
  if (commit === undefined) return message;
  return { ...message, body: `${message.body.trimEnd()}\n\nFrom-source-git-commit: ${commit}`.trimStart() };
}

async function planRequests(
  { release, rules, destination }: PackageUpdate,
  work: BranchWork,
  { branch, fastForward }: TargetBranch,
): Promise<RequestPlan[]> {
  if (destination.fork === undefined) return [];
  const text = pullRequestText({ ...release, commit: work.upstream.commit }, branch);
  const { repository } = destination;
  return [
    { targetBranch: branch, title: text.title, description: text.body },
    ...(await planFastForward(work, text, { targets: fastForward, repository, rules })),
  ];
}

interface Made {
  fromVersion: string | undefined;
  committed: Committed;
  uploads: UploadPlan[];
  requests: RequestPlan[];
}

function planOf({ release, destination }: PackageUpdate, work: BranchWork, made: Made): BranchPlan {
  const { branch, base } = work.distGit;
  const { sha, reused, message, diff, changes } = made.committed;
  const { fork } = destination;
  const update = updateBranchName(branch);
  return {
    branch,
    fromVersion: made.fromVersion,
    version: release.version,
    base,
    commit: sha,
    reused,
    message,
    diff,
    changes,
    uploads: made.uploads,
    push:
      fork === undefined
        ? { to: 'dist-git', branch, expected: base }
        : { to: 'fork', branch: update, expected: fork.branches.get(update) ?? '' },
    requests: made.requests,
    notes: work.notes,
  };
}

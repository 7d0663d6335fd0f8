import type { Context } from '../../context.ts';
import { readRemotes } from '../../tools/git/index.ts';
import type { Project } from './project.ts';

/**
 * A shallow clone lacks the tags the version is read from: the SRPM would be wrong without a word. Warns with the command that
 * mends it. @throws PackitError SHALLOW_CLONE with `--strict`
 */
export async function warnOfShallowClone(ctx: Context, project: Project, tagFound: boolean): Promise<void> {
  if (!project.layout.shallow) return;
  if (tagFound && (await project.facts.describe()) !== undefined) return;
  const remote = (await readRemotes(project.git))[0]?.name ?? 'origin';
  const ci =
    ctx.env.GITHUB_ACTIONS === 'true'
      ? ' In the workflow: "fetch-depth: 0" under "with:" of actions/checkout.'
      : ctx.env.GITLAB_CI === 'true'
        ? ' In .gitlab-ci.yml: variables: {GIT_DEPTH: "0"}.'
        : '';
  ctx.ui.warn({
    code: 'SHALLOW_CLONE',
    message: tagFound
      ? 'This is a shallow clone: the number of commits since the last tag cannot be told, so Release lacks it'
      : 'This is a shallow clone: its tags are missing, so the version may be wrong',
    hint: `Run: git fetch --unshallow --tags ${remote} (or packit with --unshallow, which leaves your clone as it is).${ci}`,
  });
}

/** One line if what is committed and what is on the disk differ. */
export async function noticeDirtyTree(ctx: Context, project: Project): Promise<void> {
  if (!(await project.facts.head()).dirty) return;
  ctx.ui.info(
    'There are uncommitted changes: the spec is used as it is on the disk, the archive holds what is committed.',
  );
}

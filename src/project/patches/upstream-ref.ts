/** The commit of upstream a source-git repository is based on. */
import { PackitError } from '../../errors.ts';
import { describeMatch, resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface UpstreamRef {
  /** The ref or hash that was found; for a glob the tag it stands for. */
  name: string;
  /** Full hash of the commit. */
  sha: string;
}

/**
 * Looks up `upstream_ref`. A glob (`v*`) names the nearest tag that matches it, `branches/<glob>` the nearest ref of any kind; a
 * name that is not known is looked for at `origin`.
 * @throws PackitError UPSTREAM_REF_NOT_FOUND
 */
export async function resolveUpstreamRef(git: Git, ref: string): Promise<UpstreamRef> {
  const any = ref.startsWith('branches/');
  const candidates = /[[?*]/.test(ref)
    ? [await describeMatch(git, any ? ref.slice('branches/'.length) : ref, any)]
    : [ref, `origin/${ref}`];
  for (const name of candidates) {
    const sha = name === undefined ? undefined : await resolveCommit(git, name);
    if (name !== undefined && sha !== undefined) return { name, sha };
  }
  throw new PackitError('UPSTREAM_REF_NOT_FOUND', `There is no commit "${ref}" in the repository`, {
    hint: 'Set upstream_ref (or --upstream-ref) to the tag or commit of upstream this source-git repository is based on; in a shallow clone run git fetch --unshallow --tags first.',
  });
}

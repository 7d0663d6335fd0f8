/** What `fedpkg build` makes sure of before it submits anything. */
import { PackitError } from '../../../errors.ts';
import type { Koji, KojiBuild, KojiTarget } from '../../../remote/koji/index.ts';

/** @throws PackitError KOJI_TARGET_UNKNOWN, KOJI_TAG_LOCKED */
export async function checkTarget(koji: Koji, name: string, scratch: boolean): Promise<KojiTarget> {
  const target = await koji.target(name);
  if (target === undefined) {
    throw new PackitError('KOJI_TARGET_UNKNOWN', `Koji has no build target ${name}`, {
      hint: 'See what there is: koji list-targets, or https://koji.fedoraproject.org/koji/buildtargets.',
    });
  }
  // What a scratch build makes is tagged nowhere.
  if (scratch) return target;
  const tag = await koji.tag(target.destTag);
  if (tag === undefined) {
    throw new PackitError('KOJI_TAG_MISSING', `The target ${name} has no destination tag ${target.destTag}`, {
      hint: 'Choose another target with --koji-target.',
    });
  }
  if (tag.locked) {
    throw new PackitError('KOJI_TAG_LOCKED', `The destination tag ${tag.name} of ${name} is locked`, {
      hint: 'The release is frozen or at its end: build for another target, or a --scratch build.',
    });
  }
  return target;
}

/** The build Koji has of that name, version and release already, or is at work on. */
export async function existingBuild(
  koji: Koji,
  nvr: string | undefined,
  scratch: boolean,
): Promise<KojiBuild | undefined> {
  if (nvr === undefined || scratch) return undefined;
  const build = await koji.build(nvr);
  return build?.state === 'complete' || build?.state === 'building' ? build : undefined;
}

/** Which builds make one update, and for which release. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { Bodhi, BodhiUpdate, UpdateRelease } from '../../remote/bodhi/index.ts';
import type { Koji, KojiBuild } from '../../remote/koji/index.ts';

/** One update that is to be made or changed. */
export interface Subject {
  /** The branch of dist-git, for people. */
  branch: string;
  release: UpdateRelease | undefined;
  builds: KojiBuild[];
  fromTag: string | undefined;
  /** The update to be changed. */
  edited: BodhiUpdate | undefined;
}

export interface Finder {
  ctx: Context;
  koji: Koji;
  bodhi: Bodhi;
  releases: readonly UpdateRelease[];
}

/** The newest build of a package that is on its way into a branch. @throws PackitError `KOJI_TARGET_UNKNOWN`, `BUILD_NONE` */
export async function newestOfBranch(
  { koji, releases }: Finder,
  packageName: string,
  { branch, isDefault }: { branch: string; isDefault: boolean },
): Promise<Subject> {
  const rawhide = isDefault || branch === 'rawhide' || branch === 'main';
  const release = releases.find((one) => one.branch === (rawhide ? 'rawhide' : branch));
  const targetName = rawhide ? 'rawhide' : `${branch}-candidate`;
  const target = await koji.target(targetName);
  if (target === undefined) {
    throw new PackitError(
      'KOJI_TARGET_UNKNOWN',
      `Koji has no target ${targetName} for the branch ${branch}`,
      {
        hint: 'Name another branch, or the builds with --koji-build.',
      },
    );
  }
  const build = await koji.latestTagged(target.destTag, packageName);
  if (build === undefined) throw noBuild(packageName, `the tag ${target.destTag}`, branch);
  return { branch, release, builds: [build], fromTag: undefined, edited: undefined };
}

/** Builds that were named, by release: a release has an update of its own. @throws PackitError `BUILD_UNKNOWN`, `BUILD_UNTAGGED` */
export async function namedBuilds(finder: Finder, nvrs: readonly string[]): Promise<Subject[]> {
  const found = await Promise.all(
    [...new Set(nvrs)].map(async (nvr) => {
      const build = await requireBuild(finder, nvr);
      const tags = await finder.koji.tagsOf(nvr);
      const release = finder.releases.find(({ distTag }) =>
        tags.some((tag) => tag === distTag || tag.startsWith(`${distTag}-`)),
      );
      if (release !== undefined) return { build, release };
      throw new PackitError('BUILD_UNTAGGED', `${nvr} is not tagged for any release that Bodhi knows`, {
        hint: 'Scratch builds cannot be in updates, and a build needs the candidate tag of its release.',
        details: tags.length === 0 ? ['It has no tags.'] : [`Its tags: ${tags.join(', ')}`],
      });
    }),
  );
  const releases = [...new Set(found.map(({ release }) => release))];
  return releases.map((release) => ({
    branch: release.branch,
    release,
    builds: found.filter((item) => item.release === release).map(({ build }) => build),
    fromTag: undefined,
    edited: undefined,
  }));
}

/** All builds of a side tag. @throws PackitError `SIDE_TAG_UNKNOWN`, `BUILD_NONE` */
export async function buildsOfTag({ koji, releases }: Finder, tag: string): Promise<Subject> {
  if ((await koji.tag(tag)) === undefined) {
    throw new PackitError('SIDE_TAG_UNKNOWN', `Koji has no tag ${tag}`, {
      hint: 'See your side tags with: fedpkg list-side-tags --mine. They are removed when their update is stable.',
    });
  }
  const release = releases.find(({ distTag }) => tag.startsWith(`${distTag}-`));
  const builds = await koji.taggedBuilds(tag);
  if (builds.length === 0) {
    throw new PackitError('BUILD_NONE', `The side tag ${tag} has no builds`, {
      hint: `Build into it first: fedpkg build --target ${tag}.`,
    });
  }
  return { branch: release?.branch ?? tag, release, builds, fromTag: tag, edited: undefined };
}

/**
 * An update that is there, with builds of its own replaced by newer ones of the same packages.
 * @throws PackitError `UPDATE_UNKNOWN`, `UPDATE_LOCKED`, `UPDATE_CLOSED`
 */
export async function editedUpdate(
  finder: Finder,
  alias: string,
  replacing: readonly string[],
): Promise<Subject> {
  const edited = await finder.bodhi.update(alias);
  if (edited === undefined) {
    throw new PackitError('UPDATE_UNKNOWN', `Bodhi has no update ${alias}`, {
      hint: 'The alias looks like FEDORA-2024-0123456789.',
    });
  }
  if (edited.locked) {
    throw new PackitError('UPDATE_LOCKED', `${alias} is locked: it is being composed`, {
      hint: 'Run the command again when the compose has ended.',
    });
  }
  if (edited.status === 'stable' || edited.status === 'obsolete') {
    throw new PackitError('UPDATE_CLOSED', `${alias} is ${edited.status} and cannot be changed any more`, {
      hint: 'Make a new update, without --edit.',
    });
  }
  const added = await Promise.all(replacing.map((nvr) => requireBuild(finder, nvr)));
  const kept = await Promise.all(
    edited.builds
      .filter((nvr) => !added.some(({ name }) => name === nameOf(nvr)))
      .map((nvr) => requireBuild(finder, nvr)),
  );
  const release = finder.releases.find(({ name }) => name === edited.release);
  return { branch: edited.branch, release, builds: [...kept, ...added], fromTag: edited.fromTag, edited };
}

async function requireBuild({ koji }: Finder, nvr: string): Promise<KojiBuild> {
  const build = await koji.build(nvr);
  if (build !== undefined) return build;
  throw new PackitError('BUILD_UNKNOWN', `Koji has no build ${nvr}`, {
    hint: 'Give name, version and release: hello-1.0-1.fc42.',
  });
}

function nameOf(nvr: string): string {
  return nvr.replace(/-[^-]+-[^-]+$/, '');
}

function noBuild(packageName: string, where: string, branch: string): PackitError {
  return new PackitError('BUILD_NONE', `There is no build of ${packageName} in ${where}`, {
    hint: `Build it first: packit build in-koji --dist-git-branch ${branch}.`,
  });
}

import { PackitError } from '../../errors.ts';
import {
  chooseReleaseSuffix,
  releaseWithSuffix,
  branchForFileName,
  sanitizeVersion,
  snapshotBranch,
  snapshotId,
  withDist,
  withVersionSuffix,
} from '../../project/version/index.ts';
import {
  changelogEvr,
  definesDist,
  expandedRelease,
  findTag,
  setInOtherBranches,
  setPrepName,
  setRelease,
  setSource,
  setVersion,
  sources,
  splitRelease,
} from '../../spec/index.ts';
import type { Evaluation } from '../../spec/index.ts';
import { nameInSpec } from '../../tools/rpm/index.ts';
import { rootDirectoryOf } from './archive.ts';
import type { PreparedArchive } from './archive.ts';
import { addEntry, changelogAuthor, changelogText } from './changelog-entry.ts';
import { changelogDate } from './clock.ts';
import type { Clock } from './clock.ts';
import type { PackageWork } from './package-work.ts';
import { COMMIT_DIGITS } from './reproducible.ts';
import { specUnparsable } from './spec-errors.ts';

export interface SpecChange {
  version: string;
  archive: PreparedArchive;
  updateRelease: boolean;
  clock: Clock;
}

/**
 * Makes the spec one of this commit: the `fix-spec-file` action, else Source, `%setup -n`, Version, Release and a changelog
 * entry. Returns the version that was set.
 */
export async function fixSpec(work: PackageWork, change: SpecChange): Promise<string> {
  const evaluation = await work.evaluation();
  const rawRelease = findTag(work.spec(), 'release', evaluation)?.value ?? '';
  const release = expandedRelease(work.spec(), evaluation);
  if (release === undefined || release === '') {
    // A Release that is there and cannot be expanded depends on what rpm was not let run, or could not.
    const unknown = rawRelease !== '' && release === undefined;
    if (!evaluation.ok || unknown) throw specUnparsable(work, evaluation);
    throw new PackitError('SPEC_RELEASE_MISSING', `The spec file ${work.pkg.specfile_path} has no Release`, {
      hint: 'Add a line "Release: 1%{?dist}" to the spec.',
      location: { file: work.specFile() },
    });
  }
  const name = evaluation.values.get('%{name}') ?? '';
  const { variables, version, newRelease, commit } = await computeValues(work, change, { name, release });
  if ((await work.run('fix-spec-file', variables)) !== undefined) return version;

  setArchiveSource(work, evaluation, change.archive.name);
  await setRootDirectory(work, evaluation, change);
  work.setSpec(setVersion(work.spec(), version, { evaluation }));
  work.setSpec(setInOtherBranches(work.spec(), 'version', { evaluation }));
  const text = await changelogText(work, {
    version,
    fromLog: change.updateRelease,
    ...(change.updateRelease ? { fallback: `- Development snapshot (${commit})` } : {}),
  });
  if (change.updateRelease) {
    work.setSpec(setRelease(work.spec(), withDist(newRelease, rawRelease), { evaluation }));
    work.setSpec(setInOtherBranches(work.spec(), 'release', { evaluation }));
  }
  if (text !== undefined) {
    addEntry(work, text, {
      author: await changelogAuthor(work, evaluation),
      date: changelogDate(change.clock),
      evr: await evrNow(work, evaluation),
    });
  }
  return version;
}

interface Values {
  variables: Record<string, string>;
  version: string;
  newRelease: string;
  /** 8 digits. */
  commit: string;
}

async function computeValues(
  work: PackageWork,
  change: SpecChange,
  { name, release }: { name: string; release: string },
): Promise<Values> {
  const { ctx, pkg, input } = work;
  const [head, description] = await Promise.all([work.facts().head(), work.facts().describe()]);
  const commit = head.sha?.slice(0, 8) ?? '';
  const state = {
    time: change.clock.time,
    wholeSeconds: change.clock.epoch !== undefined,
    describe:
      description === undefined
        ? undefined
        : `${description.tag}-${description.commits}-g${input.reproducible === true ? head.sha?.slice(0, COMMIT_DIGITS) : description.hash}`,
  };
  const whole = snapshotBranch(head.branch, head.sha, ctx.env);
  const rest = `${name}-${change.version}-${release}.${snapshotId({ ...state, branch: '' })}`;
  const branch = branchForFileName(whole, rest);
  if (branch !== whole) {
    ctx.ui.info(`The branch ${whole} has too long a name for that of a file: in Release it is ${branch}.`);
  }
  const snapshot = snapshotId({ ...state, branch });
  const suffix = chooseReleaseSuffix({
    option: input.releaseSuffix,
    useDefault: input.defaultReleaseSuffix,
    configured: pkg.release_suffix,
  });
  const fixed = {
    ...work.actions.variables(),
    PACKIT_PROJECT_VERSION: change.version,
    PACKIT_RPMSPEC_VERSION: change.version,
    PACKIT_PROJECT_SNAPSHOTID: snapshot,
    PACKIT_PROJECT_COMMIT: commit,
    PACKIT_PROJECT_ARCHIVE: change.archive.name,
    PACKIT_PROJECT_BRANCH: sanitizeVersion(branch),
  };
  const parts = { expandedRelease: release, snapshot };
  const plainSuffix = suffix?.includes('{PACKIT_') === true ? undefined : suffix;
  const rpmspecRelease = releaseWithSuffix({ ...parts, suffix: plainSuffix, variables: {} });
  const version = withVersionSuffix(change.version, pkg.version_suffix, {
    ...fixed,
    PACKIT_RPMSPEC_RELEASE: rpmspecRelease,
  });
  const variables = { ...fixed, PACKIT_RPMSPEC_VERSION: version, PACKIT_RPMSPEC_RELEASE: rpmspecRelease };
  return { variables, version, newRelease: releaseWithSuffix({ ...parts, suffix, variables }), commit };
}

function setArchiveSource(work: PackageWork, evaluation: Evaluation, name: string): void {
  const number = Number(/\d+/.exec(work.pkg.spec_source_id)?.[0] ?? 0);
  const all = sources(work.spec(), evaluation);
  if (!all.some((source) => source.number === number)) {
    throw new PackitError(
      'SPEC_SOURCE_MISSING',
      `The spec file ${work.pkg.specfile_path} has no Source${number}, which is to name the archive`,
      {
        hint:
          all.length === 0
            ? `Add a line "Source${number}: %{name}-%{version}.tar.gz" to the spec.`
            : `Set "spec_source_id: Source${all[0]?.number}" in the configuration, or add a Source${number} to the spec.`,
        location: { file: work.specFile() },
      },
    );
  }
  work.setSpec(setSource(work.spec(), number, nameInSpec(name, 'The archive'), { evaluation }));
  work.setSpec(setInOtherBranches(work.spec(), `source${number}`, { evaluation }));
}

async function setRootDirectory(
  work: PackageWork,
  evaluation: Evaluation,
  { archive, version }: SpecChange,
): Promise<void> {
  work.setSpec(setPrepName(work.spec(), await rootDirectoryOf(work, archive, version), { evaluation }));
}

/** `[epoch:]version-release` of the edited spec; rpm is asked only if there are macros in it. */
export async function evrNow(work: PackageWork, before: Evaluation): Promise<string | undefined> {
  const doc = work.spec();
  const version = findTag(doc, 'version', before)?.value;
  const release = findTag(doc, 'release', before)?.value;
  const epoch = findTag(doc, 'epoch', before)?.value;
  if (version === undefined || release === undefined) return undefined;
  const bare = splitRelease(release);
  const known = [version, bare.release, epoch ?? ''].every((value) => !value.includes('%'));
  if (known && !definesDist(doc) && (bare.minorBump ?? '') === '')
    return `${epoch === undefined ? '' : `${epoch}:`}${version}-${bare.release}`;
  return changelogEvr(doc, await work.evaluation());
}

import { dirname } from 'node:path';
import { PackitError } from '../../errors.ts';
import { changelogText, mergeSpecs } from '../../project/downstream-spec/index.ts';
import { hasAutochangelog, stringifySpec } from '../../spec/index.ts';
import type { SpecDocument } from '../../spec/index.ts';
import { replaceFile } from '../dist-git/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { Release } from './release.ts';
import { copiesSpec, distGitSpecName, readDistGitSpec, readUpstreamSpec, upstreamSpecPath } from './specs.ts';

/** What the changelog entry says besides the release. */
export interface Entry {
  /** `Name <address>` */
  author: string;
  time: Date;
  /** The version dist-git has now. */
  previousVersion: string | undefined;
}

/**
 * Upstream's spec with dist-git's changelog (or dist-git's own with the new version), unless the configuration says that the spec is copied like any
 * other file (`sync_changelog`) or that an action takes care of it (`prepare-files`).
 */
export async function bringSpec(work: BranchWork, release: Release, entry: Entry): Promise<void> {
  const { pkg, distGit, upstream, specs } = work;
  if ((await work.actions.run('prepare-files')) !== undefined || copiesSpec(pkg, specs)) return;
  const name = distGitSpecName(pkg);
  const ours = await readDistGitSpec(pkg, distGit);
  const own = specs.edited === 'dist-git';
  const theirs = own
    ? required(ours, name, distGit.branch)
    : await readUpstreamSpec(pkg, upstream, release.tag);
  if (ours === undefined) {
    work.notes.push(`dist-git had no ${name} yet: it is upstream's`);
    work.ui.info(`dist-git has no ${name} yet: upstream's is copied`);
  }
  const changelog = await newEntry(work, ours, { release, entry });
  const { spec, warnings } = await mergeSpecs({
    upstream: theirs,
    distGit: ours,
    version: release.version,
    evaluate: own ? specs.distGit : specs.own(dirname(upstreamSpecPath(pkg, upstream))),
    evaluateDistGit: specs.distGit,
    macros: specs.macros,
    prereleasePattern: pkg.prerelease_suffix_pattern,
    prereleaseMacro: pkg.prerelease_suffix_macro ?? undefined,
    ...(changelog === undefined ? {} : { changelog }),
  });
  for (const warning of warnings) work.ui.warn(warning);
  await replaceFile(distGit, name, stringifySpec(spec));
}

function required(spec: SpecDocument | undefined, name: string, branch: string): SpecDocument {
  if (spec !== undefined) return spec;
  throw new PackitError('SPEC_NOT_FOUND', `The branch ${branch} of dist-git has no ${name}`, {
    hint: 'A release is brought into a spec that is there. Import the package first, or let a prepare-files action write the spec.',
  });
}

async function newEntry(
  { pkg, actions }: BranchWork,
  distGit: SpecDocument | undefined,
  { release, entry }: { release: Release; entry: Entry },
): Promise<{ lines: string[]; author: string; date: string } | undefined> {
  if (distGit !== undefined && hasAutochangelog(distGit)) return undefined;
  const outputs = await actions.run('changelog-entry', {
    PACKIT_RESOLVED_BUGS: release.bugs.join(' '),
    PACKIT_PROJECT_UPSTREAM_TAG: release.tag,
    PACKIT_PROJECT_PREVIOUS_VERSION: entry.previousVersion,
  });
  const text = changelogText({
    version: release.version,
    action: outputs?.map((bytes) => new TextDecoder().decode(bytes).trimEnd()).join('\n'),
    releaseNotes: pkg.copy_upstream_release_description ? await release.notes() : undefined,
    bugs: release.bugs,
  });
  return { lines: text.split('\n'), author: entry.author, date: changelogDate(entry.time) };
}

/** The local day, as the reference has it, with the time for changelogs whose entries have one. */
function changelogDate(time: Date): string {
  const fields = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  const day = fields.map((field, index) => String(field).padStart(index === 0 ? 4 : 2, '0')).join('-');
  return `${day}T${time.toISOString().slice(11, 19)}Z`;
}

import { dirname } from 'node:path';
import { changelogText, mergeSpecs } from '../../project/downstream-spec/index.ts';
import { hasAutochangelog, stringifySpec } from '../../spec/index.ts';
import type { SpecDocument } from '../../spec/index.ts';
import {
  distGitSpecName,
  parseTimeMacros,
  readDistGitSpec,
  readUpstreamSpec,
  replaceFile,
  runAction,
  upstreamSpecPath,
} from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';

/**
 * Upstream's spec with dist-git's changelog, unless the configuration says that the spec is copied like any
 * other file (`sync_changelog`) or that an action takes care of it (`prepare-files`).
 */
export async function bringSpec(work: BranchWork): Promise<void> {
  if ((await runAction(work, 'prepare-files')) !== undefined || work.pkg.sync_changelog) return;
  const upstream = await readUpstreamSpec(work);
  const distGit = await readDistGitSpec(work);
  if (distGit === undefined) {
    work.notes.push(`dist-git had no ${distGitSpecName(work.pkg)} yet: it is upstream's`);
    work.ui.info(`dist-git has no ${distGitSpecName(work.pkg)} yet: upstream's is copied`);
  }
  const changelog = await newEntry(work, distGit);
  const { spec, warnings } = await mergeSpecs({
    upstream,
    distGit,
    version: work.update.version,
    evaluate: work.evaluate(dirname(upstreamSpecPath(work))),
    evaluateDistGit: work.evaluateForeign,
    macros: parseTimeMacros(work),
    prereleasePattern: work.pkg.prerelease_suffix_pattern,
    prereleaseMacro: work.pkg.prerelease_suffix_macro ?? undefined,
    ...(changelog === undefined ? {} : { changelog }),
  });
  for (const warning of warnings) work.ui.warn(warning);
  await replaceFile(work, distGitSpecName(work.pkg), stringifySpec(spec));
}

async function newEntry(
  work: BranchWork,
  distGit: SpecDocument | undefined,
): Promise<{ lines: string[]; author: string; date: string } | undefined> {
  if (distGit !== undefined && hasAutochangelog(distGit)) return undefined;
  const { update } = work;
  const outputs = await runAction(work, 'changelog-entry', {
    PACKIT_RESOLVED_BUGS: update.texts.bugs.join(' '),
    PACKIT_PROJECT_UPSTREAM_TAG: update.tag,
    PACKIT_PROJECT_PREVIOUS_VERSION: work.distGitVersion,
  });
  const text = changelogText({
    version: update.version,
    action: outputs?.map((bytes) => new TextDecoder().decode(bytes).trimEnd()).join('\n'),
    releaseNotes: work.pkg.copy_upstream_release_description ? await update.releaseNotes() : undefined,
    bugs: update.texts.bugs,
  });
  return {
    lines: text.split('\n'),
    author: update.changelogAuthor,
    date: changelogDate(work),
  };
}

/** The local day, as the reference has it, with the time for changelogs whose entries have one. */
function changelogDate({ time }: BranchWork): string {
  const fields = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  const day = fields.map((field, index) => String(field).padStart(index === 0 ? 4 : 2, '0')).join('-');
  return `${day}T${time.toISOString().slice(11, 19)}Z`;
}

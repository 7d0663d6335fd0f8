import { expandedRelease, setInOtherBranches, setRelease } from '../../spec/index.ts';
import { resolveUpstreamRef } from '../../project/patches/index.ts';
import { chooseReleaseSuffix } from '../../project/version/index.ts';
import { addEntry, changelogAuthor, changelogText } from './changelog-entry.ts';
import { changelogDate } from './clock.ts';
import type { Clock } from './clock.ts';
import { evrNow } from './fix-spec.ts';
import type { PackageWork } from './package-work.ts';
import { addPatches } from './patches.ts';
import { downloadSources } from './sources.ts';
import { specUnparsable } from './spec-errors.ts';

export interface SourceGitChange {
  upstreamRef: string;
  updateRelease: boolean;
  clock: Clock;
}

/**
 * A source-git repository: upstream's archive is downloaded, the commits since `upstreamRef` become patches of the spec, and Release
 * and changelog say which commit this is. Returns the version of the spec.
 */
export async function prepareSourceGit(work: PackageWork, change: SourceGitChange): Promise<string> {
  // Before anything is downloaded: a ref that is not there would have made it useless.
  const { name: upstreamRef } = await resolveUpstreamRef(work.project.git, change.upstreamRef);
  await downloadSources(work);
  if ((await work.run('create-patches')) === undefined) await addPatches(work, upstreamRef);
  const evaluation = await work.evaluation();
  const old = expandedRelease(work.spec(), evaluation);
  if (old === undefined) throw specUnparsable(work, evaluation);
  const commit = (await work.facts().head()).sha?.slice(0, 8) ?? '';
  const suffix = chooseReleaseSuffix({
    option: work.input.releaseSuffix,
    useDefault: work.input.defaultReleaseSuffix,
    configured: work.pkg.release_suffix,
  });
  const release = sourceGitRelease(old, { commit, suffix, updateRelease: change.updateRelease });
  const text = await changelogText(work, {
    version: '',
    fromLog: false,
    ...(change.updateRelease ? { fallback: `- Downstream changes (${commit})` } : {}),
  });
  if (release !== undefined) {
    work.setSpec(setRelease(work.spec(), release, { evaluation }));
    work.setSpec(setInOtherBranches(work.spec(), 'release', { evaluation }));
  }
  if (text !== undefined) {
    addEntry(work, text, {
      author: await changelogAuthor(work, evaluation),
      date: changelogDate(change.clock),
      evr: await evrNow(work, evaluation),
    });
  }
  return evaluation.values.get('%{version}') ?? '';
}

/** `<n+1>.g<commit>`, with a suffix `<release>.<suffix>`; undefined if Release is to stay. */
export function sourceGitRelease(
  old: string,
  options: { commit: string; suffix: string | undefined; updateRelease: boolean },
): string | undefined {
  if (options.suffix !== undefined && options.suffix !== '') return `${old}.${options.suffix}`;
  if (!options.updateRelease) return undefined;
  const next = /^\s*\d+\s*$/.test(old) ? String(Number(old) + 1) : old;
  return `${next}.g${options.commit}`;
}

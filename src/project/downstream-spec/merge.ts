/**
 * An upstream spec becomes the spec of dist-git: upstream's content, dist-git's history.
 */
import { isPackitError, PackitError } from '../../errors.ts';
import {
  addChangelogEntry,
  changelogEvr,
  evaluateSpec,
  findTag,
  hasAutochangelog,
  hasAutorelease,
  macrosLeftBehind,
  replaceSection,
  sections,
  insertTagBefore,
  setRawRelease,
  setTag,
  splitRelease,
  tags,
  updateVersion,
} from '../../spec/index.ts';
import type { Evaluate, Evaluation, Section, SpecDocument } from '../../spec/index.ts';
import type { Warning } from '../../ui.ts';
import { prereleaseRegex } from '../version/index.ts';
import { newRelease } from './release.ts';
import type { ReleaseFacts } from './release.ts';

export interface SpecMerge {
  upstream: SpecDocument;
  /** Absent for a package whose dist-git has no spec yet: upstream's takes its place. */
  distGit: SpecDocument | undefined;
  version: string;
  /** Answers for upstream's spec and for the merged one. */
  evaluate: Evaluate;
  /** Answers for dist-git's spec. Default: `evaluate`. */
  evaluateDistGit?: Evaluate;
  /** `parse_time_macros`. */
  macros?: Record<string, string>;
  /** The text of the new entry, escaped. Absent: no entry. */
  changelog?: { lines: readonly string[]; author: string; date: string };
  prereleasePattern?: string | undefined;
  prereleaseMacro?: string | undefined;
}

export interface MergedSpec {
  spec: SpecDocument;
  warnings: Warning[];
}

/**
 * Upstream's content with dist-git's `%changelog`, the new version, a release by the rules of
 * `newRelease`, and a new changelog entry (none where dist-git uses `%autochangelog`).
 * @throws PackitError `SPEC_RELEASE_MISSING`, and what the spec library throws
 */
export async function mergeSpecs(merge: SpecMerge): Promise<MergedSpec> {
  const warnings: Warning[] = [];
  const distGit = merge.distGit ?? merge.upstream;
  const upstreamFacts = await releaseFacts(merge.upstream, merge.evaluate, merge.macros);
  const distGitFacts =
    merge.distGit === undefined
      ? upstreamFacts
      : (plainRelease(merge.distGit) ??
        (await releaseFacts(merge.distGit, merge.evaluateDistGit ?? merge.evaluate, merge.macros)));
  if (distGitFacts.autorelease !== upstreamFacts.autorelease) {
    warnings.push({
      code: 'AUTORELEASE_DIFFERS',
      message: distGitFacts.autorelease
        ? "The spec in dist-git uses %autorelease, upstream's does not"
        : 'The upstream spec uses %autorelease, the one in dist-git does not',
      hint: 'Consider using the same in both.',
    });
  }
  const release = newRelease(distGitFacts, upstreamFacts, merge.version);

  let spec = await setNewVersion(merge.upstream, merge, warnings);
  if (merge.distGit !== undefined) spec = keepEpoch(spec, merge.distGit, warnings);
  spec = setRawRelease(spec, release, { evaluation: await evaluated(spec, merge) });
  // A package that keeps no changelog anywhere gets none.
  const hasChangelog = [merge.upstream, distGit].some((doc) => changelogSection(doc) !== undefined);
  const addsEntry =
    hasChangelog &&
    merge.changelog !== undefined &&
    !(merge.distGit !== undefined && hasAutochangelog(merge.distGit));
  const evr = addsEntry ? changelogEvr(spec, await evaluated(spec, merge)) : undefined;
  // Last: nothing that dist-git wrote is in what was evaluated.
  if (hasChangelog) spec = replaceSection(spec, 'changelog', changelogLines(distGit));
  if (addsEntry && merge.changelog !== undefined) spec = addChangelogEntry(spec, { ...merge.changelog, evr });
  return { spec, warnings };
}

/**
 * An Epoch can never go down again: dist-git's stays where upstream has none or a lower one. Epochs that are no plain
 * number are left to people.
 * Source: Fedora's versioning guidelines, "Epoch".
 */
function keepEpoch(spec: SpecDocument, distGit: SpecDocument, warnings: Warning[]): SpecDocument {
  const theirs = findTag(distGit, 'epoch')?.value.trim();
  const tag = findTag(spec, 'epoch');
  const ours = tag?.value.trim() ?? '0';
  if (
    theirs === undefined ||
    !/^\d+$/.test(theirs) ||
    !/^\d+$/.test(ours) ||
    Number(ours) >= Number(theirs)
  ) {
    return spec;
  }
  warnings.push({
    code: 'EPOCH_KEPT',
    message: `dist-git has Epoch ${theirs}, upstream's spec ${tag === undefined ? 'none' : ours}: dist-git's is kept, as it can never go down`,
    hint: `Put "Epoch: ${theirs}" into the upstream spec.`,
  });
  if (tag !== undefined) return setTag(spec, 'epoch', theirs);
  const version = findTag(spec, 'version');
  return version === undefined ? spec : insertTagBefore(spec, version, 'Epoch', theirs);
}

async function setNewVersion(
  spec: SpecDocument,
  merge: SpecMerge,
  warnings: Warning[],
): Promise<SpecDocument> {
  const base = { evaluate: merge.evaluate, ...(merge.macros === undefined ? {} : { macros: merge.macros }) };
  try {
    const edited = await updateVersion(spec, merge.version, {
      ...base,
      prereleasePattern: prereleaseRegex(merge.prereleasePattern),
      prereleaseMacro: merge.prereleaseMacro,
    });
    const left = macrosLeftBehind(spec, edited).map(({ name }) => `%{${name}}`);
    if (left.length > 0) {
      warnings.push({
        code: 'SPEC_VERSION_HALF_CHANGED',
        message: `Version is not built from ${left.join(', ')} any more, but a source or the directory in %prep still is`,
        hint: 'If a macro is defined for pre-releases only, set prerelease_suffix_macro in the configuration.',
      });
    }
    return edited;
  } catch (error) {
    if (!isPackitError(error) || !/PATTERN|REGEX/.test(error.code)) throw error;
    warnings.push({
      code: 'PRERELEASE_PATTERN_INVALID',
      message: `prerelease_suffix_pattern is not used: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return updateVersion(spec, merge.version, base);
  }
}

function evaluated(
  spec: SpecDocument,
  merge: SpecMerge,
  expressions: readonly string[] = [],
): Promise<Evaluation> {
  return evaluateSpec(spec, merge.evaluate, {
    expressions,
    ...(merge.macros === undefined ? {} : { macros: merge.macros }),
  });
}

/** Without a question to rpm, where there is one Release and nothing in it to expand. */
function plainRelease(spec: SpecDocument): ReleaseFacts | undefined {
  const [only, ...others] = tags(spec).filter(({ key }) => key === 'release');
  if (only === undefined || others.length > 0) return undefined;
  const { release } = splitRelease(only.value);
  const autorelease = hasAutorelease(spec);
  if (!autorelease && release.includes('%')) return undefined;
  return { raw: only.value, expanded: release, autorelease };
}

async function releaseFacts(
  spec: SpecDocument,
  evaluate: Evaluate,
  macros: Record<string, string> | undefined,
): Promise<ReleaseFacts & { version: string }> {
  const first = findTag(spec, 'release');
  const guess = first === undefined ? undefined : splitRelease(first.value).release;
  const expressions = ['%{version}', ...(guess === undefined ? [] : [guess])];
  const evaluation = await evaluateSpec(spec, evaluate, {
    expressions,
    ...(macros === undefined ? {} : { macros }),
  });
  const tag = findTag(spec, 'release', evaluation) ?? first;
  if (tag === undefined) {
    throw new PackitError('SPEC_RELEASE_MISSING', 'The spec file has no Release', {
      hint: 'Add a line such as "Release: 1%{?dist}".',
    });
  }
  const written = splitRelease(tag.value).release;
  return {
    raw: tag.value,
    expanded: evaluation.values.get(written) ?? written,
    autorelease: hasAutorelease(spec),
    version: evaluation.values.get('%{version}') ?? findTag(spec, 'version', evaluation)?.value ?? '',
  };
}

function changelogLines(spec: SpecDocument): readonly string[] {
  const section = changelogSection(spec);
  return section === undefined ? [] : spec.lines.slice(section.content.start, section.content.end);
}

function changelogSection(spec: SpecDocument): Section | undefined {
  return sections(spec).find(({ id }) => id.toLowerCase() === 'changelog');
}

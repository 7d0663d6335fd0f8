/** The facts and edits which the reference recorded, made with the spec library. */
import {
  addChangelogEntry,
  addPatch,
  changelog,
  changelogEvr,
  type Evaluate,
  type Evaluation,
  evaluateSpec,
  expandedRelease,
  findTag,
  hasAutochangelog,
  hasAutorelease,
  patches,
  PRERELEASE_PATTERN,
  sections,
  setPrepName,
  setRawRelease,
  setRelease,
  setSource,
  setVersion,
  type Source,
  sources,
  type SpecDocument,
  splitRelease,
  updateVersion,
} from '../../src/spec/index.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function facts(doc: SpecDocument, evaluation: Evaluation): Record<string, Json> {
  const name = findTag(doc, 'name', evaluation);
  const version = findTag(doc, 'version', evaluation);
  const release = findTag(doc, 'release', evaluation);
  const entries = changelog(doc);
  return {
    name: (name && evaluation.values.get(name.value)) ?? null,
    version: version?.value ?? null,
    expanded_version: (version && evaluation.values.get(version.value)) ?? null,
    release: release ? splitRelease(release.value).release : null,
    raw_release: release?.value ?? null,
    expanded_release: expandedRelease(doc, evaluation) ?? null,
    autorelease: hasAutorelease(doc, evaluation),
    autochangelog: hasAutochangelog(doc),
    sources: sources(doc, evaluation).map(sourceFacts),
    patches: patches(doc, evaluation).map(sourceFacts),
    sections: sections(doc).map(({ id }) => id),
    changelog: entries?.slice(0, 3).map(({ header, evr }) => ({ header, evr: evr ?? null })) ?? null,
  };
}

function sourceFacts(source: Source): Json {
  return {
    number: source.number,
    location: source.location,
    expanded: source.expanded ?? null,
    filename: source.filename,
    remote: source.remote,
    valid: source.valid ?? null,
  };
}

type Operation = (doc: SpecDocument, evaluate: Evaluate) => Promise<SpecDocument>;

const LINES = ['- Update to version 9.8.7', '- Resolves: rhbz#1234567'];
const AUTHOR = 'Jane Doe <jane@example.com>';

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  set_version: async (doc, evaluate) => setVersion(doc, '9.8.7', await evaluated(doc, evaluate)),
  update_version: (doc, evaluate) =>
    updateVersion(doc, '9.8.7', { evaluate, prereleasePattern: PRERELEASE_PATTERN }),
  update_version_rc: (doc, evaluate) =>
    updateVersion(doc, '9.8.7rc2', { evaluate, prereleasePattern: PRERELEASE_PATTERN }),
  set_release: async (doc, evaluate) =>
    setRelease(doc, '7.20240229.main.3.gabc1234', await evaluated(doc, evaluate)),
  set_raw_release: async (doc, evaluate) => setRawRelease(doc, '1%{?dist}', await evaluated(doc, evaluate)),
  add_changelog: async (doc, evaluate) => {
    const { evaluation } = await evaluated(doc, evaluate);
    const evr = changelogEvr(doc, evaluation);
    return addChangelogEntry(doc, { lines: LINES, author: AUTHOR, date: '2024-02-29', evr });
  },
  // The recording left specs without that number alone.
  set_source0: async (doc, evaluate) =>
    sources(doc).some(({ number }) => number === 0)
      ? setSource(doc, 0, 'upstream-9.8.7.tar.gz', await evaluated(doc, evaluate))
      : doc,
  add_patch: async (doc) =>
    addPatch(doc, { location: 'fix-build.patch', comment: ['Fix the build', `Author: ${AUTHOR}`] }),
  set_prep_n: async (doc) => setPrepName(doc, 'upstream-9.8.7'),
};

async function evaluated(doc: SpecDocument, evaluate: Evaluate): Promise<{ evaluation: Evaluation }> {
  return { evaluation: await evaluateSpec(doc, evaluate) };
}

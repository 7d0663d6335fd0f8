export { formatTemplate } from './format.ts';
export { comparePep440, isPrerelease, parsePep440 } from './pep440.ts';
export type { Pep440Version } from './pep440.ts';
export { pythonRegex } from './python-regex.ts';
export type { PythonRegexOptions } from './python-regex.ts';
export {
  chooseReleaseSuffix,
  leadingReleaseNumber,
  releaseWithSuffix,
  withDist,
  withVersionSuffix,
} from './release.ts';
export type { ReleaseParts, ReleaseSuffixChoice } from './release.ts';
export { compareEvr, compareRpmVersions, parseEvr } from './rpm-order.ts';
export type { Evr, Order } from './rpm-order.ts';
export { sanitizeBranchName, sanitizeVersion } from './sanitize.ts';
export { branchForFileName, snapshotBranch, snapshotId, timestamp } from './snapshot.ts';
export type { SnapshotState } from './snapshot.ts';
export { checkSpecifiers, satisfiesSpecifiers } from './specifiers.ts';
export { tagFromVersion, templateOfTag, versionFromTag } from './tag-template.ts';
export type { TagRules } from './tag-template.ts';
export { chooseTag, filterTags, lastTag, passedOverNotice, tagVersions } from './tags.ts';
export type { KnownTag, TagChoice, TagVersion } from './tags.ts';
export {
  markPrerelease,
  maskAllows,
  prereleaseRegex,
  specifiersRefuse,
} from './update-rules.ts';

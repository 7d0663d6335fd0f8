/** May this version go to this branch? Pure. */
import {
  compareRpmVersions,
  maskAllows,
  markPrerelease,
  specifiersRefuse,
} from '../../project/version/index.ts';

export interface BranchFacts {
  branch: string;
  /** The package was retired there: dist-git has a `dead.package`. */
  retired: boolean;
  /** Version of the spec in dist-git, expanded; absent if there is no spec yet. */
  distGitVersion: string | undefined;
}

export interface RuleSettings {
  version: string;
  version_update_mask?: string | null | undefined;
  version_update_specifiers?: string | null | undefined;
  prerelease_suffix_pattern?: string | null | undefined;
  /** Branches the mask is for: branched Fedora and EPEL ones. */
  maskedBranches: ReadonlySet<string>;
  /** Proposes a version that is already there, or a lower one. */
  force: boolean;
}

export interface Skip {
  code: 'RETIRED' | 'DOWNGRADE' | 'UP_TO_DATE' | 'MASK' | 'SPECIFIERS';
  reason: string;
}

/** What can be told before any action ran: is the branch alive, and older than the release? */
export function skipEarly(facts: BranchFacts, settings: RuleSettings): Skip | undefined {
  if (facts.retired) {
    return { code: 'RETIRED', reason: `the package is retired in ${facts.branch} (dead.package)` };
  }
  const present = facts.distGitVersion;
  if (present === undefined) return undefined;
  if (settings.force) return undefined;
  // What decides for those who have the package is rpm's order of what the specs say.
  const version = marked(settings);
  const order = compareRpmVersions(version, present);
  if (order < 0) {
    return {
      code: 'DOWNGRADE',
      reason: `dist-git has version ${present}, which rpm takes for higher than ${version}: nobody would get it without an Epoch (-f proposes it all the same)`,
    };
  }
  if (order > 0) return undefined;
  const same = present === version || present === settings.version ? '' : `, the same to rpm as ${version}`;
  return { code: 'UP_TO_DATE', reason: `dist-git already has version ${present}${same}` };
}

/** `version_update_mask` and `version_update_specifiers`. */
export function skipByPolicy(facts: BranchFacts, settings: RuleSettings): Skip | undefined {
  const { version, version_update_mask: mask } = settings;
  const present = facts.distGitVersion;
  if (
    present !== undefined &&
    settings.maskedBranches.has(facts.branch) &&
    !maskAllows(mask, present, version)
  ) {
    return {
      code: 'MASK',
      reason: `version_update_mask "${mask}" keeps ${facts.branch} at ${present}: ${version} differs in the masked part`,
    };
  }
  const refusal = specifiersRefuse(settings.version_update_specifiers, version);
  return refusal === undefined ? undefined : { code: 'SPECIFIERS', reason: refusal };
}

function marked(settings: RuleSettings): string {
  try {
    return markPrerelease(settings.version, settings.prerelease_suffix_pattern).version;
  } catch {
    // A pattern that cannot be used is reported where the spec is edited.
    return settings.version;
  }
}

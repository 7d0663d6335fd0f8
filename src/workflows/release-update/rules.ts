/** May this version go to this branch? Pure. */
import {
  compareVersions,
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
  /** Proposes a version again that is already there. */
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
  const order = compareVersions(settings.version, present.replaceAll('~', ''));
  if (order < 0 && !isSame(present, settings)) {
    return {
      code: 'DOWNGRADE',
      reason: `dist-git has version ${present}, which is higher than ${settings.version}`,
    };
  }
  if (isSame(present, settings) && !settings.force) {
    return { code: 'UP_TO_DATE', reason: `dist-git already has version ${present}` };
  }
  return undefined;
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

function isSame(present: string, settings: RuleSettings): boolean {
  return present === settings.version || present === marked(settings);
}

function marked(settings: RuleSettings): string {
  try {
    return markPrerelease(settings.version, settings.prerelease_suffix_pattern).version;
  } catch {
    // A pattern that cannot be used is reported where the spec is edited.
    return settings.version;
  }
}

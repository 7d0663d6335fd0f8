/** What matters of a spec's Release when two specs are brought together. */
export interface ReleaseFacts {
  /** As written: `3%{?dist}`, `%autorelease -b 2`. */
  raw: string;
  /** Without the distribution, expanded: `3`. */
  expanded: string;
  /** `%autorelease` in any spelling. */
  autorelease: boolean;
}

/** What would run in upstream's spec, though others wrote it. */
const CODE = /%\(|%\{?[?!]*(?:lua|include|load)\b/;

export const INITIAL_RELEASE = '1%{?dist}';

/**
 * The Release dist-git gets with a new version. `%autorelease` of dist-git stays, in upstream's spelling
 * where upstream has it too; a release of upstream counts only if its spec is for this very version and it is
 * not the one dist-git had; everything else starts again at 1.
 * @param upstream also the version its spec is for, expanded
 */
export function newRelease(
  distGit: ReleaseFacts,
  upstream: ReleaseFacts & { version: string },
  version: string,
): string {
  if (distGit.autorelease) {
    if (upstream.autorelease) return upstream.raw;
    return CODE.test(distGit.raw) ? '%autorelease' : distGit.raw;
  }
  if (upstream.autorelease) return INITIAL_RELEASE;
  if (upstream.version !== version) return INITIAL_RELEASE;
  if (upstream.expanded === distGit.expanded) return INITIAL_RELEASE;
  return upstream.raw;
}

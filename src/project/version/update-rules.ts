import { PackitError, isPackitError } from '../../errors.ts';
import { findsNothing } from '../prerelease-pattern.ts';
import { parsePep440 } from './pep440.ts';
import { pythonRegex } from './python-regex.ts';
import { satisfiesSpecifiers } from './specifiers.ts';

/**
 * `version_update_mask`: false only if the mask matches the start of both versions and the matched
 * texts differ. Which branches it is for is the caller's affair.
 * @throws PackitError `REGEX_INVALID`
 */
export function maskAllows(mask: string | null | undefined, current: string, proposed: string): boolean {
  if (mask === undefined || mask === null || mask === '') return true;
  const regex = pythonRegex(mask, { name: 'version_update_mask' });
  const before = regex.exec(current)?.[0];
  const after = regex.exec(proposed)?.[0];
  return before === undefined || after === undefined || before === after;
}

/** `version_update_specifiers`: the reason why a version is not allowed, or undefined if it is. */
export function specifiersRefuse(
  specifiers: string | null | undefined,
  proposed: string,
): string | undefined {
  if (specifiers === undefined || specifiers === null || specifiers === '') return undefined;
  try {
    if (satisfiesSpecifiers(proposed, specifiers)) return undefined;
  } catch (error) {
    if (isPackitError(error)) return `version_update_specifiers "${specifiers}": ${error.message}`;
    throw error;
  }
  return parsePep440(proposed) === undefined
    ? `version ${proposed} is not a version by PEP 440, which version_update_specifiers "${specifiers}" needs`
    : `version ${proposed} does not satisfy version_update_specifiers "${specifiers}"`;
}

/**
 * The whole of a pre-release version as `prerelease_suffix_pattern` says it, matched within a time limit; undefined without a pattern.
 * @throws PackitError `REGEX_INVALID`
 */
export function prereleaseRegex(pattern: string | null | undefined): RegExp | undefined {
  if (pattern === undefined || pattern === null || pattern === '') return undefined;
  return pythonRegex(`^.*?${pattern}$`, { ignoreCase: true, name: 'prerelease_suffix_pattern' });
}

/**
 * Marks a pre-release for rpm: `1.0rc1`, `1.0-rc1` become `1.0~rc1`. The first group of the pattern
 * is the delimiter that `~` replaces.
 * @throws PackitError `REGEX_INVALID`
 */
export function markPrerelease(
  version: string,
  pattern: string | null | undefined,
): { version: string; prerelease: boolean } {
  if (pattern !== undefined && pattern !== null && findsNothing(pattern, version)) {
    return { version, prerelease: false };
  }
  const regex = prereleaseRegex(pattern);
  if (regex === undefined) return { version, prerelease: false };
  const match = regex.exec(version);
  if (match === null) return { version, prerelease: false };
  const span = match.indices?.[1];
  if (match.length < 2 || span === undefined) {
    throw new PackitError(
      'REGEX_INVALID',
      `prerelease_suffix_pattern "${pattern}" has no group for the delimiter`,
      {
        hint: 'Its first group must be what stands between version and suffix, and may be empty: ([.\\-_~^]?)(alpha|beta|rc)(\\d+)?',
      },
    );
  }
  return { version: `${version.slice(0, span[0])}~${version.slice(span[1])}`, prerelease: true };
}

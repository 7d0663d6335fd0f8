import { PackitError } from '../../errors.ts';
import { comparePep440, comparePublic, isPrerelease, parsePep440 } from './pep440.ts';
import type { Pep440Version } from './pep440.ts';

type Operator = '===' | '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>';

interface Specifier {
  operator: Operator;
  text: string;
  wildcard: boolean;
  version: Pep440Version | undefined;
}

/**
 * True if the version satisfies every specifier of a comma-separated set (`>=1.0, <2.0`). A
 * pre-release counts like any other version: it is the only candidate there is. False for what is
 * not a version by PEP 440.
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/
 * @throws PackitError `SPECIFIERS_INVALID`
 */
export function satisfiesSpecifiers(version: string, specifiers: string): boolean {
  const set = parseSpecifiers(specifiers);
  const parsed = parsePep440(version);
  if (set.length === 0) return parsed !== undefined;
  return set.every((specifier) => {
    if (specifier.operator === '===') return specifier.text.toLowerCase() === version.toLowerCase();
    return parsed !== undefined && matches(parsed, specifier);
  });
}

/** Throws if the text is not a set of specifiers. */
export function checkSpecifiers(specifiers: string): void {
  parseSpecifiers(specifiers);
}

function parseSpecifiers(text: string): Specifier[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseSpecifier(part));
}

function parseSpecifier(part: string): Specifier {
  const match = /^(===|~=|==|!=|<=|>=|<|>)\s*([^\s;)]*)$/.exec(part);
  const operator = match?.[1] as Operator | undefined;
  const text = match?.[2] ?? '';
  if (operator === undefined) throw invalid(part);
  if (operator === '===') return { operator, text, wildcard: false, version: undefined };
  const wildcard = text.endsWith('.*');
  const version = parsePep440(wildcard ? text.slice(0, -2) : text);
  if (version === undefined) throw invalid(part);
  const equality = operator === '==' || operator === '!=';
  const plainRelease = !isPrerelease(version) && version.post === undefined && version.local === undefined;
  if (wildcard && !(equality && plainRelease)) throw invalid(part);
  if (version.local !== undefined && !equality) throw invalid(part);
  if (operator === '~=' && version.release.length < 2) throw invalid(part);
  return { operator, text, wildcard, version };
}

function matches(candidate: Pep440Version, specifier: Specifier): boolean {
  const wanted = specifier.version;
  if (wanted === undefined) return false;
  switch (specifier.operator) {
    case '==':
      return specifier.wildcard ? startsWith(candidate, wanted) : equals(candidate, wanted);
    case '!=':
      return !(specifier.wildcard ? startsWith(candidate, wanted) : equals(candidate, wanted));
    case '>=':
      return comparePublic(candidate, wanted) >= 0;
    case '<=':
      return comparePublic(candidate, wanted) <= 0;
    case '~=':
      return (
        comparePublic(candidate, wanted) >= 0 &&
        startsWith(candidate, { ...wanted, release: wanted.release.slice(0, -1) })
      );
    case '<':
      return (
        comparePublic(candidate, wanted) < 0 &&
        !(!isPrerelease(wanted) && isPrerelease(candidate) && isPrereleaseOf(candidate, wanted))
      );
    case '>':
      return comparePublic(candidate, wanted) > 0 && !isPostReleaseOf(candidate, wanted);
    case '===':
    default:
      return false;
  }
}

/** `==V`: a local version counts only if the specifier has one. */
function equals(candidate: Pep440Version, wanted: Pep440Version): boolean {
  return (
    (wanted.local === undefined ? comparePublic(candidate, wanted) : comparePep440(candidate, wanted)) === 0
  );
}

/** `==V.*`: the epoch and the leading release numbers are the same. */
function startsWith(candidate: Pep440Version, prefix: Pep440Version): boolean {
  return (
    candidate.epoch === prefix.epoch &&
    prefix.release.every((number, index) => number === (candidate.release[index] ?? 0n))
  );
}

/** `<V` leaves out V's own pre-releases (and those of V.postN for V.postN). */
function isPrereleaseOf(candidate: Pep440Version, wanted: Pep440Version): boolean {
  const bound: Pep440Version = { ...wanted, dev: 0n, local: undefined };
  return comparePublic(candidate, bound) >= 0;
}

/** `>V` leaves out V's own post-releases unless V is one, and the dev releases before the next. */
function isPostReleaseOf(candidate: Pep440Version, wanted: Pep440Version): boolean {
  if (wanted.dev !== undefined || wanted.post !== undefined) return false;
  if (candidate.post === undefined) return false;
  return comparePublic({ ...candidate, post: undefined, dev: undefined }, wanted) === 0;
}

function invalid(part: string): PackitError {
  return new PackitError('SPECIFIERS_INVALID', `"${part}" is not a version specifier`, {
    hint: 'Write version_update_specifiers as PEP 440 has it: an operator (~= == != <= >= < >) and a version, several of them separated by commas, such as ">=3.11.0, <3.12.0".',
  });
}

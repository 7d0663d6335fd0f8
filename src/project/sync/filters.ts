/**
 * rsync filter rules (its manual, section FILTER RULES): the first rule that matches a name decides.
 * Rules of a side of its own: `hide` and `show` say what is sent, `protect` and `risk` what may be
 * deleted; `exclude` and `include` do both.
 */
import { PackitError } from '../../errors.ts';
import { bounded } from '../bounded-regex.ts';
import { hasWildcard, literal, wildcardSource } from './wildmatch.ts';

export interface FilterRule {
  include: boolean;
  sender: boolean;
  receiver: boolean;
  matches(name: string, isDirectory: boolean): boolean;
}

type Side = 'sender' | 'receiver';

const KINDS: Readonly<Record<string, { include: boolean; side?: Side }>> = {
  '-': { include: false },
  '+': { include: true },
  exclude: { include: false },
  include: { include: true },
  H: { include: false, side: 'sender' },
  hide: { include: false, side: 'sender' },
  S: { include: true, side: 'sender' },
  show: { include: true, side: 'sender' },
  P: { include: false, side: 'receiver' },
  protect: { include: false, side: 'receiver' },
  R: { include: true, side: 'receiver' },
  risk: { include: true, side: 'receiver' },
};

/**
 * Understands a list of filter rules. `clear` (`!`) forgets the rules before it.
 * @throws PackitError `SYNC_FILTER_INVALID`
 */
export function parseFilters(texts: readonly string[]): FilterRule[] {
  let rules: FilterRule[] = [];
  for (const text of texts) {
    if (/^(?:!|clear)\s*$/.test(text)) rules = [];
    else rules.push(parseRule(text));
  }
  return rules;
}

/** True if the rules keep `name` (relative to the root of the transfer) from being sent, or from being deleted. */
export function isExcluded(
  rules: readonly FilterRule[],
  side: Side,
  name: string,
  isDirectory: boolean,
): boolean {
  const rule = rules.find((candidate) => candidate[side] && candidate.matches(name, isDirectory));
  return rule !== undefined && !rule.include;
}

function parseRule(text: string): FilterRule {
  const match =
    /^([-+HSPR]),?([/!Csrpx]*)[ _](.+)$/s.exec(text) ??
    /^(exclude|include|hide|show|protect|risk)(?:,([/!Csrpx]*))?[ _](.+)$/s.exec(text);
  const kind = match === null ? undefined : KINDS[match[1] ?? ''];
  const pattern = match?.[3];
  if (match === null || kind === undefined || pattern === undefined) throw invalid(text);
  const modifiers = match[2] ?? '';
  if (/[Cx/]/.test(modifiers)) throw invalid(text);
  const side: Side | undefined =
    kind.side ??
    (modifiers.includes('s') === modifiers.includes('r')
      ? undefined
      : modifiers.includes('s')
        ? 'sender'
        : 'receiver');
  const matches = compilePattern(pattern);
  const negated = modifiers.includes('!');
  return {
    include: kind.include,
    sender: side !== 'receiver',
    receiver: side !== 'sender',
    matches: (name, isDirectory) => matches(name, isDirectory) !== negated,
  };
}

function invalid(text: string): PackitError {
  return new PackitError('SYNC_FILTER_INVALID', `Not a filter rule packit can follow: ${text}`, {
    hint: 'In files_to_sync, write filters as "- PATTERN", "+ PATTERN", "protect PATTERN", "hide PATTERN", "show PATTERN" or "risk PATTERN".',
  });
}

function compilePattern(written: string): FilterRule['matches'] {
  const directoryOnly = written.length > 1 && written.endsWith('/');
  const pattern = directoryOnly ? written.slice(0, -1) : written;
  const anchored = pattern.startsWith('/');
  const body = anchored ? pattern.slice(1) : pattern;
  const slashes = pattern.split('/').length - 1;
  const wild = hasWildcard(pattern);
  const deep = wild && pattern.includes('**');
  const source = wild ? wildcardSource(body) : literal(body);
  // Without a slash or `**`, the last component alone is looked at.
  const nameOnly = slashes === 0 && !deep;
  const deepPrefix = deep && pattern.startsWith('**');
  const matchesSelf = deep && pattern.endsWith('***');
  // Not anchored: the pattern may also begin after any slash.
  const start = anchored || deepPrefix || nameOnly ? '^' : '(?:^|/)';
  const expression = bounded(new RegExp(`${start}(?:${source})$`, 'u'), `The filter "${written}"`);

  return (name, isDirectory) => {
    if (directoryOnly && !isDirectory) return false;
    const subject = nameOnly ? name.slice(name.lastIndexOf('/') + 1) : name;
    const text = `${deepPrefix && !nameOnly ? '/' : ''}${subject}${isDirectory && matchesSelf ? '/' : ''}`;
    return expression.test(text);
  };
}

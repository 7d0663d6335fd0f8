import { inTime, isRisky } from '../bounded-regex.ts';
import { pythonRegex } from './python-regex.ts';
import { versionFromTag } from './tag-template.ts';
import type { TagRules } from './tag-template.ts';

/** The tags that pass `upstream_tag_include` and `upstream_tag_exclude` (Python's `re.match`), in their order. */
export function filterTags(tags: readonly string[], rules: TagRules): string[] {
  const include = regexOf('upstream_tag_include', rules.upstream_tag_include);
  const exclude = regexOf('upstream_tag_exclude', rules.upstream_tag_exclude);
  const passes = (tag: string): boolean => (include?.test(tag) ?? true) && !(exclude?.test(tag) ?? false);
  const risky = [include, exclude].some((regex) => regex !== undefined && isRisky(regex.source));
  if (!risky) return tags.filter(passes);
  return inTime(`upstream_tag_include or upstream_tag_exclude (with ${tags.length} tags)`, () =>
    tags.filter(passes),
  );
}

export interface TagChoice {
  tag: string;
  version: string;
  /** Newer tags that do not fit `upstream_tag_template`, newest first. */
  passedOver: string[];
}

/**
 * The newest tag that passes the filters and fits the template, with its version.
 * @param tags newest first (`git tag --list --sort=-creatordate`)
 * @throws PackitError `TAG_TEMPLATE_WITHOUT_VERSION`, `REGEX_INVALID`
 */
export function chooseTag(tags: readonly string[], rules: TagRules): TagChoice | undefined {
  const candidates = filterTags(tags, rules);
  return choose(candidates, rules, false) ?? choose(candidates, rules, true);
}

function choose(tags: readonly string[], rules: TagRules, anyName: boolean): TagChoice | undefined {
  for (const [index, tag] of tags.entries()) {
    const version = versionFromTag(tag, rules, anyName);
    if (version !== undefined) return { tag, version, passedOver: tags.slice(0, index) };
  }
  return undefined;
}

/**
 * The newest tag that passes the filters, whatever the template says.
 * @param before only tags older than this one; unknown: no tag, as in the reference
 */
export function lastTag(tags: readonly string[], rules: TagRules, before?: string): string | undefined {
  if (before === undefined) return filterTags(tags, rules)[0];
  const index = tags.indexOf(before);
  return index < 0 ? undefined : filterTags(tags.slice(index + 1), rules)[0];
}

/** One line on tags that were passed over, or undefined. */
export function passedOverNotice(choice: TagChoice, rules: TagRules): string | undefined {
  const count = choice.passedOver.length;
  if (count === 0) return undefined;
  const shown = choice.passedOver.slice(0, 3).join(', ') + (count > 3 ? `, and ${count - 3} more` : '');
  return `Taking the version from tag ${choice.tag}: newer tags do not fit upstream_tag_template "${rules.upstream_tag_template}": ${shown}`;
}

function regexOf(name: string, pattern: string | null | undefined): RegExp | undefined {
  return pattern === undefined || pattern === null || pattern === ''
    ? undefined
    : pythonRegex(pattern, { name });
}

import { inTime, isRisky } from '../bounded-regex.ts';
import { pythonRegex } from './python-regex.ts';
import { compareRpmVersions } from './rpm-order.ts';
import { sanitizeVersion } from './sanitize.ts';
import { versionFromTag } from './tag-template.ts';
import type { TagRules } from './tag-template.ts';
import { markPrerelease } from './update-rules.ts';

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

/** A tag as git or a forge knows it. */
export interface KnownTag {
  name: string;
  /** What it names; tags without it are taken for tags of different commits. */
  commit?: string;
}

export interface TagVersion extends KnownTag {
  version: string;
}

/**
 * The tags that pass the filters and fit the template, with their versions, in their order. Where none has this package's name
 * in the place of `{upstream_package_name}`, those with any name.
 * @throws PackitError `TAG_TEMPLATE_WITHOUT_VERSION`, `REGEX_INVALID`
 */
export function tagVersions(tags: readonly KnownTag[], rules: TagRules): TagVersion[] {
  const passing = new Set(
    filterTags(
      tags.map(({ name }) => name),
      rules,
    ),
  );
  const candidates = tags.filter(({ name }) => passing.has(name));
  for (const anyName of [false, true]) {
    const fitting = candidates.flatMap((tag) => {
      const version = versionFromTag(tag.name, rules, anyName);
      return version === undefined ? [] : [{ ...tag, version }];
    });
    if (fitting.length > 0) return fitting;
  }
  return [];
}

export interface TagChoice {
  tag: string;
  version: string;
  /** Newer tags that do not fit `upstream_tag_template`, newest first. */
  passedOver: string[];
}

/**
 * The tag that tells the version: of the tags that pass the filters and fit the template the newest, or `nearest`; where several
 * of them name its commit (`v1`, `v1.2` and `v1.2.3`), the one with the highest version.
 * @param tags newest first (`git tag --list --sort=-creatordate`)
 * @param nearest name of a tag that is to count as the newest
 * @throws PackitError `TAG_TEMPLATE_WITHOUT_VERSION`, `REGEX_INVALID`
 */
export function chooseTag(
  tags: readonly KnownTag[],
  rules: TagRules & { prerelease_suffix_pattern?: string | null },
  nearest?: string,
): TagChoice | undefined {
  const fitting = tagVersions(tags, rules);
  const first = fitting.find(({ name }) => name === nearest) ?? fitting[0];
  if (first === undefined) return undefined;
  const rpmForm = ({ version }: TagVersion): string =>
    sanitizeVersion(markPrerelease(version, rules.prerelease_suffix_pattern).version);
  const best = fitting
    .filter(({ commit }) => commit !== undefined && commit === first.commit)
    .reduce((a, b) => (compareRpmVersions(rpmForm(b), rpmForm(a)) > 0 ? b : a), first);
  const names = tags.map(({ name }) => name);
  const newer = filterTags(names.slice(0, names.indexOf(first.name)), rules);
  const fit = new Set(fitting.map(({ name }) => name));
  return { tag: best.name, version: best.version, passedOver: newer.filter((name) => !fit.has(name)) };
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

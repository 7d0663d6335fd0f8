import { PackitError } from '../../errors.ts';
import { bounded } from '../bounded-regex.ts';
import { formatTemplate } from './format.ts';
import { pythonRegex } from './python-regex.ts';

/** The configuration keys that say how tags and versions belong together. */
export interface TagRules {
  upstream_tag_template: string;
  upstream_package_name?: string | null;
  upstream_tag_include?: string | null;
  upstream_tag_exclude?: string | null;
}

const FIELD = /\{(.*?)\}/g;

/**
 * The tag of a version by `upstream_tag_template`. A template without `{version}` names one tag for
 * all versions, as in the reference.
 * @throws PackitError `TEMPLATE_INVALID`
 */
export function tagFromVersion(version: string, rules: TagRules): string {
  return formatTemplate(
    rules.upstream_tag_template,
    { version, upstream_package_name: rules.upstream_package_name ?? '' },
    'upstream_tag_template',
  );
}

/**
 * The version in a tag, or undefined if the tag does not fit the template.
 *
 * The template is first taken by the letter; where that fails, its text is a regular expression that
 * must match from the start of the tag, which is how the reference reads it. With `anyName`,
 * `{upstream_package_name}` stands for any text (the reference again), else for the name.
 * @throws PackitError `TAG_TEMPLATE_WITHOUT_VERSION`
 */
export function versionFromTag(tag: string, rules: TagRules, anyName = false): string | undefined {
  const template = rules.upstream_tag_template;
  if (!template.includes('{version}')) throw withoutVersion(template);
  const name = anyName ? undefined : (rules.upstream_package_name ?? undefined);
  const found = exact(template, name).exec(tag) ?? loose(template, name)?.exec(tag);
  const version = found?.groups?.version;
  return version === undefined || version === '' ? undefined : version;
}

/** A word, and after it a version: `v1.2`, `hello-1.2`, `release_3`. */
const TAG_SHAPE = /^(|.*?[^\d.])(\d+(?:\.\d+)+(?:[a-z0-9.~-]*)|\d+)$/i;

/** The `upstream_tag_template` a tag looks made by, `v{version}`; `{version}` for a plain version, undefined for anything else. */
export function templateOfTag(tag: string): string | undefined {
  const prefix = TAG_SHAPE.exec(tag)?.[1];
  return prefix === undefined || /[{}]/.test(prefix) ? undefined : `${prefix}{version}`;
}

function exact(template: string, name: string | undefined): RegExp {
  const source = fill(template, name, escapeRegex);
  return bounded(new RegExp(`^${source}$`, 'su'), `upstream_tag_template "${template}"`);
}

function loose(template: string, name: string | undefined): RegExp | undefined {
  try {
    return pythonRegex(fill(template, name, (text) => text).replaceAll('(?<version>', '(?P<version>'));
  } catch {
    // The template's text is not a regular expression (`c++-{version}`): only the exact reading is left.
    return undefined;
  }
}

function fill(template: string, name: string | undefined, text: (value: string) => string): string {
  let seen = false;
  return template
    .split(FIELD)
    .map((part, index) => {
      if (index % 2 === 0) return text(part);
      if (part === 'upstream_package_name' && name !== undefined) return escapeRegex(name);
      if (part !== 'version') return '.*';
      if (seen) return '.*';
      seen = true;
      return '(?<version>.*)';
    })
    .join('');
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function withoutVersion(template: string): PackitError {
  return new PackitError(
    'TAG_TEMPLATE_WITHOUT_VERSION',
    `No version can be read from a tag: upstream_tag_template "${template}" has no {version}`,
    {
      hint: 'Put {version} where the version stands in your tags (upstream_tag_template: "v{version}"), or give the version with a get-current-version action.',
    },
  );
}

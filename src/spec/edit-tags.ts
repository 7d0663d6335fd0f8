import { spliceLines } from './document.ts';
import { splitRelease } from './release.ts';
import { findTag, tags } from './tags.ts';
import type { Evaluation, SpecDocument, Tag } from './types.ts';
import { usesMacro } from './value.ts';
import { isTagInForce } from './in-force.ts';
import { macrosOf } from './macro-definitions.ts';
import { SpecError } from './spec-error.ts';

export interface EditOptions {
  /** Tells which of several tags in different branches of a condition is meant. */
  evaluation?: Evaluation | undefined;
}

/**
 * Gives the preamble's tag of that name another value; of several in different branches the one in
 * force, else the first. Blanks and comments stay.
 *
 * Throws `SPEC_TAG_MISSING`, or `SPEC_TAG_VALUE` for a value of several lines.
 */
export function setTag(
  doc: SpecDocument,
  name: string,
  value: string,
  options: EditOptions = {},
): SpecDocument {
  const tag = findTag(doc, name, options.evaluation);
  if (!tag) {
    throw new SpecError(
      `SPEC_${name.toUpperCase()}_MISSING`,
      `The spec file has no ${capitalize(name)} tag`,
      {
        hint: `Add a line "${capitalize(name)}: ${value}" to its first part.`,
      },
    );
  }
  return setTagValue(doc, tag, value);
}

/** Sets Version as it is; macros it was built from are left alone (see `updateVersion`). */
export function setVersion(doc: SpecDocument, version: string, options: EditOptions = {}): SpecDocument {
  checkVersion(version, 'Version', findTag(doc, 'version', options.evaluation)?.line);
  return setTag(doc, 'version', version, options);
}

/** Sets what stands before `%{?dist}`; a number after it goes away, `%autorelease` is replaced. */
export function setRelease(doc: SpecDocument, release: string, options: EditOptions = {}): SpecDocument {
  const tag = findTag(doc, 'release', options.evaluation);
  const { dist } = splitRelease(tag?.value ?? '');
  checkVersion(release, 'Release', findTag(doc, 'release', options.evaluation)?.line);
  return setRawRelease(doc, release.endsWith(dist ?? '\0') ? release : release + (dist ?? ''), options);
}

/** Sets the whole of Release. */
export function setRawRelease(doc: SpecDocument, release: string, options: EditOptions = {}): SpecDocument {
  checkVersion(release, 'Release', findTag(doc, 'release', options.evaluation)?.line);
  return setTag(doc, 'release', release, options);
}

/**
 * Release + 1, the way `rpmdev-bumpspec` counts: a macro `release` or `baserelease` that Release is built from first
 * (the definition in force), else the tag.
 *
 * Throws `SPEC_AUTORELEASE` where rpmautospec numbers the releases.
 */
export function bumpRelease(doc: SpecDocument, options: EditOptions = {}): SpecDocument {
  const tag = findTag(doc, 'release', options.evaluation);
  if (tag && usesMacro(tag.value, 'autorelease')) {
    throw new SpecError(
      'SPEC_AUTORELEASE',
      'Release is %autorelease: it counts commits and is not bumped by hand',
      {
        hint: 'Commit the change: the number rises by itself. To number by hand, set a release (--set-release).',
        line: tag.line,
      },
    );
  }
  const definition = macrosOf(doc, tag?.value ?? '', options.evaluation).find(
    ({ name, valid, commentedOut }) => /^(?:base)?release$/i.test(name) && valid !== false && !commentedOut,
  );
  if (definition) {
    const first = doc.lines[definition.line] ?? '';
    const at = first.lastIndexOf(definition.body);
    if (definition.end === definition.line + 1 && at >= 0) {
      const tail = first.slice(at + definition.body.length);
      return spliceLines(doc, definition.line, 1, [first.slice(0, at) + bumped(definition.body) + tail]);
    }
  }
  return setTag(doc, 'release', bumped(tag?.value ?? ''), options);
}

/** Puts a tag on a line of its own above another one, laid out as that one is. */
export function insertTagBefore(doc: SpecDocument, tag: Tag, name: string, value: string): SpecDocument {
  const separator =
    tag.separator.trimEnd() +
    ' '.repeat(
      Math.max(1, tag.name.length + tag.separator.length - name.length - tag.separator.trimEnd().length),
    );
  return spliceLines(doc, tag.line, 0, [`${name}${separator}${value}`]);
}

/** The document with another value for a tag of it. */
export function setTagValue(doc: SpecDocument, tag: Tag, value: string): SpecDocument {
  if (/[\r\n]/.test(value) && value !== tag.value) {
    throw new SpecError('SPEC_TAG_VALUE', `The value of ${tag.name} must be one line`, {
      hint: 'Leave out the newline.',
      line: tag.line,
    });
  }
  return spliceLines(doc, tag.line, tag.end - tag.line, renderTag(tag, value));
}

export function renderTag(tag: Tag, value: string): string[] {
  const separator = tag.value === '' && !/\s$/.test(tag.separator) ? `${tag.separator} ` : tag.separator;
  return (tag.prefix + tag.name + separator + value + tag.suffix).split('\n');
}

/** The other tags of that name which stand in a branch not in force; for a word to the user. */
export function shadowedTags(doc: SpecDocument, name: string, evaluation?: Evaluation): readonly Tag[] {
  const chosen = findTag(doc, name, evaluation);
  return tags(doc).filter(
    (tag) => tag.key === name.toLowerCase() && tag !== chosen && isTagInForce(doc, tag, evaluation) !== true,
  );
}

/** rpm allows neither `-` nor blanks in a Version or Release; what a macro stands for is seen by rpm alone. */
export function checkVersion(value: string, name: 'Version' | 'Release', line?: number): void {
  const code = `SPEC_${name.toUpperCase()}_INVALID`;
  const hint = 'Use letters, digits and . _ + ~ ^ only (~rc1 for a pre-release, ^git1 for a snapshot).';
  if (value.trim() === '') throw new SpecError(code, `An empty ${name} is not possible`, { hint, line });
  const bad = value.includes('%') ? /[\r\n]/.exec(value)?.[0] : /[^A-Za-z0-9._+~^{}]/.exec(value)?.[0];
  if (bad === undefined) return;
  throw new SpecError(code, `rpm does not allow ${JSON.stringify(bad)} in a ${name}: ${value}`, {
    hint,
    line,
  });
}

/** Release + 1 by the rules of `rpmdev-bumpspec`. */
function bumped(release: string): string {
  const leading = /^(%release_func\s+)?(0\.)?(\d+)(.*)$/s.exec(release);
  if (leading) {
    const [, func = '', zero = '', number = '', rest = ''] = leading;
    if (zero !== '' || !/alpha|beta|rc/.test(rest)) return `${func}${zero}${Number(number) + 1}${rest}`;
  }
  const trailing = /^(.+\.)(\d+)$/s.exec(release);
  if (trailing) return `${trailing[1]}${Number(trailing[2]) + 1}`;
  return `${release}.1`;
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

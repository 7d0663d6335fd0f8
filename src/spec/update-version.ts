import { spliceAll } from './document.ts';
import { checkVersion, renderTag } from './edit-tags.ts';
import { evaluateSpec } from './evaluation.ts';
import { isInForce, isTagInForce } from './in-force.ts';
import { lex } from './lexer.ts';
import { renderDefinition } from './macro-definitions.ts';
import { findTag, tags } from './tags.ts';
import type { CommentOutStyle, Evaluate, Evaluation, SpecDocument, Tag } from './types.ts';
import { parseValue, type ValueNode } from './value.ts';
import { type Entity, updateValue } from './update-value.ts';
import { SpecError } from './spec-error.ts';

/** Packit's default for what ends a pre-release. */
export const PRERELEASE_PATTERN = String.raw`([.\-_~^]?)(alpha|beta|rc|pre(view)?)([.\-_]?\d+)?`;

export interface UpdateVersionOptions {
  evaluate: Evaluate;
  /** Macros to define before the spec is read (`parse_time_macros`). */
  macros?: Record<string, string> | undefined;
  /** What ends a pre-release; its first group is the delimiter, which becomes `~`. Off if undefined. */
  prereleasePattern?: string | RegExp | undefined;
  /** A macro whose definition is commented out for releases and put back for pre-releases. */
  prereleaseMacro?: string | undefined;
  /** How it is commented out (default `#global`). */
  commentOutStyle?: CommentOutStyle | undefined;
}

/**
 * Sets Version and keeps how it is built: where its value is made of macros which the spec defines
 * (`%{major}.%{minor}`) and the new version has the same shape, the definitions change, else the tag.
 * The name never changes (`.*name` macros and tags are protected).
 *
 * Throws `SPEC_VERSION_MISSING`, `SPEC_VERSION_INVALID`, `SPEC_PRERELEASE_PATTERN`.
 */
export async function updateVersion(
  doc: SpecDocument,
  version: string,
  options: UpdateVersionOptions,
): Promise<SpecDocument> {
  const { version: wanted, prerelease } = prereleaseVersion(version, options.prereleasePattern);
  checkVersion(wanted, 'Version', findTag(doc, 'version')?.line);
  const prepared = switchPrereleaseMacro(doc, prerelease, options);
  const evaluation = await evaluateSpec(prepared, options.evaluate, {
    expressions: expressionsOf(prepared),
    macros: options.macros ?? {},
  });
  const tag = findTag(prepared, 'version', evaluation);
  if (!tag) {
    const hint = `Add a line "Version: ${wanted}" to its first part.`;
    throw new SpecError('SPEC_VERSION_MISSING', 'The spec file has no Version tag', { hint });
  }
  return updateTag(prepared, tag, wanted, evaluation);
}

/** `1.0rc1` as `1.0~rc1`, so that rpm sorts it before `1.0`. */
export function prereleaseVersion(
  version: string,
  pattern: string | RegExp | undefined,
): { version: string; prerelease: boolean | undefined } {
  if (pattern === undefined || pattern === '') return { version, prerelease: undefined };
  const match = (typeof pattern === 'string' ? prereleaseRegExp(pattern) : pattern).exec(version);
  if (!match) return { version, prerelease: false };
  const span = match.indices?.[1];
  if (!span) throw invalidPattern(pattern, 'its first group must match the delimiter, even an empty one');
  return { version: `${version.slice(0, span[0])}~${version.slice(span[1])}`, prerelease: true };
}

function prereleaseRegExp(pattern: string): RegExp {
  try {
    // Patterns are written for Python: named groups are spelled differently there.
    return new RegExp(`^.*?${pattern.replaceAll('(?P<', '(?<')}$`, 'di');
  } catch (error) {
    throw invalidPattern(pattern, error instanceof Error ? error.message : String(error));
  }
}

function invalidPattern(pattern: string | RegExp, reason: string): SpecError {
  return new SpecError(
    'SPEC_PRERELEASE_PATTERN',
    `The pre-release pattern ${String(pattern)} cannot be used: ${reason}`,
    {
      hint: 'Mend prerelease_suffix_pattern in the configuration, or --prerelease-pattern.',
    },
  );
}

function switchPrereleaseMacro(
  doc: SpecDocument,
  prerelease: boolean | undefined,
  options: UpdateVersionOptions,
): SpecDocument {
  if (options.prereleaseMacro === undefined || prerelease === undefined) return doc;
  const token = lex(doc).definitions.find(({ name }) => name === options.prereleaseMacro);
  if (!token || token.commentedOut === !prerelease) return doc;
  const style = token.commentedOut ? token.style : (options.commentOutStyle ?? 'hash');
  const lines = renderDefinition(token, { commentedOut: !prerelease, style });
  return spliceAll(doc, [{ start: token.line, deleteCount: token.end - token.line, lines }]);
}

/** Everything the update may want to know: one request answers it all. */
function expressionsOf(doc: SpecDocument): string[] {
  const wanted = new Set<string>();
  const visit = (nodes: readonly ValueNode[]): void => {
    for (const node of nodes) {
      if (node.type === 'text') continue;
      wanted.add(node.raw);
      if (node.type !== 'conditional') continue;
      wanted.add(definedProbe(node.name));
      visit(node.body);
    }
  };
  for (const { body, parameters } of lex(doc).definitions) {
    // What a parametric macro expands to depends on its arguments: none of it is ever changed.
    if (parameters !== '') continue;
    wanted.add(body);
    visit(parseValue(body) ?? []);
  }
  for (const { value } of tags(doc)) visit(parseValue(value) ?? []);
  return [...wanted];
}

export function definedProbe(name: string): string {
  return `%{?${name}:1}`;
}

function updateTag(doc: SpecDocument, tag: Tag, value: string, evaluation: Evaluation): SpecDocument {
  const entities = collectEntities(doc, evaluation);
  const result = updateValue(entities, { value: tag.value, wanted: value, position: tag.line }, evaluation);
  const changes = entities.flatMap((entity) => {
    const { target } = entity;
    if ('keyword' in target) {
      if (!entity.updated && !entity.flipPending) return [];
      // One that is commented out stays so unless it is to be switched on.
      const commentedOut = entity.flipPending ? !entity.disabled : target.commentedOut;
      const lines = renderDefinition(
        target,
        entity.updated ? { body: entity.value, commentedOut } : { commentedOut },
      );
      return [{ start: target.line, deleteCount: target.end - target.line, lines }];
    }
    if (!entity.updated || target.line === tag.line) return [];
    return [
      { start: target.line, deleteCount: target.end - target.line, lines: renderTag(target, entity.value) },
    ];
  });
  changes.push({ start: tag.line, deleteCount: tag.end - tag.line, lines: renderTag(tag, result) });
  return spliceAll(doc, changes);
}

function collectEntities(doc: SpecDocument, evaluation: Evaluation): Entity[] {
  const isProtected = (name: string): boolean => /^.*name/i.test(name);
  const state = { locked: false, updated: false, flipPending: false };
  const inForce = (line: number): boolean => isInForce(doc, line, evaluation) === true;
  const macros: Entity[] = lex(doc)
    .definitions.filter(
      ({ name, parameters, line }) => parameters === '' && !isProtected(name) && inForce(line),
    )
    .map((target) => ({
      ...state,
      name: target.name,
      value: target.body,
      isMacro: true,
      position: target.line,
      commentedOut: target.commentedOut,
      disabled: target.commentedOut || evaluation.values.get(target.body) === '' || target.body === '',
      target,
    }));
  const ofTags: Entity[] = tags(doc)
    .filter((tag) => !isProtected(tag.key) && isTagInForce(doc, tag, evaluation) === true)
    .map((target) => ({
      ...state,
      name: target.key,
      value: target.value,
      isMacro: false,
      position: target.line,
      commentedOut: false,
      disabled: false,
      target,
    }));
  return [...macros, ...ofTags].sort((a, b) => a.position - b.position);
}

/** The keys whose values have a shape of their own. */
import { joinPath } from './problems.ts';
import { ACTION_NAMES } from '../actions/index.ts';
import { renamedTarget, TARGET_SETTINGS } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { DistGitBranches, TargetSettings } from './types.ts';
import { stringValue } from './scalar-values.ts';
import { describe, INVALID, knownKeys, wrongType } from './value-context.ts';
import type { Converted, ValueContext } from './value-context.ts';
import { setOwn } from './yaml/index.ts';
import type { MappingNode, YamlNode } from './yaml/index.ts';

/** Names are checked, what they hold is not: an action that cannot run says so when it is run. */
export function actionsValue(node: YamlNode, path: string, context: ValueContext): Converted {
  if (node.kind !== 'mapping') {
    return wrongType(node, path, 'a mapping', context, `Its keys: ${ACTION_NAMES.join(', ')}.`);
  }
  const actions: Record<string, unknown> = {};
  let valid = true;
  for (const [name, entry] of context.reader.entries(node)) {
    if (ACTION_NAMES.some((known) => known === name)) {
      setOwn(actions, String(name), context.reader.data(entry.value));
      continue;
    }
    valid = false;
    context.problems.error('CONFIG_UNKNOWN_ACTION', `There is no action "${name}"`, {
      path: joinPath(path, String(name)),
      node: entry.key,
      hint: didYouMean(String(name), ACTION_NAMES),
    });
  }
  return valid ? actions : INVALID;
}

/** A list, a mapping, and in jobs one text. */
export function targetsValue(
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<Record<string, TargetSettings>> {
  const targets: Record<string, TargetSettings> = {};
  if (node.kind === 'mapping') {
    const entries = mappingOfMappings(node, path, context, 'Write "name: {}" for a target without settings.');
    if (entries === INVALID || !targetSettingsAreValid(entries, path, context)) return INVALID;
    for (const [name, entry] of entries) {
      setOwn(targets, name, context.reader.data(entry));
      warnOfRenamed(name, entry, path, context);
    }
    return targets;
  }
  const names = namesOf(node, path, context);
  if (names === INVALID) return INVALID;
  for (const [name, item] of names) {
    setOwn(targets, name, {});
    warnOfRenamed(name, item, path, context);
  }
  return targets;
}

function warnOfRenamed(target: string, node: YamlNode, path: string, context: ValueContext): void {
  const now = renamedTarget(target);
  if (now === undefined) return;
  context.problems.warn('CONFIG_DEPRECATED_TARGET', `The target ${target} is called ${now} now`, {
    path,
    node,
    hint: `Write ${now}.`,
  });
}

/** The reference looks at the first setting of the first target that has any; the others we only warn of. */
function targetSettingsAreValid(
  entries: Map<string, MappingNode>,
  path: string,
  context: ValueContext,
): boolean {
  let first = true;
  let valid = true;
  for (const [target, settings] of entries) {
    for (const [name, entry] of context.reader.entries(settings)) {
      const problem = settingProblem(name, entry.value, context);
      const isFirst = first;
      first = false;
      if (problem === undefined) continue;
      const details = {
        path: joinPath(joinPath(path, target), String(name)),
        node: problem.unknown ? entry.key : entry.value,
        hint: problem.hint,
      };
      if (isFirst) {
        valid = false;
        context.problems.error(
          problem.unknown ? 'CONFIG_UNKNOWN_KEY' : 'CONFIG_TYPE',
          problem.message,
          details,
        );
      } else {
        context.problems.warn('CONFIG_TARGET_SETTING', problem.message, details);
      }
    }
  }
  return valid;
}

function settingProblem(
  name: unknown,
  node: YamlNode,
  context: ValueContext,
): { message: string; hint?: string | undefined; unknown: boolean } | undefined {
  const wanted = typeof name === 'string' ? TARGET_SETTINGS[name] : undefined;
  if (wanted === undefined) {
    const known = Object.keys(TARGET_SETTINGS);
    return { message: `Unknown key "${String(name)}"`, hint: didYouMean(String(name), known), unknown: true };
  }
  const value = context.reader.data(node);
  const fits =
    wanted === 'string'
      ? typeof value === 'string'
      : Array.isArray(value) && (wanted === 'list' || value.every((item) => typeof item === 'string'));
  if (fits) return undefined;
  const shape = wanted === 'string' ? 'a text' : wanted === 'list' ? 'a list' : 'a list of texts';
  return { message: `${String(name)} must be ${shape}, not ${describe(node, context)}`, unknown: false };
}

const FAST_FORWARD = 'fast_forward_merge_into';

/** A list of branches, or a mapping of branches to `{fast_forward_merge_into: [...]}`. */
export function branchesValue(
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<DistGitBranches> {
  if (node.kind === 'mapping') {
    const entries = mappingOfMappings(node, path, context, 'Write "name: {}" for a branch without settings.');
    if (entries === INVALID) return INVALID;
    let valid = true;
    for (const [branch, settings] of entries) {
      valid = knownKeys(settings, [FAST_FORWARD], joinPath(path, branch), context) && valid;
    }
    // Every value is a mapping with at most that one key.
    return valid ? (context.reader.data(node) as DistGitBranches) : INVALID;
  }
  const names = namesOf(node, path, context);
  return names === INVALID ? INVALID : names.map(([name]) => name);
}

/** A list of texts, or the one text that jobs may have instead. */
function namesOf(node: YamlNode, path: string, context: ValueContext): Converted<[string, YamlNode][]> {
  if (node.kind === 'scalar' && context.textIsList) {
    const value = context.reader.data(node);
    if (typeof value === 'string') return [[value, node]];
  }
  if (node.kind !== 'sequence') {
    const hint =
      node.kind === 'scalar' && typeof context.reader.data(node) === 'string'
        ? `One text is understood in jobs only; write [${node.value}].`
        : undefined;
    return wrongType(node, path, 'a list of texts or a mapping', context, hint);
  }
  const names: [string, YamlNode][] = [];
  let valid = true;
  for (const [index, item] of node.items.entries()) {
    const value = stringValue(item, `${path}[${index}]`, context);
    if (typeof value === 'string') names.push([value, item]);
    else valid = false;
  }
  return valid ? names : INVALID;
}

function mappingOfMappings(
  node: MappingNode,
  path: string,
  context: ValueContext,
  hint: string,
): Converted<Map<string, MappingNode>> {
  const result = new Map<string, MappingNode>();
  let valid = true;
  for (const [name, entry] of context.reader.entries(node)) {
    const at = joinPath(path, String(name));
    if (typeof name !== 'string') {
      valid = false;
      wrongType(entry.key, at, 'a text', context, `Put it into quotes: "${String(name)}".`);
    } else if (entry.value.kind !== 'mapping') {
      valid = false;
      wrongType(entry.value, at, 'a mapping', context, hint);
    } else {
      result.set(name, entry.value);
    }
  }
  return valid ? result : INVALID;
}

/** A number `n` means `Source<n>`; so does a text that is a number. 0 is `Source0`. */
export function sourceIdValue(node: YamlNode, path: string, context: ValueContext): Converted<string> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (typeof value === 'boolean') return `Source${value ? 1 : 0}`;
  if (typeof value === 'number' && Number.isFinite(value)) return `Source${Math.trunc(value)}`;
  if (typeof value === 'string') {
    if (value === '') return 'Source0';
    return /^\s*[+-]?[0-9]+(?:_[0-9]+)*\s*$/.test(value)
      ? `Source${Number(value.replaceAll('_', ''))}`
      : value;
  }
  return wrongType(node, path, 'a number or a name such as Source0', context);
}

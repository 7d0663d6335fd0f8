/**
 * A node of the file to the value of a key. What is accepted is what the reference's marshmallow fields accept: texts are
 * never made of numbers, truth values may be texts, numbers may be texts.
 */
import { joinPath } from './problems.ts';
import type { Problems } from './problems.ts';
import type { Field, FieldType } from './schema.ts';
import { actionsValue, branchesValue, filesValue, sourceIdValue, targetsValue } from './special-values.ts';
import { didYouMean } from './suggest.ts';
import { setOwn } from './yaml/index.ts';
import type { MappingNode, Reader, YamlNode } from './yaml/index.ts';

/** What a value could not be made of: the problem has been reported. */
export const INVALID: unique symbol = Symbol('invalid');
export type Converted<T = unknown> = T | typeof INVALID;

export interface ValueContext {
  readonly reader: Reader;
  readonly problems: Problems;
  /** `targets` and `dist_git_branches` may be one text: in jobs, not in packages. */
  readonly textIsList: boolean;
}

/** The value of a key, null and defaults included. */
export function fieldValue(field: Field, node: YamlNode, path: string, context: ValueContext): Converted {
  if (isNull(node, context)) {
    if (field.nullable) return field.default;
    context.problems.error('CONFIG_NULL', `${lastKey(path)} has no value`, {
      path,
      node,
      hint: `Give it ${expected(field.type)}, or remove the key.`,
    });
    return INVALID;
  }
  const value = typeValue(field.type, node, path, context);
  return field.emptyIsDefault === true && isEmpty(value) ? field.default : value;
}

/** A value that is not null. */
export function typeValue(type: FieldType, node: YamlNode, path: string, context: ValueContext): Converted {
  switch (type.kind) {
    case 'string':
      return stringValue(node, path, context, type.check);
    case 'boolean':
      return booleanValue(node, path, context);
    case 'integer':
      return integerValue(type, node, path, context);
    case 'enum':
      return enumValue(type.values, node, path, context);
    case 'list':
      return listValue(type.items, node, path, context);
    case 'string-or-list':
      return stringOrListValue(node, path, context);
    case 'mapping':
      return mappingValue(type.stringKeys, node, path, context);
    case 'object':
      return objectValue(type.fields, node, path, context);
    case 'actions':
      return actionsValue(node, path, context);
    case 'files':
      return filesValue(node, path, context);
    case 'targets':
      return targetsValue(node, path, context);
    case 'branches':
      return branchesValue(node, path, context);
    case 'source-id':
      return sourceIdValue(node, path, context);
    case 'packages':
      return context.reader.data(node);
  }
}

/** Reports that a value has the wrong type. */
export function wrongType(
  node: YamlNode,
  path: string,
  wanted: string,
  context: ValueContext,
  hint?: string,
): typeof INVALID {
  context.problems.error(
    'CONFIG_TYPE',
    `${lastKey(path)} must be ${wanted}, not ${describe(node, context)}`,
    {
      path,
      node,
      hint,
    },
  );
  return INVALID;
}

export function isNull(node: YamlNode, context: ValueContext): boolean {
  return node.kind === 'scalar' && context.reader.data(node) === null;
}

/** A text; a number or a truth value is none, and is told to be quoted. */
export function stringValue(
  node: YamlNode,
  path: string,
  context: ValueContext,
  check?: 'file-name' | 'specifiers',
): Converted<string> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (typeof value !== 'string') {
    const quote =
      node.kind === 'scalar' && value !== null ? `Put it into quotes: "${node.value}".` : undefined;
    return wrongType(node, path, 'a text', context, quote);
  }
  if (check === 'file-name' && /[/\0]/.test(value)) {
    context.problems.error('CONFIG_VALUE', `${lastKey(path)} must not contain a slash`, {
      path,
      node,
      hint: 'It is the name of the repository or archive, without owner and directory.',
    });
    return INVALID;
  }
  if (check === 'specifiers' && !isSpecifierSet(value)) {
    context.problems.error('CONFIG_VALUE', `"${value}" is not a list of version specifiers`, {
      path,
      node,
      hint: 'Write comparisons as PEP 440 has them, with commas between: ">=1.0, <2.0" or "~=1.4.2".',
    });
    return INVALID;
  }
  return value;
}

// PEP 440 as the `packaging` library reads it.
const PRE = '(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?';
const POST = '(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?';
const DEV = '(?:[-_.]?dev[-_.]?[0-9]*)?';
const LOCAL = '(?:\\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?';
const RELEASE = 'v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)*';
const SPECIFIER = new RegExp(
  `^(?:===\\s*[^\\s;)]*|(?:==|!=)\\s*${RELEASE}(?:\\.\\*|${PRE}${POST}${DEV}${LOCAL})|` +
    `~=\\s*v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)+${PRE}${POST}${DEV}|(?:<=|>=|<|>)\\s*${RELEASE}${PRE}${POST}${DEV})$`,
  'i',
);

function isSpecifierSet(text: string): boolean {
  const clauses = text.split(',').map((clause) => clause.trim());
  return clauses.every((clause) => clause === '' || SPECIFIER.test(clause));
}

const TRUE = new Set([
  't',
  'T',
  'true',
  'True',
  'TRUE',
  'on',
  'On',
  'ON',
  'y',
  'Y',
  'yes',
  'Yes',
  'YES',
  '1',
]);
const FALSE = new Set([
  'f',
  'F',
  'false',
  'False',
  'FALSE',
  'off',
  'Off',
  'OFF',
  'n',
  'N',
  'no',
  'No',
  'NO',
  '0',
]);

function booleanValue(node: YamlNode, path: string, context: ValueContext): Converted<boolean> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (value === true || value === 1 || (typeof value === 'string' && TRUE.has(value))) return true;
  if (value === false || value === 0 || (typeof value === 'string' && FALSE.has(value))) return false;
  return wrongType(node, path, 'true or false', context);
}

function integerValue(
  type: { readonly minimum?: number },
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<number> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  let number = Number.NaN;
  if (typeof value === 'number') number = Math.trunc(value);
  else if (typeof value === 'string' && /^\s*[+-]?[0-9]+(?:_[0-9]+)*\s*$/.test(value)) {
    number = Number(value.replaceAll('_', ''));
  }
  if (!Number.isFinite(number)) return wrongType(node, path, 'a whole number', context);
  if (type.minimum !== undefined && number < type.minimum) {
    return wrongType(node, path, `${type.minimum} or more`, context);
  }
  return number;
}

function enumValue(
  values: readonly string[],
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<string> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (typeof value === 'string' && values.includes(value)) return value;
  if (typeof value === 'boolean' && node.kind === 'scalar' && values.includes(node.value)) {
    context.problems.error('CONFIG_TYPE', `${node.value} without quotes is a truth value in YAML`, {
      path,
      node,
      hint: `Put it into quotes: "${node.value}".`,
      fix: { kind: 'replace', node, text: `"${node.value}"` },
    });
    return INVALID;
  }
  const found = typeof value === 'string' ? `"${value}"` : describe(node, context);
  const hint = typeof value === 'string' ? didYouMean(value, values) : `Allowed: ${values.join(', ')}.`;
  context.problems.error('CONFIG_VALUE', `${lastKey(path)} cannot be ${found}`, { path, node, hint });
  return INVALID;
}

function listValue(
  items: FieldType,
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<unknown[]> {
  if (node.kind !== 'sequence') {
    const hint =
      node.kind === 'scalar' && node.value !== ''
        ? `Write a list, also for one: ${lastKey(path)}: [${shortened(sourceOf(node))}].`
        : 'Write a list: one "- " per line.';
    return wrongType(node, path, 'a list', context, hint);
  }
  const values: unknown[] = [];
  let valid = true;
  for (const [index, item] of node.items.entries()) {
    const value = fieldValue(
      { type: items, default: null, nullable: false },
      item,
      `${path}[${index}]`,
      context,
    );
    if (value === INVALID) valid = false;
    values.push(value);
  }
  return valid ? values : INVALID;
}

function stringOrListValue(node: YamlNode, path: string, context: ValueContext): Converted<unknown[]> {
  if (node.kind === 'scalar') {
    const value = stringValue(node, path, context);
    return value === INVALID ? INVALID : [value];
  }
  return listValue({ kind: 'string' }, node, path, context);
}

function mappingValue(stringKeys: boolean, node: YamlNode, path: string, context: ValueContext): Converted {
  if (node.kind !== 'mapping')
    return wrongType(node, path, 'a mapping', context, 'Write "name: value" lines.');
  let valid = true;
  if (stringKeys) {
    for (const [name, entry] of context.reader.entries(node)) {
      if (typeof name === 'string') continue;
      valid = false;
      badKey(entry.key, path, context);
    }
  }
  return valid ? context.reader.data(node) : INVALID;
}

function objectValue(
  fields: Readonly<Record<string, Field>>,
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted {
  if (node.kind !== 'mapping') {
    return wrongType(node, path, 'a mapping', context, `Its keys: ${Object.keys(fields).join(', ')}.`);
  }
  const object: Record<string, unknown> = {};
  let valid = knownKeys(node, Object.keys(fields), path, context);
  const entries = context.reader.entries(node);
  for (const [name, field] of Object.entries(fields)) {
    const entry = entries.get(name);
    if (entry !== undefined) {
      const value = fieldValue(field, entry.value, joinPath(path, name), context);
      if (value === INVALID) valid = false;
      else setOwn(object, name, value);
    } else if (field.required === true) {
      valid = false;
      context.problems.error('CONFIG_MISSING_KEY', `${name} is missing`, {
        path,
        node,
        hint: `Add "${name}: ...".`,
      });
    }
  }
  return valid ? object : INVALID;
}

/** Reports every key that is not one of those allowed. */
export function knownKeys(
  node: MappingNode,
  allowed: readonly string[],
  path: string,
  context: ValueContext,
): boolean {
  let valid = true;
  for (const [name, entry] of context.reader.entries(node)) {
    if (typeof name === 'string' && allowed.includes(name)) continue;
    valid = false;
    context.problems.error('CONFIG_UNKNOWN_KEY', `Unknown key "${name}"`, {
      path: joinPath(path, String(name)),
      node: entry.key,
      hint: didYouMean(String(name), allowed),
    });
  }
  return valid;
}

export function badKey(key: YamlNode, path: string, context: ValueContext): void {
  const shown = key.kind === 'scalar' ? key.value : '';
  context.problems.error(
    'CONFIG_KEY_TYPE',
    `The key ${shown} must be a text, not ${describe(key, context)}`,
    {
      path,
      node: key,
      hint: `Put it into quotes: "${shown}".`,
    },
  );
}

/** What a value is, in words: `the number 5`, `a list`. */
export function describe(node: YamlNode, context: ValueContext): string {
  if (node.kind === 'sequence') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  const value = context.reader.data(node);
  if (value === null) return 'nothing';
  if (typeof value === 'number') return `the number ${node.value}`;
  if (typeof value === 'boolean') return `the truth value ${node.value}`;
  return `the text "${shortened(String(value))}"`;
}

function shortened(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 60 || line !== text ? `${line.slice(0, 57)}...` : line;
}

function sourceOf(node: { value: string; style: string | undefined }): string {
  return node.style === '"' || node.style === "'" ? node.style + node.value + node.style : node.value;
}

function lastKey(path: string): string {
  const key = path.slice(path.lastIndexOf('.') + 1);
  return key === '' ? 'The configuration' : key;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** What a key wants, for hints. */
export function expected(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'a whole number';
    case 'enum':
      return `one of ${type.values.join(', ')}`;
    case 'list':
    case 'files':
      return 'a list ([] for an empty one)';
    case 'string-or-list':
      return 'a text or a list of texts';
    case 'targets':
    case 'branches':
      return 'a list or a mapping';
    case 'source-id':
      return 'a number or a name such as Source0';
    default:
      return 'a mapping ({} for an empty one)';
  }
}

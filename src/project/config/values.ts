/**
 * A node of the file to the value of a key. What is accepted is what the reference's marshmallow fields accept: texts are
 * never made of numbers, truth values may be texts, numbers may be texts.
 */
import { joinPath } from './problems.ts';
import { booleanValue, enumValue, integerValue, stringValue } from './scalar-values.ts';
import { SYNC_FIELDS } from './schema.ts';
import type { Field, FieldType } from './schema.ts';
import { actionsValue, branchesValue, sourceIdValue, targetsValue } from './special-values.ts';
import type { SyncFilesItem } from './types.ts';
import {
  badKey,
  INVALID,
  isNull,
  knownKeys,
  lastKey,
  shortened,
  sourceOf,
  wrongType,
} from './value-context.ts';
import type { Converted, ValueContext } from './value-context.ts';
import { setOwn } from './yaml/index.ts';
import type { YamlNode } from './yaml/index.ts';

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
      return enumValue(type, node, path, context);
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
      break;
  }
  // Which packages a job works on is decided where the layers are put together.
  return context.reader.data(node);
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

function filesValue(node: YamlNode, path: string, context: ValueContext): Converted<SyncFilesItem[]> {
  if (node.kind !== 'sequence') {
    return wrongType(
      node,
      path,
      'a list',
      context,
      'Write one "- path" per line, or "- src: ..." with "dest: ...".',
    );
  }
  const files: SyncFilesItem[] = [];
  let valid = true;
  for (const [index, item] of node.items.entries()) {
    const file = fileValue(item, `${path}[${index}]`, context);
    if (file === INVALID) valid = false;
    else files.push(file);
  }
  return valid ? files : INVALID;
}

function fileValue(node: YamlNode, path: string, context: ValueContext): Converted<SyncFilesItem> {
  if (node.kind === 'scalar') {
    const value = context.reader.data(node);
    if (typeof value === 'string') {
      return { src: [value], dest: value, mkpath: false, delete: false, filters: [] };
    }
  }
  if (node.kind !== 'mapping') {
    return wrongType(node, path, 'a path or a mapping with src and dest', context);
  }
  const given = typeValue({ kind: 'object', fields: SYNC_FIELDS }, node, path, context);
  if (given === INVALID) return INVALID;
  // The fields have just been checked one by one.
  return { mkpath: false, delete: false, filters: [], ...(given as Pick<SyncFilesItem, 'src' | 'dest'>) };
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
    case 'mapping':
    case 'object':
    case 'actions':
    case 'packages':
      break;
  }
  return 'a mapping ({} for an empty one)';
}

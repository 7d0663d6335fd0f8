/** The tables of `schema.ts` as JSON Schema (draft 2020-12), for editors and other tools. */
import { ACTION_NAMES } from '../actions/index.ts';
import { DIST_GIT_INSTANCES } from './dist-git-instance.ts';
import {
  JOB_FIELDS,
  JOB_TRIGGERS,
  METADATA_KEYS,
  METADATA_RENAMES,
  PACKAGE_FIELDS,
  SYNC_FIELDS,
  TARGET_SETTINGS,
} from './schema.ts';
import type { Field, FieldType } from './schema.ts';
import { JOB_DOCS, JOB_TYPE_DOCS, PACKAGE_DOCS } from './schema-docs.ts';

export type JsonSchema = Record<string, unknown>;

/**
 * What it cannot say: that a spec file is found, that jobs name packages there are, that no key stands beside
 * `metadata`'s own, YAML's own errors. It describes data as YAML 1.1 reads it.
 */
export function jsonSchema(): JsonSchema {
  const refs = Object.fromEntries(Object.keys(PACKAGE_FIELDS).map((key) => [key, ref(key)]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Packit configuration',
    description: 'Configuration of Packit: .packit.yaml, .packit.yml, packit.yaml or packit.yml.',
    type: ['object', 'null'],
    properties: {
      ...refs,
      packages: {
        description:
          'Several packages in one repository: names and their keys. Keys at the top level are their defaults.',
        type: 'object',
        minProperties: 1,
        additionalProperties: { $ref: '#/$defs/package' },
      },
      jobs: {
        description:
          'What Packit’s service does, and when. Absent: the default jobs; an empty list: nothing.',
        type: 'array',
        items: { $ref: '#/$defs/job' },
      },
      _: { description: 'A place for YAML anchors; not read.' },
    },
    additionalProperties: false,
    $defs: {
      package: { type: 'object', properties: refs, additionalProperties: false },
      jobPackage: { type: 'object', properties: { ...refs, ...TEXT_IS_LIST }, additionalProperties: false },
      job: jobSchema(refs),
      metadata: metadataSchema(),
      boolean: { anyOf: [{ type: 'boolean' }, { enum: TRUTH_WORDS }] },
      ...Object.fromEntries(
        Object.entries(PACKAGE_FIELDS).map(([key, field]) => [key, packageKey(key, field)]),
      ),
    },
  };
}

const TRUTH_WORDS =
  't T true True TRUE on On ON y Y yes Yes YES 1 f F false False FALSE off Off OFF n N no No NO 0'
    .split(' ')
    .flatMap((word): (string | number)[] => (/[01]/.test(word) ? [word, Number(word)] : [word]));

function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

function packageKey(key: string, field: Field): JsonSchema {
  const docs = PACKAGE_DOCS[key as keyof typeof PACKAGE_DOCS];
  return {
    description: docs.text,
    ...(docs.examples === undefined ? {} : { examples: docs.examples }),
    ...(field.default === null ? {} : { default: field.default }),
    ...fieldSchema(field, key),
  };
}

function fieldSchema(field: Field, key = ''): JsonSchema {
  const schema = key === 'pkg_tool' ? { enum: Object.keys(DIST_GIT_INSTANCES) } : typeSchema(field.type);
  return field.nullable ? orNull(schema) : schema;
}

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function typeSchema(type: FieldType): JsonSchema {
  switch (type.kind) {
    case 'string':
      return { type: 'string', ...(type.check === 'file-name' ? { pattern: '^[^/]*$' } : {}) };
    case 'boolean':
      return ref('boolean');
    case 'integer':
      return {
        anyOf: [
          { type: 'number', ...(type.minimum === undefined ? {} : { minimum: type.minimum }) },
          { type: 'string', pattern: '^\\s*[+-]?[0-9]+(_[0-9]+)*\\s*$' },
        ],
        not: { type: 'boolean' },
      };
    case 'enum':
      return { enum: type.values };
    case 'list':
      return { type: 'array', items: typeSchema(type.items) };
    case 'string-or-list':
      return { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };
    case 'mapping':
      return { type: 'object' };
    case 'object':
      return objectSchema(type.fields);
    case 'actions':
      return {
        type: 'object',
        properties: Object.fromEntries(ACTION_NAMES.map((name) => [name, ACTION])),
        additionalProperties: false,
      };
    case 'files':
      return { type: 'array', items: { anyOf: [{ type: 'string' }, objectSchema(SYNC_FIELDS)] } };
    case 'targets':
      return { anyOf: [STRINGS, { type: 'object', additionalProperties: TARGET }] };
    case 'branches':
      return { anyOf: [STRINGS, { type: 'object', additionalProperties: BRANCH }] };
    case 'source-id':
      return { type: ['string', 'number', 'boolean'] };
    case 'packages':
      return {
        anyOf: [
          STRINGS,
          { type: 'object', additionalProperties: { $ref: '#/$defs/jobPackage' } },
          { type: 'null' },
        ],
      };
  }
  return {};
}

/** Unchecked by the loader: a wrong shape is told when the action is run, and by `config validate`. */
const ACTION: JsonSchema = { description: 'A command, a list of commands, or a list of lists of words.' };
const STRINGS: JsonSchema = { type: 'array', items: { type: 'string' } };
const BRANCH: JsonSchema = {
  type: 'object',
  properties: { fast_forward_merge_into: { description: 'Branches that get the same commit.' } },
  additionalProperties: false,
};
const TARGET: JsonSchema = {
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(TARGET_SETTINGS).map(([name, kind]) => [
      name,
      kind === 'string' ? { type: 'string' } : kind === 'list' ? { type: 'array' } : STRINGS,
    ]),
  ),
  additionalProperties: false,
};

function objectSchema(fields: Readonly<Record<string, Field>>): JsonSchema {
  const required = Object.entries(fields)
    .filter(([, field]) => field.required === true)
    .map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** In jobs, one text stands for a list of one. */
const TEXT_IS_LIST: Readonly<Record<string, JsonSchema>> = {
  targets: { anyOf: [ref('targets'), { type: 'string' }] },
  dist_git_branches: { anyOf: [ref('dist_git_branches'), { type: 'string' }] },
};

function jobSchema(refs: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const own = Object.entries(JOB_FIELDS).map(([key, field]): [string, JsonSchema] => {
    const description = JOB_DOCS[key as keyof typeof JOB_DOCS];
    if (key === 'job') return [key, { description, oneOf: jobTypes() }];
    if (key === 'trigger') return [key, { description, anyOf: [{ enum: JOB_TRIGGERS }, severalTriggers()] }];
    return [key, { description, ...orNull(fieldSchema(field)) }];
  });
  return {
    type: 'object',
    properties: {
      ...refs,
      ...TEXT_IS_LIST,
      ...Object.fromEntries(own),
      metadata: {
        deprecated: true,
        description: 'Put its keys directly into the job.',
        $ref: '#/$defs/metadata',
      },
    },
    required: ['job', 'trigger'],
    additionalProperties: false,
  };
}

function jobTypes(): JsonSchema[] {
  return Object.entries(JOB_TYPE_DOCS).map(([name, description]) => ({ const: name, description }));
}

function severalTriggers(): JsonSchema {
  const one = `\\s*(${JOB_TRIGGERS.join('|')})\\s*`;
  return { type: 'string', pattern: `^${one}(\\|${one})+$` };
}

function metadataSchema(): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const key of METADATA_KEYS) {
    if (key === 'skip_build' || key === 'skip_install') properties[key] = ref('boolean');
    else properties[key] = TEXT_IS_LIST[key] ?? ref(key);
  }
  for (const [old, now] of Object.entries(METADATA_RENAMES))
    properties[old] = { deprecated: true, ...properties[now] };
  return { type: ['object', 'null'], properties, additionalProperties: false };
}

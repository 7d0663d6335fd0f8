/**
 * The keys of the configuration beside those of an installed packitos: names, types and
 * defaults. A new release of the reference shows here as drift.
 */
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import {
  JOB_FIELDS,
  PACKAGE_FIELDS,
  REFERENCE_VERSION,
  REMOVED_KEYS,
} from '../../src/project/config/schema.ts';
import type { Field, FieldType } from '../../src/project/config/schema.ts';

/** Asks marshmallow; keys as they are written, `default` as a configuration without the key is dumped. */
const QUESTION = `
import importlib.metadata, json, logging
logging.disable(logging.CRITICAL)
from marshmallow import fields
from packit.config.common_package_config import CommonPackageConfig
from packit.config.job_config import JobConfig, JobConfigTriggerType, JobType
from packit.schema import CommonConfigSchema, JobConfigSchema

def describe(schema, instance):
    dumped = schema.dump(instance)
    result = {}
    for name, field in schema.fields.items():
        key = field.data_key or name
        entry = {"type": type(field).__name__, "default": dumped.get(key)}
        if isinstance(field, fields.List):
            entry["items"] = type(field.inner).__name__
        if isinstance(field, fields.Enum):
            entry["values"] = [value.value for value in field.enum]
        result[key] = entry
    return result

package = CommonPackageConfig()
job = JobConfig(JobType.tests, JobConfigTriggerType.commit, {"x": package})
print(json.dumps({
    "version": importlib.metadata.version("packitos"),
    "package": describe(CommonConfigSchema(), package),
    "job": describe(JobConfigSchema(), job),
}))
`;

interface TheirField {
  type: string;
  items?: string;
  values?: string[];
  default: unknown;
}

export interface TheirSchema {
  version: string;
  package: Record<string, TheirField>;
  job: Record<string, TheirField>;
}

/** Our kind of type for each of marshmallow's fields and the reference's own. */
const KINDS: Readonly<Record<string, readonly FieldType['kind'][]>> = {
  String: ['string'],
  Boolean: ['boolean'],
  Integer: ['integer'],
  Dict: ['mapping', 'packages'],
  Nested: ['object'],
  Enum: ['enum'],
  Method: ['source-id'],
  ActionField: ['actions'],
  Targets: ['targets'],
  DistGitBranches: ['branches'],
  FilesToSyncField: ['files'],
};

/** Where the two are meant to differ. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  config_file_path: 'filled in by both',
  dist_git_base_url: 'the default instance is filled in later',
  dist_git_namespace: 'the default instance is filled in later',
};

/** Runs the question with a Python that has packitos; undefined where there is none. */
export function askReference(python: string): TheirSchema | undefined {
  try {
    const answer = execFileSync(python, ['-c', QUESTION], { stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(answer.toString('utf8')) as TheirSchema;
  } catch {
    return undefined;
  }
}

/** Every difference in one line each. */
export function compareSchemas(theirs: TheirSchema): { compared: number; drift: string[] } {
  const drift: string[] = [];
  let compared = 0;
  const parts = [
    ['package', theirs.package, PACKAGE_FIELDS],
    ['job', theirs.job, JOB_FIELDS],
  ] as const;
  for (const [part, reference, own] of parts) {
    const ours: Readonly<Record<string, Field>> = own;
    for (const [key, field] of Object.entries(reference)) {
      if (field.type === 'NotProcessedField' && Object.hasOwn(REMOVED_KEYS, key)) continue;
      const known = ours[key];
      if (known === undefined) drift.push(`${part}: "${key}" (${field.type}) is in the reference only`);
      else
        drift.push(
          ...differences(known, field)
            .map((text) => `${part}: "${key}": ${text}`)
            .filter(() => ON_PURPOSE[key] === undefined),
        );
      compared += 1;
    }
    for (const key of Object.keys(ours)) {
      if (!Object.hasOwn(reference, key)) drift.push(`${part}: "${key}" is here only`);
    }
  }
  return { compared, drift };
}

function differences(ours: Field, theirs: TheirField): string[] {
  const found: string[] = [];
  const { type } = ours;
  const name =
    theirs.type === 'List' && theirs.items === 'FilesToSyncField' ? 'FilesToSyncField' : theirs.type;
  const kinds = name === 'List' ? ['list'] : (KINDS[name] ?? []);
  if (!kinds.includes(type.kind))
    found.push(`its type is ${theirs.type} in the reference, ${type.kind} here`);
  if (
    type.kind === 'enum' &&
    !isDeepStrictEqual([...type.values].sort(), [...(theirs.values ?? [])].sort())
  ) {
    found.push(
      `its values are ${theirs.values?.join(', ')} in the reference, ${type.values.join(', ')} here`,
    );
  }
  if (ours.required !== true && type.kind !== 'packages') {
    const [a, b] = [plain(theirs.default), plain(defaultOf(ours))];
    if (!isDeepStrictEqual(a, b)) {
      found.push(`its default is ${JSON.stringify(a)} in the reference, ${JSON.stringify(b)} here`);
    }
  }
  return found;
}

/** The default with those of the keys in it. */
function defaultOf({ type, default: value }: Field): unknown {
  if (type.kind !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(type.fields).map(([key, inner]) => [key, defaultOf(inner)]));
}

function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** Prints the drift; true if there is none, or nothing to compare with. */
export function run(options: { python: string }): boolean {
  const theirs = askReference(options.python);
  if (theirs === undefined) {
    console.log(`schema: ${options.python} has no packitos; give one that has with --python FILE`);
    return true;
  }
  const { compared, drift } = compareSchemas(theirs);
  console.log(
    `schema: ${compared} keys of packitos ${theirs.version} compared (ours are those of ${REFERENCE_VERSION}), ${drift.length} differ`,
  );
  for (const line of drift) console.log(`  ${line}`);
  return drift.length === 0;
}

/** The deprecated job key `metadata`, whose keys stand directly in the job today. */
import { isFalsy, layerOf } from './layer.ts';
import type { Layer } from './layer.ts';
import { JOB_FIELDS, METADATA_KEYS, METADATA_RENAMES, PACKAGE_FIELDS } from './schema.ts';
import type { Field } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { wrongType } from './value-context.ts';
import type { ValueContext } from './value-context.ts';
import { fieldValue } from './values.ts';

/** Moves the keys of `metadata` into the job they stand in. */
export function unnestMetadata(job: Layer, path: string, context: ValueContext): void {
  const metadata = job.get('metadata');
  if (metadata === undefined) return;
  job.delete('metadata');
  const { key, value } = metadata;
  // Two keys of one name cannot both move into the job.
  const clash =
    value.kind === 'mapping' &&
    [...context.reader.entries(value).keys()].some((name) =>
      job.has(METADATA_RENAMES[String(name)] ?? String(name)),
    );
  const fix = key === undefined || clash ? {} : { fix: { kind: 'unnest', key, value } as const };
  const warn = (): void =>
    context.problems.warn('CONFIG_METADATA', 'The job key "metadata" is deprecated', {
      path: metadata.path,
      node: key,
      hint: `Put its keys directly into the job.${clash ? '' : ' `packit config validate --fix` does it.'}`,
      ...fix,
    });
  if (isFalsy(value, context)) {
    warn();
    return;
  }
  if (value.kind !== 'mapping') {
    wrongType(
      value,
      metadata.path,
      'a mapping',
      context,
      'Remove it, and put its keys directly into the job.',
    );
    return;
  }
  warn();
  const inner = layerOf(value, metadata.path, context);
  const nested: Layer = new Map();
  for (const [name, entry] of inner) if (!Object.hasOwn(METADATA_RENAMES, name)) nested.set(name, entry);
  for (const [old, now] of Object.entries(METADATA_RENAMES)) {
    const entry = inner.get(old);
    if (entry === undefined) continue;
    nested.set(now, entry);
    context.problems.warn('CONFIG_RENAMED_KEY', `"${old}" is called "${now}" now`, {
      path: entry.path,
      node: entry.key,
      hint: `Write ${now}.`,
      ...(entry.key === undefined ? {} : { fix: { kind: 'rename-key', key: entry.key, to: now } as const }),
    });
  }
  const outside = [...job.keys()].filter((name) => METADATA_KEYS.has(name) && name !== 'targets');
  for (const name of outside) {
    context.problems.error('CONFIG_METADATA_MIXED', `"${name}" stands beside "metadata" in the same job`, {
      path: `${path}.${name}`,
      node: job.get(name)?.key,
      hint: 'Move all keys of "metadata" into the job and remove it.',
    });
  }
  const lists = { ...context, textIsList: true };
  for (const [name, entry] of nested) {
    if (!METADATA_KEYS.has(name)) {
      context.problems.error('CONFIG_UNKNOWN_KEY', `Unknown key "${name}" in "metadata"`, {
        path: entry.path,
        node: entry.key,
        hint: Object.hasOwn(PACKAGE_FIELDS, name)
          ? 'It is a key of the job: move it out of "metadata".'
          : (didYouMean(name, [...METADATA_KEYS]) ??
            'Correct or remove it; `packit config schema` lists every key.'),
      });
      continue;
    }
    // Here, because the job's packages may override it, and because the job would take a null as absent.
    fieldValue(fieldOf(name), entry.value, entry.path, lists);
    job.set(name, entry);
  }
}

function fieldOf(name: string): Field {
  const fields: Readonly<Record<string, Field>> = { ...PACKAGE_FIELDS, ...JOB_FIELDS };
  const field = fields[name];
  if (field === undefined) throw new Error(`No field ${name}`);
  return field;
}

/**
 * The layers of a configuration put on top of each other: top level, `packages`, jobs. Values are still nodes here, each
 * with the place it came from; `build.ts` makes values of them.
 */
import { isFalsy, layerOf } from './layer.ts';
import type { Layer, Located } from './layer.ts';
import { DEFAULT_JOBS, JOB_FIELDS } from './schema.ts';
import { unnestMetadata } from './metadata.ts';
import { didYouMean } from './suggest.ts';
import { describe, isNull, wrongType } from './value-context.ts';
import type { ValueContext } from './value-context.ts';
import { nodeOf } from './yaml/index.ts';
import type { MappingNode, YamlNode } from './yaml/index.ts';

export interface RawJob {
  readonly path: string;
  readonly node: YamlNode;
  /** Keys only a job has. */
  readonly fields: Layer;
  /** Keys of a package that this job sets. */
  readonly own: Layer;
  readonly packages: Map<string, Layer>;
}

export interface RawConfig {
  readonly packages: Map<string, Layer>;
  readonly jobs: RawJob[];
  /** False if the file has no `jobs`. */
  readonly hasJobs: boolean;
  /** False if the packages cannot be told: one stands in for them, so that the other keys are checked nevertheless. */
  readonly hasPackages: boolean;
  readonly top: Layer;
}

/** What is asked for only if the file does not say it. */
export interface Surroundings {
  readonly fileName: string;
  readonly repositoryName: () => Promise<string | undefined>;
  readonly findSpecfile: () => Promise<string | undefined>;
}

/** Undefined if nothing can be made of the file; the reason is among the problems. */
export async function assemble(
  root: YamlNode | undefined,
  surroundings: Surroundings,
  context: ValueContext,
): Promise<RawConfig | undefined> {
  const top = topLayer(root, context);
  if (top === undefined) return undefined;
  setDefault(top, 'config_file_path', surroundings.fileName, 'the name of the file');
  const known = await packageLayers(top, surroundings, context);
  const packages = known ?? new Map([['', standIn(top)]]);
  const hasPackages = known !== undefined;
  const jobsEntry = top.get('jobs');
  const jobs = jobLayers(jobsEntry, { packages, hasPackages }, context);
  return { packages, jobs, hasJobs: jobsEntry !== undefined, hasPackages, top };
}

/** The keys of the top level as if they were a package's. */
function standIn(top: Layer): Layer {
  const layer: Layer = new Map(top);
  layer.delete('jobs');
  layer.delete('packages');
  // Whether a spec file is found is asked only of real packages.
  setDefault(layer, 'specfile_path', 'package.spec', 'nowhere');
  return layer;
}

function topLayer(root: YamlNode | undefined, context: ValueContext): Layer | undefined {
  if (root === undefined || isFalsy(root, context)) return new Map();
  if (root.kind !== 'mapping') {
    context.problems.error(
      'CONFIG_NOT_A_MAPPING',
      `The configuration must be a mapping, not ${describe(root, context)}`,
      {
        path: '',
        node: root,
        hint: 'Write "key: value" lines, such as "specfile_path: hello.spec".',
      },
    );
    return undefined;
  }
  const top = layerOf(root, '', context);
  top.delete('_');
  return top;
}

async function packageLayers(
  top: Layer,
  surroundings: Surroundings,
  context: ValueContext,
): Promise<Map<string, Layer> | undefined> {
  const shared: Layer = new Map(top);
  shared.delete('jobs');
  shared.delete('packages');
  const given = top.get('packages');
  if (given === undefined) {
    await setNames(shared, surroundings, context);
    const name = shared.get('downstream_package_name');
    const text = name === undefined ? undefined : context.reader.data(name.value);
    if (typeof text !== 'string') {
      context.problems.error(
        'CONFIG_TYPE',
        `downstream_package_name must be a text, not ${name === undefined ? 'nothing' : describe(name.value, context)}`,
        {
          path: 'downstream_package_name',
          node: name?.value,
          hint: 'Give the name of the package, or remove the key: the default is the name of the repository.',
        },
      );
      return undefined;
    }
    return new Map([[text, shared]]);
  }
  if (given.value.kind !== 'mapping' || given.value.pairs.length === 0) {
    wrongType(
      given.value,
      'packages',
      'a mapping of at least one package',
      context,
      'Write "packages:", and below it the name of each package with its keys.',
    );
    return undefined;
  }
  const packages = new Map<string, Layer>();
  const url = top.get('upstream_project_url');
  for (const [name, entry] of layerOf(given.value, 'packages', context)) {
    if (entry.value.kind !== 'mapping') {
      wrongType(
        entry.value,
        entry.path,
        'a mapping',
        context,
        `Write "${name}: {}" for a package with no keys of its own.`,
      );
      continue;
    }
    const layer = layerOf(entry.value, entry.path, context);
    if (url !== undefined) layer.set('upstream_project_url', url);
    // Before the top level is looked at: this is why its specfile_path and names do not reach the packages.
    await setNames(layer, surroundings, context);
    setDefault(layer, 'downstream_package_name', name, 'the name under packages');
    packages.set(name, new Map([...shared, ...layer]));
  }
  return packages;
}

/** The defaults of the spec file's path and of both names, for one package. */
async function setNames(layer: Layer, surroundings: Surroundings, context: ValueContext): Promise<void> {
  const spec = layer.get('specfile_path');
  if (spec === undefined || isFalsy(spec.value, context)) {
    const name = layer.get('downstream_package_name');
    if (name !== undefined && !isFalsy(name.value, context)) {
      setValue(
        layer,
        'specfile_path',
        `${String(context.reader.data(name.value))}.spec`,
        'downstream_package_name',
      );
    } else {
      const found = await surroundings.findSpecfile();
      setValue(
        layer,
        'specfile_path',
        found ?? null,
        found === undefined ? 'no spec file was found' : 'the spec file that was found',
      );
    }
  }
  if (layer.has('upstream_package_name') && layer.has('downstream_package_name')) return;
  const repository = await surroundings.repositoryName();
  if (repository === undefined || repository === '') return;
  setDefault(layer, 'upstream_package_name', repository, 'the name of the repository');
  setDefault(layer, 'downstream_package_name', repository, 'the name of the repository');
}

function setDefault(layer: Layer, key: string, value: string, origin: string): void {
  if (!layer.has(key)) setValue(layer, key, value, origin);
}

function setValue(layer: Layer, key: string, value: string | null, origin: string): void {
  layer.set(key, { key: undefined, value: nodeOf(value), path: key, origin });
}

type Packages = Pick<RawConfig, 'packages' | 'hasPackages'>;

function jobLayers(entry: Located | undefined, packages: Packages, context: ValueContext): RawJob[] {
  const node = entry?.value ?? nodeOf(DEFAULT_JOBS);
  if (node.kind !== 'sequence') {
    wrongType(
      node,
      'jobs',
      'a list',
      context,
      'Write "jobs: []" for no jobs, or remove the key to get the default ones.',
    );
    return [];
  }
  const jobs: RawJob[] = [];
  const seen = new Set<YamlNode>();
  for (const [index, item] of node.items.entries()) {
    const path = `jobs[${index}]`;
    if (item.kind !== 'mapping') {
      wrongType(item, path, 'a mapping', context, 'Write "- job: ..." and "trigger: ..." below it.');
      continue;
    }
    if (seen.has(item) && item.pairs.length > 0) {
      context.problems.error(
        'CONFIG_JOB_ALIAS',
        'This alias repeats a whole job, which is read as an empty one',
        {
          path,
          node: item,
          hint: 'Merge the job instead: "- <<: *name".',
        },
      );
      continue;
    }
    seen.add(item);
    jobs.push(...jobsOf(item, path, packages, context));
  }
  return jobs;
}

function jobsOf(node: MappingNode, path: string, packages: Packages, context: ValueContext): RawJob[] {
  const layer = layerOf(node, path, context);
  unnestMetadata(layer, path, context);
  const fields: Layer = new Map();
  const own: Layer = new Map();
  for (const [name, entry] of layer) {
    if (!Object.hasOwn(JOB_FIELDS, name)) own.set(name, entry);
    else if (!isNull(entry.value, context)) fields.set(name, entry);
  }
  const selected = selectedPackages(fields.get('packages'), own, packages, context);
  fields.delete('packages');
  const job = { path, node, fields, own, packages: selected };
  return splitTriggers(job, context);
}

/** `trigger: a | b` is two jobs. */
function splitTriggers(job: RawJob, context: ValueContext): RawJob[] {
  const trigger = job.fields.get('trigger');
  if (trigger?.value.kind !== 'scalar') return [job];
  const value = context.reader.data(trigger.value);
  if (typeof value !== 'string' || !value.includes('|')) return [job];
  const node = trigger.value;
  return value.split('|').map((name) => {
    const one = { ...trigger, value: { ...node, tag: 'tag:yaml.org,2002:str', value: name.trim() } };
    return { ...job, fields: new Map([...job.fields, ['trigger', one]]) };
  });
}

function selectedPackages(
  selection: Located | undefined,
  own: Layer,
  { packages, hasPackages }: Packages,
  context: ValueContext,
): Map<string, Layer> {
  const result = new Map<string, Layer>();
  const add = (name: string, overrides?: Layer): void => {
    const layer = packages.get(name);
    if (layer !== undefined) result.set(name, new Map([...layer, ...own, ...(overrides ?? [])]));
  };
  if (selection === undefined || isFalsy(selection.value, context) || !hasPackages) {
    for (const name of packages.keys()) add(name);
    return result;
  }
  const { value, path } = selection;
  if (value.kind === 'sequence') {
    const names = new Set<string>();
    for (const [index, item] of value.items.entries()) {
      const name = item.kind === 'scalar' ? context.reader.data(item) : undefined;
      if (typeof name === 'string' && packages.has(name)) names.add(name);
      else unknownPackage(item, `${path}[${index}]`, [...packages.keys()], context);
    }
    for (const name of packages.keys()) if (names.has(name)) add(name);
    return result;
  }
  if (value.kind !== 'mapping') {
    wrongType(value, path, 'a list of names or a mapping', context, `Write [${describeName(value)}].`);
    return result;
  }
  for (const [name, entry] of layerOf(value, path, context)) {
    if (!packages.has(name))
      unknownPackage(entry.key ?? entry.value, entry.path, [...packages.keys()], context);
    else if (entry.value.kind !== 'mapping') {
      wrongType(
        entry.value,
        entry.path,
        'a mapping',
        context,
        `Write "${name}: {}" if nothing differs for it in this job.`,
      );
    } else add(name, layerOf(entry.value, entry.path, context));
  }
  return result;
}

function unknownPackage(node: YamlNode, path: string, known: readonly string[], context: ValueContext): void {
  const name = node.kind === 'scalar' ? node.value : '';
  context.problems.error('CONFIG_UNKNOWN_PACKAGE', `There is no package "${name}"`, {
    path,
    node,
    hint: didYouMean(name, known) ?? 'Name one of the packages under "packages".',
  });
}

function describeName(node: YamlNode): string {
  return node.kind === 'scalar' ? node.value : '...';
}

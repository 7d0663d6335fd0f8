/** A configuration's text to the configuration and everything that is wrong with it. */
import { basename, dirname } from 'node:path';
import { assemble } from './assemble.ts';
import type { RawConfig } from './assemble.ts';
import { build } from './build.ts';
import { findSpecfile } from './find.ts';
import { Problems } from './problems.ts';
import type { Problem } from './problems.ts';
import type { JobConfig, PackageConfig } from './types.ts';
import type { ValueContext } from './value-context.ts';
import { composeKept, Reader, YamlError } from './yaml/index.ts';
import type { YamlNode } from './yaml/index.ts';

type Answer = string | undefined | Promise<string | undefined>;

export interface InspectOptions {
  /** Absolute path of the file the text is from. */
  file: string;
  text: string;
  /** For `DISTGIT_URL` and `DISTGIT_NAMESPACE`. */
  env: Readonly<Record<string, string | undefined>>;
  /** What paths in it are relative to. Default: the file's directory. */
  directory?: string;
  /** Default: the name of the directory. */
  repositoryName?: () => Answer;
  /** Path relative to the directory it is given. Default: a search. */
  findSpecfile?: (directory: string) => Answer;
  /** `ctx.paths.cache`, where what was made of a long text may be kept. Default: nothing is. */
  cache?: string | undefined;
  /** There are no files beside the text: a spec file that it does not name is not looked for, nor missed. */
  textOnly?: boolean;
}

export interface Inspection {
  file: string;
  text: string;
  root: YamlNode | undefined;
  reader: Reader;
  env: Readonly<Record<string, string | undefined>>;
  /** Undefined if the file is so wrong that there are no packages to speak of. */
  raw: RawConfig | undefined;
  packages: PackageConfig[];
  jobs: JobConfig[];
  problems: Problem[];
}

/** Reads the text and reports all that is wrong; throws nothing for it. */
export async function inspectConfig(options: InspectOptions): Promise<Inspection> {
  const { file, text, env, cache } = options;
  const problems = new Problems();
  const reader = new Reader();
  const result: Inspection = {
    file,
    text,
    root: undefined,
    reader,
    env,
    raw: undefined,
    packages: [],
    jobs: [],
    problems: problems.list,
  };
  const context: ValueContext = { reader, problems, textIsList: false };
  try {
    result.root = composeKept(text, cache === undefined ? undefined : { cache });
    if (result.root !== undefined) checkReadable(result.root, reader);
    result.raw = await assemble(result.root, surroundings(options), context);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    reportSyntax(error, problems);
    return result;
  }
  for (const { first, second } of reader.duplicates) {
    if (second.kind !== 'scalar') continue;
    problems.warn(
      'CONFIG_DUPLICATE_KEY',
      `The key "${second.value}" occurs twice here; the later one counts`,
      {
        path: second.value,
        node: first,
        hint: 'Remove one of the two.',
      },
    );
  }
  if (result.raw === undefined) return result;
  const built = build(result.raw, env, context, options.textOnly !== true);
  if (result.raw.hasPackages) Object.assign(result, built);
  else result.raw = undefined;
  return result;
}

/** Everything but the place for anchors, `_`, must be something JSON can say. */
function checkReadable(root: YamlNode, reader: Reader): void {
  if (root.kind !== 'mapping') {
    reader.data(root);
    return;
  }
  for (const [name, entry] of reader.entries(root)) if (name !== '_') reader.data(entry.value);
}

function surroundings(options: InspectOptions) {
  const directory = options.directory ?? dirname(options.file);
  const search = options.textOnly === true ? () => undefined : (options.findSpecfile ?? findSpecfile);
  let spec: Answer;
  let searched = false;
  return {
    fileName: basename(options.file),
    repositoryName: async () => (await options.repositoryName?.()) ?? basename(directory),
    findSpecfile: async () => {
      if (!searched) spec = await search(directory);
      searched = true;
      return spec;
    },
  };
}

function reportSyntax(error: YamlError, problems: Problems): void {
  const place = { start: error.offset, end: error.offset + 1 };
  problems.list.push({
    severity: 'error',
    code: 'CONFIG_SYNTAX',
    message: error.message,
    path: '',
    ...place,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.began === undefined ? {} : { began: error.began }),
  });
}

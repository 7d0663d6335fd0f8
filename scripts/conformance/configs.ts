/** Our reading of public projects' configurations beside the reference's. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { diagnose, fixText, inspectConfig, jsonSchema, toDump } from '../../src/project/config/index.ts';
import type { Inspection } from '../../src/project/config/index.ts';
import { asRecorded } from './recorded-keys.ts';

export interface ConfigConformanceOptions {
  /** The directory with `conformance/` and `corpus/`; default `../shared` beside the repository. */
  shared?: string;
  print?: (line: string) => void;
}

export interface ConfigConformance {
  files: number;
  /** Same verdict: valid, schema error, YAML error. */
  sameVerdict: number;
  /** Of the valid ones: `config show --json` is the recorded dump. */
  valid: number;
  sameDump: number;
  /** Files with errors of which every one has a line and says what to write. */
  invalid: number;
  explained: number;
  /** Of the files that are YAML: the JSON Schema says what the loader says. */
  yaml: number;
  sameBySchema: number;
  /** Files that are invalid and that `--fix` makes valid. */
  mended: number;
  differences: string[];
}

interface Recorded {
  file: string;
  status: string;
  dump: unknown;
}

export async function run(options: ConfigConformanceOptions = {}): Promise<ConfigConformance | undefined> {
  const print = options.print ?? console.log;
  const shared = options.shared ?? resolve(import.meta.dirname, '..', '..', '..', 'shared');
  const records = join(shared, 'conformance', 'configs.jsonl');
  const corpus = join(shared, 'corpus', 'configs');
  if (!existsSync(records) || !existsSync(corpus)) {
    print(`configs: skipped, there is no ${corpus}`);
    return undefined;
  }
  const accepts = new Ajv2020({ strict: false }).compile(await jsonSchema());
  const result: ConfigConformance = {
    files: 0,
    sameVerdict: 0,
    valid: 0,
    sameDump: 0,
    invalid: 0,
    explained: 0,
    yaml: 0,
    sameBySchema: 0,
    mended: 0,
    differences: [],
  };
  for (const line of readFileSync(records, 'utf8').trim().split('\n')) {
    const recorded = JSON.parse(line) as Recorded;
    const text = readFileSync(join(corpus, recorded.file), 'utf8');
    await compare(recorded, text, accepts, result);
  }
  print(
    `configs: ${result.sameVerdict} of ${result.files} with the reference's verdict, ` +
      `${result.sameDump} of ${result.valid} valid ones with its dump`,
  );
  print(
    `configs: ${result.explained} of ${result.invalid} invalid ones with line and cure for every error, ` +
      `${result.mended} mended by --fix; JSON Schema agrees on ${result.sameBySchema} of ${result.yaml}`,
  );
  for (const difference of result.differences) print(`configs: ${difference}`);
  return result;
}

async function compare(
  recorded: Recorded,
  text: string,
  accepts: (data: unknown) => unknown,
  result: ConfigConformance,
): Promise<void> {
  const { file } = recorded;
  const inspect = (source: string): Promise<Inspection> => inspectFor(file, source);
  const inspection = await inspect(text);
  const status = statusOf(inspection);
  result.files += 1;
  if (status === recorded.status) result.sameVerdict += 1;
  else result.differences.push(`${file}: ${status}, the reference says ${recorded.status}`);
  if (recorded.status === 'valid') {
    result.valid += 1;
    if (isDeepStrictEqual(asRecorded(JSON.parse(JSON.stringify(toDump(inspection)))), recorded.dump))
      result.sameDump += 1;
    else result.differences.push(`${file}: another dump`);
  }
  if (status !== 'valid') await countErrors(inspection, inspect, result);
  if (status === 'yaml-error') return;
  result.yaml += 1;
  if ((accepts(dataOf(inspection)) === true) === (status === 'valid')) result.sameBySchema += 1;
  else result.differences.push(`${file}: the JSON Schema disagrees`);
}

async function countErrors(
  inspection: Inspection,
  inspect: (text: string) => Promise<Inspection>,
  result: ConfigConformance,
): Promise<void> {
  const { problems, text, file } = inspection;
  const errors = diagnose(problems, text, file).filter(({ severity }) => severity === 'error');
  result.invalid += 1;
  if (errors.every(({ line, hint }) => line !== undefined && hint !== undefined)) result.explained += 1;
  else result.differences.push(`${file}: an error without line or cure`);
  const fixed = await fixText(text, async (source) => ({
    problems: (await inspect(source)).problems,
    meaning: undefined,
  }));
  if (statusOf(await inspect(fixed.text)) === 'valid') result.mended += 1;
}

/** As the reference was asked: the repository's name from the file's, one spec file. */
function inspectFor(file: string, text: string): Promise<Inspection> {
  const repository = file
    .replace(/^.*__/, '')
    .replace(/@.*$/, '')
    .replace(/\.(?:packit|source-git)\..*$/, '');
  return inspectConfig({
    file: '/repository/.packit.yaml',
    text,
    env: {},
    repositoryName: () => repository,
    findSpecfile: () => 'FOUND.spec',
  });
}

function statusOf({ problems }: Inspection): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 'valid';
  return errors.some(({ code }) => code === 'CONFIG_SYNTAX') ? 'yaml-error' : 'schema-error';
}

/** The file's data without the place for anchors. */
function dataOf({ root, reader }: Inspection): unknown {
  if (root?.kind !== 'mapping') return root === undefined ? null : reader.data(root);
  const entries = [...reader.entries(root)].filter(([key]) => key !== '_');
  return Object.fromEntries(entries.map(([key, { value }]) => [key, reader.data(value)]));
}

/** Configurations for tests: read from a text, and those the reference was recorded on. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diagnose, inspectConfig } from '../../src/project/config/index.ts';
import type { Diagnostic, Inspection } from '../../src/project/config/index.ts';

export const CONFIG_FIXTURES = resolve(import.meta.dirname, '..', '..', 'fixtures', 'configs');
const SHARED = resolve(import.meta.dirname, '..', '..', '..', 'shared');

export interface InspectText {
  repository?: string;
  /** What the search for a spec file finds; null for nothing. */
  specfile?: string | null;
  env?: Record<string, string>;
}

/** The repository is called `repo`, its only spec file `FOUND.spec`. */
export function inspectText(text: string, options: InspectText = {}): Promise<Inspection> {
  const { repository = 'repo', specfile = 'FOUND.spec', env = {} } = options;
  return inspectConfig({
    file: '/repo/.packit.yaml',
    text,
    env,
    repositoryName: () => repository,
    findSpecfile: () => specfile ?? undefined,
  });
}

export async function diagnosticsOf(text: string, options?: InspectText): Promise<Diagnostic[]> {
  return diagnose((await inspectText(text, options)).problems, text, '/repo/.packit.yaml');
}

export type Status = 'valid' | 'schema-error' | 'yaml-error';

export function statusOf({ problems }: Inspection): Status {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 'valid';
  return errors.some(({ code }) => code === 'CONFIG_SYNTAX') ? 'yaml-error' : 'schema-error';
}

/** What the reference made of a file. */
export interface RecordedConfig {
  file: string;
  status: Status;
  error: string | null;
  dump: Record<string, unknown> | null;
  text: string;
  repository: string;
}

/** Our own files in `fixtures/configs`. */
export function recordedFixtures(): RecordedConfig[] {
  return recorded(join(CONFIG_FIXTURES, 'recorded.jsonl'), CONFIG_FIXTURES);
}

/** Configurations of public projects; undefined where they are not at hand. */
export function recordedCorpus(): RecordedConfig[] | undefined {
  const file = join(SHARED, 'conformance', 'configs.jsonl');
  const directory = join(SHARED, 'corpus', 'configs');
  return existsSync(file) && existsSync(directory) ? recorded(file, directory) : undefined;
}

function recorded(file: string, directory: string): RecordedConfig[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const record = JSON.parse(line) as Omit<RecordedConfig, 'text' | 'repository'>;
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        readFileSync(join(directory, record.file)),
      );
      return { ...record, text, repository: repositoryOf(record.file) };
    });
}

/** `owner__repo@blob.packit.yaml` -> `repo`; `name.packit.yaml` -> `name`. */
function repositoryOf(file: string): string {
  const name = file.replace(/^.*__/, '').replace(/@.*$/, '');
  return name.replace(/\.(?:packit|source-git)\..*$/, '');
}

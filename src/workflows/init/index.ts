import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { inspectConfig } from '../../project/config/index.ts';
import { versionFromTag } from '../../project/version/index.ts';
import { gatherFacts } from './facts.ts';
import type { ProjectFacts } from './facts.ts';
import { addPreCommitHook } from './pre-commit.ts';
import { KIND_WORDS } from './project-kind.ts';
import { propose } from './propose.ts';
import type { Proposal } from './propose.ts';
import { askQuestions } from './questions.ts';
import { renderConfig } from './render.ts';
import { packageName, renderSpec } from './render-spec.ts';
import { initTarget } from './target.ts';

export interface InitInput {
  /** Directory to write into, or the spec file of the project; relative to the context's. */
  path?: string | undefined;
  /** Replace a configuration that is there. */
  force?: boolean | undefined;
  withoutPrecommit?: boolean | undefined;
  forcePrecommit?: boolean | undefined;
  /** `--config`: the file to write. */
  configPath?: string | undefined;
  /** False: no spec file is written where there is none. */
  spec?: boolean | undefined;
  /** `--remote`: the remote that tells the project's URL. */
  remote?: string | undefined;
}

export interface PlannedFile {
  /** Absolute. */
  path: string;
  change: 'created' | 'changed';
  content: string;
}

export interface InitResult {
  /** Absolute path of the configuration. */
  config: string;
  files: PlannedFile[];
  /** False in a dry run. */
  written: boolean;
  /** The spec file the configuration names; relative to the directory. */
  specfile: string;
  /** It is there, it is one of `files`, or it has to be written by hand. */
  spec: 'there' | 'made' | 'missing';
  /** What kind of project the spec was made for, in words. */
  kind: string;
  /** False: nothing can be built before it is one. */
  isGitRepository: boolean;
}

/**
 * `packit init`: writes a first configuration, ignores what `prepare-sources` leaves, and adds a
 * pre-commit hook where pre-commit is used.
 * @throws PackitError `INIT_CONFIG_EXISTS`, `INIT_OPTIONS`, `INIT_NOT_A_DIRECTORY`, `INIT_NOT_A_REPOSITORY`,
 * `INIT_ANSWER`, `INIT_WRITE`, `PRE_COMMIT_INVALID`
 */
export async function init(ctx: Context, input: InitInput): Promise<InitResult> {
  if (input.withoutPrecommit === true && input.forcePrecommit === true) {
    throw new PackitError('INIT_OPTIONS', '--without-precommit and --force-precommit exclude each other', {
      hint: 'Give one of them.',
    });
  }
  const facts = await gatherFacts(initTarget(input.path, ctx.cwd), ctx.run, input.remote);
  const config = await chooseFile(ctx, facts, input);
  const preCommit = planPreCommit(facts, input);
  const proposal = propose(facts);
  const answers = ctx.ui.interactive ? await askQuestions(facts, proposal, ctx.ui) : proposal;
  const content = renderConfig(answers, basename(config));
  await check(config, content, ctx);
  const spec = await planSpec(ctx, facts, answers, input);
  const files = [
    planned(config, facts.existingConfig === config, content),
    ...spec,
    ...planIgnore(facts),
    ...preCommit,
  ];
  if (!ctx.dryRun) {
    for (const file of files) await write(file);
  }
  const specfile = answers.specfile_path;
  const there = existsSync(join(facts.directory, specfile));
  return {
    config,
    files,
    written: !ctx.dryRun,
    specfile,
    spec: spec.length > 0 ? 'made' : there ? 'there' : 'missing',
    kind: KIND_WORDS[facts.manifest.kind],
    isGitRepository: facts.isGitRepository,
  };
}

/** A first spec where there is none, in the project's directory itself. */
async function planSpec(
  ctx: Context,
  facts: ProjectFacts,
  answers: Proposal,
  input: InitInput,
): Promise<PlannedFile[]> {
  const { specfile_path: name, downstream_package_name, upstream_tag_template: tagTemplate } = answers;
  if (input.spec === false || basename(name) !== name || !name.endsWith('.spec')) return [];
  const path = join(facts.directory, name);
  if (existsSync(path)) return [];
  const question = `Write a first ${name} for ${KIND_WORDS[facts.manifest.kind]}?`;
  if (ctx.ui.interactive && !(await ctx.ui.confirm(question, true))) return [];
  const template = { upstream_tag_template: tagTemplate ?? '{version}' };
  const versions = facts.tags.flatMap((tag) => versionFromTag(tag, template) ?? []);
  const content = renderSpec({
    name: packageName(downstream_package_name),
    manifest: facts.manifest,
    version: versions[0],
    projectUrl: answers.upstream_project_url,
    tagTemplate,
  });
  return [planned(path, false, content)];
}

/** What is written must be what the loader accepts; a person may answer anything. */
async function check(file: string, text: string, ctx: Context): Promise<void> {
  const { problems } = await inspectConfig({ file, text, env: ctx.env });
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return;
  throw new PackitError('INIT_ANSWER', `The configuration would not be valid: ${problem.message}`, {
    hint: problem.hint ?? 'Run `packit init` again and give another answer.',
  });
}

async function chooseFile(ctx: Context, facts: ProjectFacts, input: InitInput): Promise<string> {
  const existing = facts.existingConfig;
  if (existing !== undefined && input.force !== true) {
    const replace = ctx.ui.interactive && (await ctx.ui.confirm(`Replace ${basename(existing)}?`, false));
    if (!replace) {
      throw new PackitError('INIT_CONFIG_EXISTS', 'There is a configuration already', {
        hint: 'Use `packit init --force` to replace it, or `packit config validate` to check it.',
        location: { file: existing },
      });
    }
  }
  if (input.configPath !== undefined) return resolve(ctx.cwd, input.configPath);
  return existing ?? join(facts.directory, '.packit.yaml');
}

function planPreCommit(facts: ProjectFacts, input: InitInput): PlannedFile[] {
  if (input.withoutPrecommit === true) return [];
  if (facts.preCommit === undefined && input.forcePrecommit !== true) return [];
  if (!facts.isGitRepository) {
    throw new PackitError(
      'INIT_NOT_A_REPOSITORY',
      `${facts.directory} is no git repository: a pre-commit hook has no use there`,
      { hint: 'Run `git init` first, or use --without-precommit.' },
    );
  }
  const content = addPreCommitHook(facts.preCommit ?? '');
  const file = join(facts.directory, '.pre-commit-config.yaml');
  return content === undefined ? [] : [planned(file, facts.preCommit !== undefined, content)];
}

const IGNORED = 'prepare_sources_result*/';

function planIgnore({ directory, gitignore }: ProjectFacts): PlannedFile[] {
  const text = gitignore ?? '';
  if (text.split(/\r?\n/).some((line) => line.trim() === IGNORED)) return [];
  const newline = text === '' || text.endsWith('\n') ? '' : '\n';
  return [planned(join(directory, '.gitignore'), gitignore !== undefined, `${text}${newline}${IGNORED}\n`)];
}

function planned(path: string, exists: boolean, content: string): PlannedFile {
  return { path, change: exists ? 'changed' : 'created', content };
}

async function write(file: PlannedFile): Promise<void> {
  try {
    await writeFile(file.path, file.content);
  } catch (error) {
    throw new PackitError('INIT_WRITE', `Cannot write ${file.path}: ${messageOf(error)}`, {
      hint: 'Make the directory writable, or give another one: packit init /path/to/project.',
      cause: error,
    });
  }
}

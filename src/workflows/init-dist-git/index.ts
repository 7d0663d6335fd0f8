/** A first configuration for a package in dist-git: written into a checkout, proposed, or pushed. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { CONFIG_FILE_NAMES, inspectConfig } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { findPlace } from './place.ts';
import type { Place, PlaceInput } from './place.ts';
import { publishConfig } from './publish.ts';
import type { PublishInput, PublishedConfig } from './publish.ts';
import { askQuestions } from './questions.ts';
import { renderDistGitConfig, updateBranches } from './render.ts';
import { settingsOf } from './settings.ts';
import type { SettingsInput } from './settings.ts';

export interface InitDistGitInput extends PlaceInput, SettingsInput, PublishInput {
  /** Push the file to the default branch instead of writing it into the checkout. */
  pushToDistgit?: boolean | undefined;
}

export interface InitDistGitResult extends Omit<PublishedConfig, 'status'> {
  /** `written`: into the checkout; `config` is then the file's absolute path. */
  status: PublishedConfig['status'] | 'written';
}

/**
 * `packit dist-git init`: a configuration with the jobs that bring releases of the upstream project to Fedora. What is
 * written is valid: it is checked as `packit config validate` does.
 * @throws PackitError `INIT_OPTIONS`, `INIT_ANSWER`, `INIT_CONFIG_EXISTS`, `INIT_NOWHERE`, `INIT_WRITE`, and others
 */
export async function initDistGit(ctx: Context, input: InitDistGitInput): Promise<InitDistGitResult> {
  const published = input.createPr === true || input.pushToDistgit === true;
  checkOptions(input);
  const place = await findPlace(ctx, input);
  if (place.directory === undefined && !published && !ctx.dryRun) {
    throw new PackitError('INIT_NOWHERE', 'A URL was given, and nothing says where the file is to go', {
      hint: 'Name a directory with --clone-path, or use --create-pr or --push-to-distgit.',
    });
  }
  const local = published ? undefined : fileIn(place, input);
  const answers = ctx.ui.interactive ? await askQuestions(input, ctx.ui) : input;
  const packageName = specName(ctx, place);
  const settings = await settingsOf(ctx, { ...answers, packageName }, place.directory ?? ctx.cwd);
  if (settings.jobs.bodhi_update && updateBranches(settings.branches).length === 0) {
    ctx.ui.info('bodhi_update is left out: Bodhi makes the updates of Rawhide by itself.');
  }
  const content = renderDistGitConfig(settings);
  const pkg = await checked(ctx, content, place);
  if (local === undefined) return publishConfig(ctx, input, { place, pkg, content });
  const change = existsSync(local) ? 'changed' : 'created';
  if (!ctx.dryRun) write(local, content);
  const status = ctx.dryRun ? 'planned' : 'written';
  return { config: local, content, change, status, requests: [], plan: undefined };
}

function checkOptions({ createPr, pushToDistgit, clonePath, pathOrUrl }: InitDistGitInput): void {
  if (createPr === true && pushToDistgit === true) {
    throw new PackitError('INIT_OPTIONS', '--create-pr and --push-to-distgit exclude each other', {
      hint: 'Give one of them.',
    });
  }
  if (clonePath !== undefined && pathOrUrl === undefined) {
    throw new PackitError('INIT_OPTIONS', '--clone-path is for a URL, and none was given', {
      hint: 'Give the URL of the dist-git repository, such as https://src.fedoraproject.org/rpms/hello.',
    });
  }
}

/** The package's name where the spec file says another one than the repository: a directory may be called anything. */
function specName(ctx: Context, { directory, name }: Place): string | undefined {
  if (directory === undefined || !existsSync(directory)) return undefined;
  const specs = readdirSync(directory).filter((file) => file.endsWith('.spec'));
  if (specs.length === 0) {
    ctx.ui.warn({
      code: 'SPEC_NOT_FOUND',
      message: `There is no spec file in ${directory}`,
      hint: `Releases are brought into a ${name}.spec that is there: add it, or start packit in the clone of the package.`,
    });
  }
  const [only, ...others] = specs;
  if (only === undefined || others.length > 0 || only === `${name}.spec`) return undefined;
  return only.slice(0, -'.spec'.length);
}

/** The configuration that is there, if it may be replaced, else the usual name. */
function fileIn({ directory }: Place, { force }: InitDistGitInput): string {
  if (directory === undefined) return CONFIG_FILE_NAMES[0];
  const existing = CONFIG_FILE_NAMES.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (existing === undefined) return join(directory, CONFIG_FILE_NAMES[0]);
  if (force === true) return existing;
  throw new PackitError('INIT_CONFIG_EXISTS', 'There is a configuration already', {
    hint: 'Use --force to replace it, or packit config validate to check it.',
    location: { file: existing },
  });
}

/** What is written must be what the loader accepts; a person may say anything. */
async function checked(ctx: Context, text: string, { directory, name }: Place): Promise<PackageConfig> {
  const file = join(directory ?? ctx.cwd, CONFIG_FILE_NAMES[0]);
  const { problems, packages } = await inspectConfig({
    file,
    text,
    env: ctx.env,
    repositoryName: () => name,
    findSpecfile: () => `${name}.spec`,
  });
  const wrong = problems.filter(({ severity }) => severity === 'error');
  const [pkg] = packages;
  const [first] = wrong;
  if (first === undefined && pkg !== undefined) return pkg;
  throw new PackitError(
    'INIT_ANSWER',
    `The configuration would not be valid: ${first?.message ?? 'it has no package'}`,
    {
      hint: first?.hint ?? 'Give another value.',
      details: wrong.slice(1).map(({ message }) => message),
    },
  );
}

function write(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new PackitError('INIT_WRITE', `Cannot write ${path}: ${messageOf(error)}`, {
      hint: 'Make the directory writable, or give another one.',
      cause: error,
    });
  }
}

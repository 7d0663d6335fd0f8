/** The project in the current directory, if there is one. */
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import { configDirectory, configOf, findConfigFile, readConfigText } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createGit, readLayout, readRemotes } from '../../tools/git/index.ts';
import { createQuestions, validateConfig } from '../validate-config/index.ts';
import type { Finding } from './finding.ts';
import { judgeClone } from './machine.ts';

export interface Project {
  findings: Finding[];
  /** The first package of the configuration: which dist-git it is in. */
  first: PackageConfig | undefined;
  /** Of the remote that says which project this is. */
  remoteUrl: string | undefined;
}

export interface ProjectInput {
  configPath?: string | undefined;
  remote?: string | undefined;
}

export async function lookAtProject(ctx: Context, input: ProjectInput): Promise<Project> {
  const repository = await readRepository(ctx);
  const configuration = await readConfiguration(ctx, repository?.top ?? ctx.cwd, input.configPath);
  const { remotes = [] } = repository ?? {};
  const remote = remotes.find(({ name }) => name === (input.remote ?? 'origin')) ?? remotes[0];
  return {
    findings: [
      ...(repository === undefined ? [] : [judgeClone(repository.shallow, remote?.name)]),
      ...configuration.findings,
    ],
    first: configuration.first,
    remoteUrl: remote?.url,
  };
}

async function readRepository(
  ctx: Context,
): Promise<{ top: string; shallow: boolean; remotes: readonly { name: string; url: string }[] } | undefined> {
  const git = createGit(ctx.run, ctx.cwd);
  try {
    const [{ top, shallow }, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    return { top, shallow, remotes };
  } catch (error) {
    // No repository, or no git, which is a finding of its own.
    if (isPackitError(error) && error.code !== 'INTERRUPTED') return undefined;
    throw error;
  }
}

async function readConfiguration(
  ctx: Context,
  root: string,
  configPath: string | undefined,
): Promise<{ findings: Finding[]; first: PackageConfig | undefined }> {
  const finding = { area: 'project', subject: 'configuration' } as const;
  const { cwd, env } = ctx;
  try {
    const { file } = findConfigFile({ root, cwd, ...(configPath === undefined ? {} : { configPath }) });
    const directory = configPath === undefined ? configDirectory(file) : root;
    const text = readConfigText(file);
    const questions = createQuestions(ctx, { directory, offline: true, specs: false });
    const { report } = await validateConfig({ file, directory, text, env, questions, fix: false });
    await questions.close();
    const again = configPath === undefined ? '' : ` ${configPath}`;
    if (!report.valid) {
      const first = report.problems.find(({ severity }) => severity === 'error')?.message ?? '';
      const says = `${report.errors} ${report.errors === 1 ? 'error' : 'errors'}, the first: ${first}`;
      const cure = `See all of them: packit config validate${again}`;
      return { findings: [{ ...finding, rating: 'problem', says, cure }], first: undefined };
    }
    const config = await configOf({ file, directory, text, env, cwd });
    const counted = `${file} is valid`;
    const [rating, cure] =
      report.warnings === 0
        ? (['ok', undefined] as const)
        : (['warning', `See them: packit config validate${again}`] as const);
    const says = report.warnings === 0 ? counted : `${counted}, with ${report.warnings} warnings`;
    return {
      findings: [{ ...finding, rating, says, ...(cure === undefined ? {} : { cure }) }],
      first: config.packages[0],
    };
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    if (error.code === 'CONFIG_NOT_FOUND' && configPath === undefined) {
      const says = `none in ${root}`;
      return {
        findings: [{ ...finding, rating: 'warning', says, cure: 'Write one: packit init' }],
        first: undefined,
      };
    }
    const cure = error.hint ?? 'Correct it.';
    return { findings: [{ ...finding, rating: 'problem', says: error.message, cure }], first: undefined };
  }
}

/** What the options say, checked. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { splitCommand } from '../../project/actions/index.ts';
import { USUAL_BRANCHES } from './render.ts';
import type { DistGitSettings, ReleaseBranches } from './render.ts';

export interface SettingsInput {
  upstreamGitUrl?: string | undefined;
  /** A command whose output is the URL. */
  upstreamGitUrlCommand?: string | undefined;
  upstreamTagTemplate?: string | undefined;
  upstreamTagInclude?: string | undefined;
  upstreamTagExclude?: string | undefined;
  versionUpdateMask?: string | undefined;
  versionUpdateSpecifiers?: string | undefined;
  issueRepository?: string | undefined;
  /** False leaves the job out. */
  pull?: boolean | undefined;
  kojiBuild?: boolean | undefined;
  bodhiUpdate?: boolean | undefined;
  /** Comma-separated. */
  allowedCommitters?: string | undefined;
  allowedPrAuthors?: string | undefined;
  actionsFile?: string | undefined;
  /** Comma-separated. */
  distGitBranches?: string | undefined;
  /** JSON: branch to a list of branches. */
  distGitBranchesMapping?: string | undefined;
  /** Where the repository's name does not tell it. */
  packageName?: string | undefined;
  /** Any further keys of the configuration. */
  otherKeys?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * @param directory where a command for the URL runs
 * @throws PackitError `INIT_OPTIONS`, `INIT_ACTIONS`, and the command's own
 */
export async function settingsOf(
  ctx: Context,
  input: SettingsInput,
  directory: string,
): Promise<DistGitSettings> {
  const jobs = {
    pull_from_upstream: input.pull !== false,
    koji_build: input.kojiBuild !== false,
    bodhi_update: input.bodhiUpdate !== false,
  };
  if (!Object.values(jobs).includes(true)) {
    throw optionsError(
      'A configuration needs one job at least',
      'Leave out one of --no-pull, --no-koji-build and --no-bodhi-update.',
    );
  }
  return {
    keys: {
      upstream_project_url: await upstreamUrl(ctx, input, directory),
      upstream_tag_template: input.upstreamTagTemplate,
      upstream_tag_include: input.upstreamTagInclude,
      upstream_tag_exclude: input.upstreamTagExclude,
      version_update_mask: input.versionUpdateMask,
      version_update_specifiers: input.versionUpdateSpecifiers,
      issue_repository: input.issueRepository,
      allowed_committers: splitList(input.allowedCommitters),
      allowed_pr_authors: splitList(input.allowedPrAuthors),
      actions: input.actionsFile === undefined ? undefined : readActions(resolve(ctx.cwd, input.actionsFile)),
      downstream_package_name: input.packageName,
      ...input.otherKeys,
    },
    branches: branchesOf(input),
    jobs,
  };
}

async function upstreamUrl(
  ctx: Context,
  { upstreamGitUrl: url, upstreamGitUrlCommand: command }: SettingsInput,
  cwd: string,
): Promise<string | undefined> {
  if (command === undefined) return url;
  if (url !== undefined) {
    throw optionsError(
      '--upstream-git-url and --upstream-git-url-command exclude each other',
      'Give one of them.',
    );
  }
  const { stdout } = await ctx.run(splitCommand(command, '--upstream-git-url-command'), { cwd });
  const found = stdout.toString('utf8').trim();
  if (found === '' || /\s/.test(found)) {
    throw optionsError(
      `The output of --upstream-git-url-command is no URL: ${JSON.stringify(found)}`,
      'The command must print the URL and nothing else; it is run without a shell.',
    );
  }
  ctx.ui.info(`The upstream project is at ${ctx.redactor.text(found)}`);
  return found;
}

function branchesOf({
  distGitBranches: list,
  distGitBranchesMapping: mapping,
}: SettingsInput): readonly ReleaseBranches[] {
  if (mapping !== undefined) return branchesOfMapping(mapping);
  const named = splitList(list);
  return named.length === 0 ? USUAL_BRANCHES : named.map((branch) => ({ branch, mergedInto: [] }));
}

function branchesOfMapping(text: string): ReleaseBranches[] {
  const example = `Write it as --dist-git-branches-mapping '{"fedora-rawhide": ["f42", "f41"]}'.`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw optionsError(`--dist-git-branches-mapping is not JSON: ${messageOf(error)}`, example);
  }
  const entries =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (entries.length === 0) {
    throw optionsError('--dist-git-branches-mapping must be an object with branches', example);
  }
  return entries.map(([branch, into]) => {
    if (Array.isArray(into) && into.every((name) => typeof name === 'string'))
      return { branch, mergedInto: into };
    throw optionsError(`--dist-git-branches-mapping must have a list of branches for ${branch}`, example);
  });
}

function readActions(path: string): unknown {
  const hint = 'Write a map from the name of an action to a command or a list of commands.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new PackitError('INIT_ACTIONS', `Cannot read --actions-file: ${messageOf(error)}`, { hint });
  }
  const document = parseDocument(text, { version: '1.1' });
  const [problem] = document.errors;
  const actions: unknown = problem === undefined ? document.toJS() : undefined;
  if (typeof actions === 'object' && actions !== null && !Array.isArray(actions)) return actions;
  throw new PackitError(
    'INIT_ACTIONS',
    problem === undefined
      ? 'The actions file is not a map'
      : `The actions file is not YAML: ${problem.message}`,
    { hint, location: { file: path } },
  );
}

export function splitList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function optionsError(message: string, hint: string): PackitError {
  return new PackitError('INIT_OPTIONS', message, { hint });
}

/** `packit ci resume`: goes on with what was begun for a pull request, a branch or a release, wherever it stopped. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { requireRepositoryUrl } from '../../remote/forge/index.ts';
import type { ForgeKind } from '../../remote/forge/index.ts';
import type { CiEvent } from './event/index.ts';
import { atDesk, eventOfRequest, handleEvent, nothing, readEvent } from './handling/index.ts';
import type { CiRunInput, CiRunResult, Mode } from './handling/index.ts';

export interface CiResumeInput extends CiRunInput {
  /** Number of the pull request. Without one, and without branch and tag: the event of the environment. */
  pullRequest: number | undefined;
  branch: string | undefined;
  tag: string | undefined;
  /** Page of the project, where neither an event nor the CI system says. */
  repository: string | undefined;
}

/** Runs that went before are taken to have ended: what they had claimed and not begun is begun. */
const RESUMED: Mode = {
  order: { cause: 'event', builds: 'missing', tests: 'missing' },
  takeOver: true,
  acceptedOnly: false,
};

/** @throws PackitError `CI_REPOSITORY_UNKNOWN` and those of `runCi` */
export async function resumeCi(ctx: Context, input: CiResumeInput): Promise<CiRunResult> {
  const { event, ignored } = eventToResume(ctx, input);
  if (event === undefined) return nothing(undefined, ignored);
  return atDesk(ctx, event, (desk) => handleEvent(desk, event, input, RESUMED));
}

function eventToResume(ctx: Context, input: CiResumeInput): ReturnType<typeof readEvent> {
  const { pullRequest, branch, tag } = input;
  if (pullRequest === undefined && branch === undefined && tag === undefined) return readEvent(ctx, input);
  const base = projectOf(ctx, input);
  if (pullRequest !== undefined) return { event: eventOfRequest(base, pullRequest) };
  const common = { ...base, actor: '', sha: undefined };
  if (tag !== undefined) return { event: { ...common, kind: 'release', trigger: 'release', tag } };
  return {
    event: {
      ...common,
      kind: 'commit',
      trigger: 'commit',
      ...(branch === undefined ? {} : { branch }),
      sha: shaOf(ctx),
    },
  };
}

function shaOf({ env }: Context): string | undefined {
  const sha = env.CI_COMMIT_SHA ?? env.GITHUB_SHA;
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}

export type ProjectPlace = Pick<CiEvent, 'forge' | 'instanceUrl' | 'project' | 'defaultBranch'>;

/** The project, by the option, the CI system's variables, or the event. */
export function projectOf(ctx: Context, input: Pick<CiResumeInput, 'repository' | 'forge'>): ProjectPlace {
  const { env } = ctx;
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = env;
  const ofActions = server !== '' && repository !== '' ? `${server}/${repository}` : undefined;
  const url = input.repository ?? (env.CI_PROJECT_URL || ofActions);
  if (url === undefined) {
    throw new PackitError('CI_REPOSITORY_UNKNOWN', 'It is not known which project is meant', {
      hint: 'Name its page: --repository https://github.com/OWNER/NAME.',
    });
  }
  const { instanceUrl, project } = requireRepositoryUrl(url);
  const forge = (input.forge ?? kindBy(ctx)) as ForgeKind | undefined;
  return { forge: forge ?? 'github', instanceUrl, project, defaultBranch: env.CI_DEFAULT_BRANCH };
}

function kindBy({ env }: Context): ForgeKind | undefined {
  if (env.GITLAB_CI === 'true') return 'gitlab';
  return env.FORGEJO_ACTIONS === 'true' || env.GITEA_ACTIONS === 'true' ? 'forgejo' : undefined;
}

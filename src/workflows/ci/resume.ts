/** `packit ci resume`: goes on with what was begun for a pull request, a branch or a release, wherever it stopped. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { requireRepositoryUrl } from '../../remote/forge/index.ts';
import type { CiEvent } from './event/index.ts';
import { AS_ANNOUNCED, atDesk, eventOfRequest, handleEvent, nothing, readEvent } from './handling/index.ts';
import type { CiRunInput, CiRunResult, EventBase, Mode } from './handling/index.ts';

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
  order: AS_ANNOUNCED,
  takeOver: true,
  acceptedOnly: false,
};

/** @throws PackitError `CI_REPOSITORY_UNKNOWN` and those of `runCi` */
export async function resumeCi(ctx: Context, input: CiResumeInput): Promise<CiRunResult> {
  const { pullRequest, branch, tag } = input;
  if (pullRequest === undefined && branch === undefined && tag === undefined) {
    const { event, ignored } = readEvent(ctx, input);
    if (event === undefined) return nothing(undefined, ignored);
    return atDesk(ctx, event, (desk) => handleEvent(desk, event, input, RESUMED));
  }
  const place = projectOf(ctx, input);
  return atDesk(ctx, place, (desk) =>
    handleEvent(desk, eventToResume(ctx, { ...place, forge: desk.forge.kind }, input), input, RESUMED),
  );
}

function eventToResume(ctx: Context, base: EventBase, { pullRequest, branch, tag }: CiResumeInput): CiEvent {
  if (pullRequest !== undefined) return eventOfRequest(base, pullRequest);
  const common = { ...base, actor: '' };
  if (tag !== undefined) return { ...common, kind: 'release', trigger: 'release', sha: undefined, tag };
  const named = branch === undefined ? {} : { branch };
  return { ...common, kind: 'commit', trigger: 'commit', ...named, sha: shaOf(ctx) };
}

function shaOf({ env }: Context): string | undefined {
  const sha = env.CI_COMMIT_SHA ?? env.GITHUB_SHA;
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}

export type ProjectPlace = Pick<CiEvent, 'instanceUrl' | 'project' | 'defaultBranch'>;

/** The project, by the option, or by the CI system's variables. */
export function projectOf({ env }: Context, input: Pick<CiResumeInput, 'repository'>): ProjectPlace {
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = env;
  const ofActions = server !== '' && repository !== '' ? `${server}/${repository}` : undefined;
  const url = input.repository ?? (env.CI_PROJECT_URL || ofActions);
  if (url === undefined) {
    throw new PackitError('CI_REPOSITORY_UNKNOWN', 'It is not known which project is meant', {
      hint: 'Name its page: --repository https://github.com/OWNER/NAME.',
    });
  }
  const { instanceUrl, project } = requireRepositoryUrl(url);
  return { instanceUrl, project, defaultBranch: env.CI_DEFAULT_BRANCH };
}

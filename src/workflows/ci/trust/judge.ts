/** Whether what an event asks for may be done with packit's credentials. */
import type { Context } from '../../../context.ts';
import { sameLogin, sameProject } from '../../../remote/forge/index.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';
import { asCode } from '../comments/index.ts';
import type { CiEvent, EventPullRequest } from '../event/index.ts';
import { ALLOW_LIST_FILE } from './allow-list.ts';
import type { AllowList } from './allow-list.ts';
import { approverOf } from './approvals.ts';
import { mayCommand } from './commands.ts';
import { askWhetherPackager } from './packagers.ts';
import { createMayPush } from './permission.ts';
import { allowedBy, deniedBy, placesOf, waits } from './standing.ts';
import type { Where } from './standing.ts';
import { refused, trusted } from './verdict.ts';
import type { Trust, Verdict } from './verdict.ts';

export interface JudgeInput {
  forge: Forge;
  /** Completed from the forge: who, from where, at which commit. */
  event: CiEvent;
  allow: AllowList | undefined;
  /** What commands begin with. Default: `/packit`. */
  prefix?: string;
}

/**
 * Who is denied stays denied. What is in the project itself is trusted, as somebody who may push has put it there. A pull request from
 * elsewhere is trusted if its author may push to the target, if the allow-list has the fork, its namespace or the author, if a
 * maintainer approved this very commit, or, where the allow-list says so, if the author is a packager.
 *
 * @throws ServiceError what the forge's client throws, if it is out of order: that is no verdict
 */
export async function judge(ctx: Context, input: JudgeInput): Promise<Trust> {
  const { forge, event, allow } = input;
  const request = event.pullRequest;
  const foreign = request !== undefined && !sameProject(request.source, event.project);
  const denial = allow === undefined ? undefined : denialOf(allow, forge, event);
  if (denial !== undefined) return { verdict: denial, foreign, weak: foreign };
  if (request === undefined) {
    return { verdict: await judgeWithoutRequest(forge, event), foreign, weak: false };
  }
  if (!foreign) {
    return { verdict: trusted('its branch is in the project itself'), foreign, weak: false };
  }
  const mayPush = createMayPush(forge, event.project);
  const push = isOwn(request) ? await mayPush(request.author) : 'no';
  if (push === 'yes') return { verdict: trusted(`${request.author} may push`), foreign, weak: false };
  const verdict = await judgeForeign(ctx, input, request, mayPush);
  const hint =
    push === 'unknown' && !verdict.trusted
      ? "\n\npackit's account lacks the right to ask who may push here, so that its author was taken for somebody who may not."
      : '';
  return {
    verdict: verdict.trusted ? verdict : { ...verdict, advice: `${verdict.advice}${hint}` },
    foreign,
    weak: true,
  };
}

/** Pushes and releases are the work of who may push. Anybody may comment on an issue or a commit. */
async function judgeWithoutRequest(forge: Forge, event: CiEvent): Promise<Verdict> {
  return event.comment === undefined
    ? trusted('it happened in the project itself')
    : mayCommand(event, forge);
}

async function judgeForeign(
  ctx: Context,
  { forge, event, allow, prefix = '/packit' }: JudgeInput,
  request: EventPullRequest,
  mayPush: ReturnType<typeof createMayPush>,
): Promise<Verdict> {
  const entry = allow === undefined ? undefined : allowedBy(allow, forge, placesOfRequest(forge, request));
  if (entry !== undefined) return trusted(`${entry} is on the allow-list`);
  const sha = event.sha ?? request.headSha;
  if (sha !== undefined) {
    const approver = await approverOf({ forge, event, sha, prefix, mayPush });
    if (approver !== undefined) return trusted(`${approver} approved ${sha}`);
  }
  let why = '';
  if (allow?.packagers === true && isOwn(request)) {
    const answer = await askWhetherPackager(ctx, forge, request.author);
    if ('account' in answer) return trusted(`${request.author} is the packager ${answer.account}`);
    why = answer.not;
  }
  return notAllowed({ forge, allow, request, sha, prefix, why });
}

function denialOf(
  allow: AllowList,
  where: Where,
  { project, actor, pullRequest, comment }: CiEvent,
): Verdict | undefined {
  const user = (name: string | undefined): string[] =>
    name === undefined || name === '' ? [] : [`${where.host}/${name}`];
  const people = [...user(actor), ...user(pullRequest?.author), ...user(comment?.author)];
  const byPeople = deniedBy(allow, people);
  const projects: ProjectRef[] =
    pullRequest?.source === undefined ? [project] : [project, pullRequest.source];
  const entry =
    byPeople ??
    deniedBy(
      allow,
      projects.flatMap((one) => placesOf(where, one)),
    );
  if (entry === undefined) return undefined;
  return refused(
    byPeople === undefined ? 'Project or its namespace denied!' : 'User namespace denied!',
    `The allow-list ${asCode(allow.file)} denies ${asCode(entry)}: nothing is started.`,
  );
}

/** True if the branch is the author's own: what others may push to is not vouched for by whoever opened the request. */
function isOwn({ author, source }: EventPullRequest): boolean {
  if (author === '' || source === undefined) return false;
  return sameLogin(source.forkOwner ?? source.namespace, author);
}

/** The fork and what it is in; its author where it is the author's. */
function placesOfRequest(where: Where, request: EventPullRequest): string[] {
  const { author, source } = request;
  if (source === undefined) return [];
  return [...placesOf(where, source), ...(isOwn(request) ? [`${where.host}/${author}`] : [])];
}

interface Refusal {
  forge: Forge;
  allow: AllowList | undefined;
  request: EventPullRequest;
  sha: string | undefined;
  prefix: string;
  why: string;
}

function notAllowed({ forge, allow, request, sha, prefix, why }: Refusal): Verdict {
  const { author, source } = request;
  const who = `${forge.host}/${isOwn(request) ? author : (source?.forkOwner ?? source?.namespace ?? author)}`;
  const waiting =
    allow !== undefined && placesOfRequest(forge, request).some((place) => waits(allow, forge, place));
  const text = [`${who} not allowed!`, waiting ? 'They wait for approval.' : '', why].filter(
    (part) => part !== '',
  );
  const branch = source === undefined ? 'a fork that is gone' : 'a fork';
  const approve =
    sha === undefined
      ? ''
      : `- for this commit alone, after looking at it, with a comment that has this on a line of its own: ${asCode(`${prefix} ok-to-test ${sha}`)}\n`;
  return refused(
    text.join(' '),
    `This ${forge.requestName} comes from ${branch}, and ${asCode(who)} is not known to be trusted here. ` +
      `${why === '' ? '' : `${why} `}Nothing was started.\n\nSomebody who may push to this project can allow it:\n\n` +
      `${approve}- for good, by adding ${asCode(who)} to ${asCode('allow')} in ${asCode(allow?.file ?? ALLOW_LIST_FILE)} on the default branch`,
  );
}

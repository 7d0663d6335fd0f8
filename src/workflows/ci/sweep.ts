/**
 * `packit ci sweep`: one look at everything that is open, for a schedule. What has ended is reported, tests that are due are
 * submitted, and what nobody will ever hear of again gets its end.
 */
import type { Context } from '../../context.ts';
import { EXIT, isPackitError, messageOf } from '../../errors.ts';
import type { ProjectRef } from '../../remote/forge/index.ts';
import type { CiEvent } from './event/index.ts';
import { AS_ANNOUNCED, atDesk, eventOfRequest, handleEvent } from './handling/index.ts';
import type { CiRunInput, CiRunResult, CiUnit, Desk, Mode } from './handling/index.ts';
import { projectOf } from './resume.ts';
import type { CiResumeInput, ProjectPlace } from './resume.ts';
import { isEnd, readCurrent, statusProject } from './statuses/index.ts';

export interface CiSweepInput
  extends Omit<CiRunInput, 'wait' | 'deadline' | 'keepSuperseded'>,
    Pick<CiResumeInput, 'repository'> {
  /** Begin what nobody has begun for open pull requests, where no run of CI does. */
  start?: boolean;
}

export interface CiSweepResult {
  /** What was looked at: a pull request's number, a branch, a tag. */
  swept: { what: string; units: CiUnit[]; finished: boolean }[];
  failed: { what: string; code: string; message: string }[];
  exitCode: number;
}

const SWEPT: Mode = {
  order: AS_ANNOUNCED,
  takeOver: false,
  acceptedOnly: true,
};
/** Releases and pull requests that are looked at. */
const MOST = 100;

/** @throws PackitError `CI_REPOSITORY_UNKNOWN`, those of the forge */
export async function sweepCi(ctx: Context, input: CiSweepInput): Promise<CiSweepResult> {
  const place = projectOf(ctx, input);
  return atDesk(ctx, place, async (desk) => {
    const result: CiSweepResult = { swept: [], failed: [], exitCode: EXIT.ok };
    for (const { what, event } of await openEvents(desk, place, input.start === true)) {
      try {
        const { units, finished }: CiRunResult = await handleEvent(
          desk,
          event,
          { ...input, wait: false, deadline: 0, keepSuperseded: true },
          { ...SWEPT, acceptedOnly: input.start !== true || event.pullRequest === undefined },
        );
        result.swept.push({ what, units, finished });
      } catch (error) {
        // One that fails keeps nobody from the others.
        if (ctx.signal.aborted || !isPackitError(error)) throw error;
        result.failed.push({ what, code: error.code, message: messageOf(error) });
      }
    }
    if (result.failed.length > 0) {
      result.exitCode = result.swept.length > 0 ? EXIT.partial : EXIT.service;
    }
    return result;
  });
}

interface Candidate extends OpenEvent {
  sha: string | undefined;
  /** Project that has the commit's statuses. */
  at: ProjectRef;
}

interface OpenEvent {
  what: string;
  event: CiEvent;
}

/** Pull requests, the newest release and the branch of the schedule, as far as a status of ours is open there. */
async function openEvents(desk: Desk, place: ProjectPlace, start: boolean): Promise<OpenEvent[]> {
  const { ctx, forge } = desk;
  const { project } = place;
  const base = { ...place, forge: forge.kind };
  const candidates: Candidate[] = [];
  for (const request of await forge.listPullRequests(project, MOST)) {
    candidates.push({
      what: `${forge.requestName} ${request.number}`,
      event: eventOfRequest(base, request.number),
      sha: request.headCommit,
      at: statusProject({ forge: forge.kind, project, source: request.source }),
    });
  }
  const branch = ctx.env.CI_COMMIT_BRANCH ?? place.defaultBranch ?? (await forge.getDefaultBranch(project));
  const sha = ctx.env.CI_COMMIT_SHA ?? ctx.env.GITHUB_SHA;
  const common = { ...base, actor: '' };
  if (branch !== undefined && sha !== undefined) {
    candidates.push({
      what: branch,
      event: { ...common, kind: 'commit', trigger: 'commit', branch, sha },
      sha,
      at: project,
    });
  }
  const [release] = await forge.listReleases(project, 1);
  if (release !== undefined) {
    const commit = (await forge.listTags(project)).find(({ name }) => name === release.tag)?.commit;
    const event: CiEvent = { ...common, kind: 'release', trigger: 'release', tag: release.tag, sha: commit };
    candidates.push({ what: release.tag, event, sha: commit, at: project });
  }
  const open: OpenEvent[] = [];
  for (const { sha: commit, what, event, at } of candidates) {
    if (commit === undefined) continue;
    const begins = start && event.pullRequest !== undefined;
    const isOpen = async (): Promise<boolean> =>
      (await readCurrent(forge, at, commit, desk.me)).some(({ state }) => !isEnd(state));
    if (begins || (await isOpen())) open.push({ what, event });
  }
  return open;
}

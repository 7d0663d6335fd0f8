/** The fork and the pull requests: what of a repository is on a forge. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { Ui } from '../../ui.ts';
import { ensureFork, ensurePullRequest, parseRepositoryUrl, syncAccess } from '../../remote/forge/index.ts';
import type { EnsuredPullRequest, Forge, Project, ProjectRef } from '../../remote/forge/index.ts';

export interface ForgeSide {
  readonly forge: Forge;
  readonly project: ProjectRef;
  readonly user: string;
  /** The fork as it was found, or the project itself where it is the user's own; absent if there is none yet. */
  readonly found: Project | undefined;
  /** The fork, made if there is none. Once for all branches. */
  fork(): Promise<Project>;
  propose(request: ForgeRequestPlan): Promise<EnsuredPullRequest>;
}

export interface ForgeRequestPlan {
  sourceBranch: string;
  targetBranch: string;
  title: string;
  description: string;
}

export interface ForgeSideOptions {
  forge: Forge;
  project: ProjectRef;
  /** Where requests come from. Default: the user's fork. */
  source?: ProjectRef | undefined;
  syncAcls: boolean;
  ui: Ui;
  /** For waiting until a new fork can be used. */
  clock: Pick<Context, 'sleep' | 'uptime'>;
}

/**
 * Looks up the user, what the token is good for, and the fork; makes nothing.
 * @throws PackitError `FORGE_TOKEN_SCOPE`
 * @throws ServiceError `FORGE_TOKEN_MISSING` and others
 */
export async function openForgeSide(options: ForgeSideOptions): Promise<ForgeSide> {
  const { forge, project, source, ui } = options;
  const { user, missing, expiresAt } = await forge.checkToken(['read', 'fork', 'push', 'pull-request']);
  if (missing.length > 0) {
    throw new PackitError(
      'FORGE_TOKEN_SCOPE',
      `The token for ${forge.host} is not good for: ${missing.join(', ')}`,
      {
        hint: `Give it these rights in the settings of ${user} at ${forge.instanceUrl}, or make a new one.`,
      },
    );
  }
  await checkTakesRequests(forge, project);
  if (expiresAt !== undefined) ui.debug(`The token for ${forge.host} is good until ${expiresAt}`);
  const isOwn = forge.kind !== 'pagure' && project.namespace.toLowerCase() === user.toLowerCase();
  const own = source ?? (isOwn ? project : undefined);
  const found = own === undefined ? await forge.findFork(project) : await forge.getProject(own);
  let made: Promise<Project> | undefined;
  const fork = (): Promise<Project> => {
    if (source !== undefined && found !== undefined) return Promise.resolve(found);
    made ??= makeFork(options, ui);
    // Another branch may try again.
    made.catch(() => (made = undefined));
    return made;
  };
  if (source !== undefined && found === undefined) {
    throw new PackitError(
      'FORGE_NOT_FOUND',
      `There is no ${source.namespace}/${source.name} on ${forge.host}`,
      {
        hint: 'Check the remote, and that the account of the token may see it.',
      },
    );
  }
  return {
    forge,
    project,
    user,
    found,
    fork,
    async propose({ sourceBranch, targetBranch, title, description }) {
      return ensurePullRequest(forge, {
        target: project,
        targetBranch,
        source: await fork(),
        sourceBranch,
        title,
        description,
      });
    },
  };
}

export interface SideOptions {
  url: string;
  syncAcls: boolean;
  source?: ProjectRef | undefined;
  /** What to do where nobody takes requests. */
  hint?: string;
}

/**
 * The side of the repository at an address. In a dry run a missing token is no obstacle: what the fork holds is
 * then not known, and the answer is undefined.
 * @throws PackitError `DIST_GIT_WITHOUT_FORGE`, and those of `openForgeSide`
 */
export async function openSideAt(
  { ctx, forgeAt }: { ctx: Context; forgeAt: (url: string) => Promise<Forge> },
  { url, syncAcls, source, hint }: SideOptions,
): Promise<ForgeSide | undefined> {
  const place = parseRepositoryUrl(url);
  if (place === undefined) {
    throw new PackitError('DIST_GIT_WITHOUT_FORGE', `Nobody takes pull requests at ${url}`, {
      hint: hint ?? 'Push to the branches themselves with --no-pr (or create_pr: false).',
    });
  }
  try {
    const forge = await forgeAt(url);
    return await openForgeSide({ forge, project: place.project, source, syncAcls, ui: ctx.ui, clock: ctx });
  } catch (error) {
    // A dry run does without a token; what the run itself would be refused for, it is refused for as well.
    if (!ctx.dryRun || !(error instanceof PackitError) || !WITHOUT_TOKEN.has(error.code)) throw error;
    ctx.ui.warn({
      code: 'DRY_RUN_WITHOUT_FORGE',
      message: `What is in the fork is not known: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return undefined;
  }
}

/** What a dry run is let off. */
const WITHOUT_TOKEN: ReadonlySet<string> = new Set(['FORGE_TOKEN_MISSING']);

/** @throws PackitError `FORGE_REQUESTS_OFF`, `FORGE_ARCHIVED` where a request would be refused for good */
async function checkTakesRequests(forge: Forge, ref: ProjectRef): Promise<void> {
  // Pagure tells its settings only to those who may change them.
  const project = forge.kind === 'pagure' ? undefined : await forge.getProject(ref);
  if (project === undefined) return;
  if (project.archived) {
    throw new PackitError(
      'FORGE_ARCHIVED',
      `${project.fullName} on ${forge.host} is archived and takes no changes`,
      {
        hint: `Ask its maintainers to unarchive it: ${project.webUrl}.`,
      },
    );
  }
  if (project.takesRequests === false) {
    throw new PackitError(
      'FORGE_REQUESTS_OFF',
      `${project.fullName} on ${forge.host} takes no ${forge.requestName}s: they are switched off there`,
      {
        hint: `Switch them on in the settings of ${project.webUrl}, or push to the branches themselves with --no-pr.`,
      },
    );
  }
}

async function makeFork({ forge, project, syncAcls, clock }: ForgeSideOptions, ui: Ui): Promise<Project> {
  const { fork, created } = await ensureFork(forge, project, {
    onWait: (message) => ui.info(message),
    sleep: (milliseconds) => clock.sleep(milliseconds),
    now: () => clock.uptime(),
  });
  if (created) ui.info(`Forked ${fork.webUrl}`);
  if (!syncAcls) return fork;
  if (forge.access === undefined) {
    ui.info(
      `${forge.host} has no access lists to bring over; maintainers may push to the branches of requests.`,
    );
    return fork;
  }
  const { failed } = await syncAccess(forge.access, project, fork);
  for (const { change, reason } of failed) {
    ui.warn({ code: 'ACL_NOT_GIVEN', message: `${change.name} has no commit right in the fork: ${reason}` });
  }
  return fork;
}

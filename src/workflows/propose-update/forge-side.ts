/** The fork and the pull requests: what of a package's dist-git is on a forge. */
import { PackitError } from '../../errors.ts';
import type { Ui } from '../../ui.ts';
import { ensureFork, ensurePullRequest, syncAccess } from '../../remote/forge/index.ts';
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
  syncAcls: boolean;
  ui: Ui;
}

/**
 * Looks up the user, what the token is good for, and the fork; makes nothing.
 * @throws PackitError `FORGE_TOKEN_SCOPE`
 * @throws ServiceError `FORGE_TOKEN_MISSING` and others
 */
export async function openForgeSide(options: ForgeSideOptions): Promise<ForgeSide> {
  const { forge, project, ui } = options;
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
  if (expiresAt !== undefined) ui.debug(`The token for ${forge.host} is good until ${expiresAt}`);
  const isOwn = forge.kind !== 'pagure' && project.namespace.toLowerCase() === user.toLowerCase();
  const found = isOwn ? await forge.getProject(project) : await forge.findFork(project);
  let made: Promise<Project> | undefined;
  const fork = (): Promise<Project> => {
    made ??= makeFork(options, ui);
    // Another branch may try again.
    made.catch(() => (made = undefined));
    return made;
  };
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

async function makeFork({ forge, project, syncAcls }: ForgeSideOptions, ui: Ui): Promise<Project> {
  const { fork, created } = await ensureFork(forge, project, { onWait: (message) => ui.info(message) });
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

/** Brings a Copr project into the state a build needs, by its plan. */
import type { Context } from '../../../context.ts';
import { EXIT, PackitError, ServiceError } from '../../../errors.ts';
import { projectPage } from '../../../remote/copr/index.ts';
import type { Copr, CoprProject } from '../../../remote/copr/index.ts';
import { planProject } from './project-plan.ts';
import type { ProjectFacts, ProjectPlan } from './project-plan.ts';

export interface ProjectWork {
  copr: Copr;
  owner: string;
  name: string;
  requestAdmin: boolean;
}

/** Rounds for changes that others make at the same time. */
const ROUNDS = 3;
const PAUSE_MS = 3000;

/**
 * Makes or edits the project; nothing is sent where nothing differs.
 * @throws ServiceError COPR_FORBIDDEN; PackitError COPR_PERMISSION_MISSING, COPR_PERMISSION_REQUESTED
 */
export async function ensureProject(
  ctx: Context,
  work: ProjectWork,
  facts: ProjectFacts,
): Promise<CoprProject> {
  const { copr, owner, name } = work;
  let { current } = facts;
  for (let round = 1; ; round += 1) {
    const plan = planProject({ ...facts, current });
    try {
      if (plan.action === 'none' && current !== undefined) return current;
      if (plan.action === 'edit') return await edit(ctx, work, plan);
      const made = await ctx.ui.step(`Creating the project ${owner}/${name}`, () =>
        copr.addProject(owner, name, plan.action === 'create' ? plan.settings : {}),
      );
      // Somebody else may have been faster: then it came back as it is, and is edited like any other.
      if (planProject({ ...facts, current: made }).action === 'none') return made;
      current = made;
      if (round >= ROUNDS) return made;
    } catch (error) {
      if (round >= ROUNDS || !isRace(error)) throw await permissionError(ctx, work, error);
      await ctx.sleep(Number(ctx.env.PACKIT_RETRY_DELAY ?? PAUSE_MS), ctx.signal);
      current = await copr.project(owner, name);
    }
  }
}

function edit(
  ctx: Context,
  { copr, owner, name }: ProjectWork,
  plan: ProjectPlan & { action: 'edit' },
): Promise<CoprProject> {
  const what = Object.keys(plan.settings).join(', ');
  return ctx.ui.step(`Editing the project ${owner}/${name} (${what})`, () =>
    copr.editProject(owner, name, plan.settings),
  );
}

/** Another build was submitted or ended between our look and our change; or the project was made by somebody else. */
function isRace(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  if (error.status === 409) return true;
  return error.status === 400 && /already (?:exists|have)/.test(error.message);
}

async function permissionError(ctx: Context, work: ProjectWork, error: unknown): Promise<unknown> {
  if (!(error instanceof ServiceError) || error.status !== 403) return error;
  return missingPermission(ctx, work, error);
}

/** The error for a permission that is missing; asks for it first where the user wants that. */
export async function missingPermission(
  ctx: Context,
  { copr, owner, name, requestAdmin }: ProjectWork,
  cause?: ServiceError,
): Promise<PackitError> {
  const page = projectPage(copr.url, owner, name);
  const place = {
    exitCode: EXIT.failure,
    ...(cause === undefined ? {} : { cause, details: [cause.message] }),
  };
  if (!requestAdmin || ctx.dryRun) {
    return new PackitError(
      'COPR_PERMISSION_MISSING',
      `You may not build in ${owner}/${name}, or not change it`,
      {
        ...place,
        hint: `Ask for it with --request-admin-if-needed, let its owner give it to you (${page}permissions/), or use another --project.`,
      },
    );
  }
  await copr.requestPermissions(owner, name, ['admin', 'builder']);
  return new PackitError(
    'COPR_PERMISSION_REQUESTED',
    `Admin and builder permission on ${owner}/${name} were asked for`,
    {
      ...place,
      hint: `Run the command again when they are given: ${page}permissions/`,
    },
  );
}

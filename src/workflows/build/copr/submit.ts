/** One package: where to, what of, and off it goes. */
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import type { Context } from '../../../context.ts';
import { EXIT, PackitError, ServiceError, messageOf } from '../../../errors.ts';
import type { PackageConfig } from '../../../project/config/index.ts';
import { loadAliases } from '../../../project/distro-aliases/index.ts';
import type { Aliases } from '../../../project/distro-aliases/index.ts';
import { projectPage } from '../../../remote/copr/index.ts';
import type { CoprBuild, CoprProject } from '../../../remote/copr/index.ts';
import { repositoryName } from '../../srpm/index.ts';
import type { Project } from '../../srpm/index.ts';
import type { Build } from '../model.ts';
import { sourceRpm } from '../source-rpm.ts';
import type { SourceRpmInput } from '../source-rpm.ts';
import { chooseDestination } from './destination.ts';
import type { CoprOptionsInput, Destination } from './destination.ts';
import { ensureProject, missingPermission } from './ensure-project.ts';
import type { ProjectWork } from './ensure-project.ts';
import { newCoprBuild } from './live.ts';
import type { OpenCopr } from './open.ts';
import { plannedBuild } from './planned-build.ts';
import type { ProjectFacts } from './project-plan.ts';
import { resolveChroots } from './targets.ts';

export interface SubmitInput extends SourceRpmInput, CoprOptionsInput {
  requestAdminIfNeeded?: boolean | undefined;
}

/** What the packages of a run share, each asked for at most once. */
export interface Shared {
  /** Of the login; undefined where nobody is logged in. */
  account: Promise<string | undefined>;
  offered(): Promise<string[]>;
  aliases(): Promise<Aliases>;
  /** Projects as they were last seen, by `owner/name`. */
  projects: Map<string, CoprProject | undefined>;
  /** Projects whose permissions were looked at. */
  allowed: Set<string>;
}

export function createShared(
  ctx: Context,
  { copr, http }: OpenCopr,
  account: Promise<string | undefined>,
): Shared {
  let offered: Promise<string[]> | undefined;
  let aliases: Promise<Aliases> | undefined;
  return {
    account,
    offered: () => (offered ??= copr.chroots()),
    aliases: () =>
      (aliases ??= loadAliases({
        cacheDirectory: ctx.paths.cache,
        now: ctx.now,
        fetchJson: (url) => http.json({ url, service: 'Bodhi', retries: 1 }),
        ...(ctx.env.PACKIT_BODHI_URL === undefined ? {} : { bodhiUrl: ctx.env.PACKIT_BODHI_URL }),
      }).then((loaded) => {
        if (loaded.notice !== undefined) ctx.ui.info(loaded.notice);
        return loaded.aliases;
      })),
    projects: new Map(),
    allowed: new Set(),
  };
}

/** Submits the build of one package; in a dry run, only plans it. */
export async function submitPackage(
  ctx: Context,
  input: SubmitInput,
  { project, pkg, open, shared }: { project: Project; pkg: PackageConfig; open: OpenCopr; shared: Shared },
): Promise<Build> {
  const { copr } = open;
  const destination = await destinationOf(input, project, pkg, shared);
  for (const warning of destination.warnings) ctx.ui.warn(warning);
  const { owner, project: name, wanted } = destination;
  const key = `${owner}/${name}`;
  if (!shared.projects.has(key)) shared.projects.set(key, await copr.project(owner, name));
  const current = shared.projects.get(key);
  const chroots = await chrootsOf(ctx, destination, current, shared);
  const work: ProjectWork = { copr, owner, name, requestAdmin: input.requestAdminIfNeeded === true };
  const account = await shared.account;
  if (current !== undefined && account !== undefined && account !== owner && !shared.allowed.has(key)) {
    if (!(await copr.canBuild(account, owner, name))) throw await missingPermission(ctx, work);
    shared.allowed.add(key);
  }

  const srpm = await sourceRpm(ctx, input, project, pkg);
  const facts: ProjectFacts = { current, wanted, chroots, upstreamUrl: await upstreamUrl(project, pkg) };
  if (ctx.dryRun) return plannedBuild(pkg.name, destination, facts, srpm);
  shared.projects.set(key, await ensureProject(ctx, work, facts));
  const sent = await upload(ctx, open, { destination, chroots, file: srpm.path });
  const build = newCoprBuild(copr.url, sent, pkg.name);
  ctx.ui.info(`Build ${sent.id} of ${basename(srpm.path)}: ${build.url ?? ''}`);
  return build.targets.length > 0 ? build : newCoprBuild(copr.url, { ...sent, chroots }, pkg.name);
}

async function destinationOf(
  input: SubmitInput,
  project: Project,
  pkg: PackageConfig,
  shared: Shared,
): Promise<Destination> {
  const [{ remotes }, head] = await Promise.all([project.facts.config(), project.facts.head()]);
  const remote = remotes.find(({ name }) => name === input.remote) ?? remotes[0];
  return chooseDestination({
    config: project.config,
    pkg,
    options: input,
    account: await shared.account,
    repository: remote === undefined ? basename(project.root) : repositoryName(remote.url),
    ref: head.branch ?? head.sha ?? 'HEAD',
  });
}

/** From the options or jobs, else the project's own, else the stable Fedoras. */
async function chrootsOf(
  ctx: Context,
  { targets, targetsFrom }: Destination,
  current: CoprProject | undefined,
  shared: Shared,
): Promise<string[]> {
  if (targets.length === 0 && current !== undefined && current.chroots.length > 0) return current.chroots;
  const fallback = targets.length === 0;
  const { chroots, missing } = await resolveChroots({
    names: fallback ? ['fedora-stable'] : targets,
    from: fallback ? 'the default' : targetsFrom,
    offered: await shared.offered(),
    aliases: () => shared.aliases(),
  });
  if (missing.length > 0) ctx.ui.info(`Copr has no ${missing.join(', ')}: left out.`);
  return chroots;
}

async function upstreamUrl(project: Project, pkg: PackageConfig): Promise<string | undefined> {
  const url = pkg.upstream_project_url ?? (await project.facts.config()).remotes[0]?.url;
  if (url === undefined || !/^https?:\/\//.test(url)) return undefined;
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

async function upload(
  ctx: Context,
  { copr }: OpenCopr,
  { destination, chroots, file }: { destination: Destination; chroots: string[]; file: string },
): Promise<CoprBuild> {
  const { owner, project, enableNet, timeout } = destination;
  return ctx.ui.step(`Uploading ${basename(file)}`, async () => {
    const progress = ctx.ui.progress('sent', statSync(file).size);
    try {
      return await copr.upload({
        owner,
        project,
        file,
        chroots,
        enableNet,
        timeout,
        onUpload: (done, total) => progress.update(done, total),
      });
    } catch (error) {
      throw uploadError(ctx, error, projectPage(copr.url, owner, project));
    } finally {
      progress.end();
    }
  });
}

/** A connection that breaks after the last byte may leave a build behind: that is for the user to see, not to be tried again. */
function uploadError(ctx: Context, error: unknown, page: string): unknown {
  const unknown = ['It is not known whether the build was submitted.'];
  const hint = `Look there before you try again: ${page}builds/`;
  if (ctx.signal.aborted) {
    return new PackitError('INTERRUPTED', messageOf(ctx.signal.reason ?? error), {
      exitCode: EXIT.interrupted,
      details: unknown,
      hint,
    });
  }
  if (!(error instanceof ServiceError) || (error.status !== undefined && error.status < 500)) return error;
  return new ServiceError(error.code, error.message, {
    ...(error.status === undefined ? {} : { status: error.status }),
    details: [...error.details, ...unknown],
    hint,
    cause: error,
  });
}

/** Builds of Koji made into updates of Bodhi, for each package and each branch. */
import pLimit from 'p-limit';
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import { branchesFor } from '../../project/distro-aliases/index.ts';
import type { BodhiUpdate, SavedUpdates } from '../../remote/bodhi/index.ts';
import { parseRepositoryUrl } from '../../remote/forge/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import type { Checkout, CheckoutInput } from '../checkout.ts';
import {
  chooseBranches,
  configuredBranches,
  createAccess,
  locatePackage,
  namedBranches,
  readAliases,
} from '../dist-git/index.ts';
import type { DistGitPackage } from '../dist-git/index.ts';
import { exitCodeOf, failureOf } from '../outcomes.ts';
import type { TargetFailure } from '../outcomes.ts';
import { fieldsOf, planUpdate } from './plan.ts';
import type { UpdatePlan } from './plan.ts';
import { openBodhi, openKoji } from '../packaging-services/index.ts';
import { buildsOfTag, editedUpdate, namedBuilds, newestOfBranch } from './subjects.ts';
import type { Finder, Subject } from './subjects.ts';
import { checkWishes } from './wishes.ts';
import type { UpdateWishes, Wishes } from './wishes.ts';

export interface CreateUpdateInput extends CheckoutInput, UpdateWishes {
  /** Comma-separated branches or aliases. Default: those of the `bodhi_update` job, else the default branch. */
  distGitBranch?: string | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

export interface UpdateResult {
  package: string;
  branch: string;
  /** `existing`: the builds are in an update already, nothing was to be done. */
  status: 'created' | 'edited' | 'existing' | 'planned' | 'skipped' | 'failed';
  alias: string | undefined;
  url: string | undefined;
  builds: string[];
  /** What Bodhi remarks about it. */
  caveats: string[];
  /** Why it was skipped or failed. */
  reason: string | undefined;
  code: string | undefined;
  /** What was sent, or would be in a dry run. */
  plan: UpdatePlan | undefined;
  failure: TargetFailure | undefined;
}

export interface CreateUpdateResult {
  dryRun: boolean;
  updates: UpdateResult[];
  exitCode: number;
}

/** Branches worked on at a time. */
const SIDE_BY_SIDE = 4;

/**
 * Makes (or changes) updates. Every branch of every package is tried; how each ended is in the result.
 * @throws PackitError what keeps all from being begun: no repository, no configuration, wishes Bodhi cannot fulfil
 */
export async function createUpdates(ctx: Context, input: CreateUpdateInput): Promise<CreateUpdateResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  const http = createHttpClient(ctx);
  try {
    const { packages } = checkout;
    const wishes = checkWishes(
      input,
      packages.map(({ name }) => name),
    );
    const updates: UpdateResult[] = [];
    for (const pkg of packages) {
      const ui = packages.length > 1 ? ctx.ui.scoped(pkg.name) : ctx.ui;
      updates.push(
        ...(await updatesOf({ ctx: { ...ctx, ui }, input, userConfig, checkout, http, wishes }, pkg)),
      );
    }
    return { dryRun: ctx.dryRun, updates, exitCode: exitCodeOf(updates.map(({ failure }) => failure)) };
  } finally {
    await http.close();
    await checkout.scratch.dispose();
  }
}

interface Settings {
  ctx: Context;
  input: CreateUpdateInput;
  userConfig: UserConfig;
  checkout: Checkout;
  http: HttpClient;
  wishes: Wishes;
}

async function updatesOf(settings: Settings, pkg: PackageConfig): Promise<UpdateResult[]> {
  const { ctx, http, userConfig } = settings;
  try {
    const place = locatePackage(pkg, userConfig, ctx.env);
    const koji = openKoji({ ctx, http, userConfig });
    const bodhi = openBodhi({ ctx, http, userConfig });
    const releases = await bodhi.releases();
    const finder: Finder = { ctx, koji, bodhi, releases };
    const subjects = await chooseSubjects(settings, { pkg, place, finder });
    const limit = pLimit(SIDE_BY_SIDE);
    return await Promise.all(
      subjects.map(({ branch, find }) =>
        limit(() => updateBranch(settings, { pkg, branch, find, finder, ui: ctx.ui.scoped(branch) })),
      ),
    );
  } catch (error) {
    return [failed(pkg.name, '-', failureOf(error, ctx))];
  }
}

interface Choice {
  branch: string;
  find: () => Promise<Subject>;
}

async function chooseSubjects(
  settings: Settings,
  { pkg, place, finder }: { pkg: PackageConfig; place: DistGitPackage; finder: Finder },
): Promise<Choice[]> {
  const { input, ctx } = settings;
  const { edit, fromTag, kojiBuilds = [] } = input;
  const ready = (subject: Subject): Choice => ({
    branch: subject.branch,
    find: () => Promise.resolve(subject),
  });
  if (edit !== undefined) return [ready(await editedUpdate(finder, edit, kojiBuilds))];
  if (fromTag !== undefined) return [ready(await buildsOfTag(finder, fromTag))];
  if (kojiBuilds.length > 0) return (await namedBuilds(finder, kojiBuilds)).map(ready);
  const { branches, defaultBranch } = await chooseTargets(settings, { pkg, place });
  ctx.ui.info(`Making updates of ${place.name} for ${branches.join(', ')}`);
  return branches.map((branch) => ({
    branch,
    find: () => newestOfBranch(finder, place.name, { branch, isDefault: branch === defaultBranch }),
  }));
}

/** The default branch is the forge's to tell; nothing is cloned for it. */
async function chooseTargets(
  { ctx, http, input, userConfig, checkout }: Settings,
  { pkg, place }: { pkg: PackageConfig; place: DistGitPackage },
): Promise<{ branches: string[]; defaultBranch: string }> {
  const configured = configuredBranches(checkout.config, pkg.name, ['bodhi_update']);
  const names = namedBranches(input.distGitBranch, configured);
  const aliases = await readAliases(ctx, http, names);
  const defaultBranch = await readDefaultBranch(
    { ctx, http, userConfig, cwd: checkout.scratch.dir },
    place.urls.project,
  );
  const targets = await chooseBranches({
    option: input.distGitBranch,
    configured,
    job: 'bodhi_update',
    defaultBranch,
    expand: (wanted) => branchesFor(aliases, wanted, { defaultBranch }),
  });
  return { branches: targets.map(({ branch }) => branch), defaultBranch };
}

async function readDefaultBranch(
  options: { ctx: Context; http: HttpClient; userConfig: UserConfig; cwd: string },
  url: string,
): Promise<string> {
  const project = parseRepositoryUrl(url)?.project;
  if (project === undefined) return 'rawhide';
  try {
    const forge = await createAccess(options).forgeAt(url);
    return (await forge.getDefaultBranch(project)) ?? 'rawhide';
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    options.ctx.ui.debug(`The default branch is taken to be rawhide: ${error.message}`);
    return 'rawhide';
  }
}

interface Work extends Choice {
  pkg: PackageConfig;
  finder: Finder;
  ui: Context['ui'];
}

async function updateBranch({ ctx, wishes }: Settings, work: Work): Promise<UpdateResult> {
  const { pkg, branch, finder, ui } = work;
  const { koji, bodhi } = finder;
  const blank = blankResult(pkg.name, branch);
  let builds: string[] = [];
  try {
    const subject = await ui.step('find the builds', work.find);
    builds = subject.builds.map(({ nvr }) => nvr);
    const options = { koji, bodhi, wishes, extra: pkg.bodhi_extra_params, ui };
    const planned = await ui.step('read what is there', () => planUpdate(subject, options));
    if (planned.kind === 'skipped') {
      const { code, reason } = planned;
      return { ...blank, builds, status: 'skipped', code, reason };
    }
    if (planned.kind === 'existing') return existing({ ...blank, builds }, planned.update);
    const { plan } = planned;
    if (ctx.dryRun) return { ...blank, builds, status: 'planned', plan };
    const saved = await ui.step(plan.edits === undefined ? 'make the update' : `change ${plan.edits}`, () =>
      save(finder, plan),
    );
    const [update] = saved.updates;
    if (saved.exists && update !== undefined) return existing({ ...blank, builds, plan }, update);
    const url = update?.url === '' ? undefined : update?.url;
    ui.info(
      `${plan.edits === undefined ? 'created' : 'edited'} ${update?.alias ?? ''} ${url ?? ''}`.trimEnd(),
    );
    for (const caveat of saved.caveats) ui.info(caveat);
    return {
      ...blank,
      builds: update?.builds ?? builds,
      status: plan.edits === undefined ? 'created' : 'edited',
      alias: update?.alias,
      url,
      caveats: saved.caveats,
      plan,
    };
  } catch (error) {
    return { ...failed(pkg.name, branch, failureOf(error, ctx)), builds };
  }
}

/** That it is there already is what is left of an answer that was lost, or somebody was quicker. */
async function save({ bodhi }: Finder, plan: UpdatePlan): Promise<SavedUpdates & { exists: boolean }> {
  try {
    return { ...(await bodhi.save(fieldsOf(plan))), exists: false };
  } catch (error) {
    if (!isPackitError(error) || error.code !== 'BODHI_EXISTS') throw error;
    const updates = await bodhi.updates({ builds: plan.builds });
    if (updates.length === 0) throw error;
    return { updates, caveats: [], exists: true };
  }
}

function existing(blank: UpdateResult, { alias, url, status }: BodhiUpdate): UpdateResult {
  return {
    ...blank,
    status: 'existing',
    alias,
    url,
    reason: `there is an update already, ${status}`,
    code: 'UPDATE_EXISTS',
  };
}

function blankResult(name: string, branch: string): UpdateResult {
  return {
    package: name,
    branch,
    status: 'failed',
    alias: undefined,
    url: undefined,
    builds: [],
    caveats: [],
    reason: undefined,
    code: undefined,
    plan: undefined,
    failure: undefined,
  };
}

function failed(name: string, branch: string, failure: TargetFailure): UpdateResult {
  return { ...blankResult(name, branch), reason: failure.message, code: failure.code, failure };
}

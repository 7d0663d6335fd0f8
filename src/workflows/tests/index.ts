/** The project's tmt plans, run against packages made from the checkout. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { EXIT, PackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { asDirectoryName } from '../../project/inside.ts';
import { checkMock, rebuildInMock } from '../../tools/mock/index.ts';
import { tail } from '../../tools/process/index.ts';
import { checkTmt, cleanTmt, runTmt } from '../../tools/tmt/index.ts';
import type { PlanVerdict, Provision } from '../../tools/tmt/index.ts';
import { buildResult, sourceRpm, withTargets } from '../build/index.ts';
import type { Build, BuildResult, BuildTarget } from '../build/index.ts';
import { forEachPackage, openProject } from '../srpm/index.ts';
import type { Project } from '../srpm/index.ts';
import { chrootFor } from './chroot.ts';

export interface TestInput {
  pathOrUrl?: string | undefined;
  packages?: readonly string[] | undefined;
  configPath?: string | undefined;
  remote?: string | undefined;
  noActions: boolean;
  /** Packages to be tested, relative to where packit was started; none: made with mock. */
  rpms: readonly string[];
  /** The image tests run in: `fedora:rawhide`. */
  target: string;
  /** The mock chroot packages are made in. Default: the one that fits the image. */
  root?: string | undefined;
  /** Regular expressions for names of plans; none: all. */
  plans: readonly string[];
  how: Provision['how'];
  cleanBefore: boolean;
  /** Seconds tmt may take for a package. */
  timeout?: number | undefined;
}

/** A plan with what became of each of its tests. */
export interface TestedPlan extends BuildTarget {
  tests: PlanVerdict['tests'];
}

/**
 * Tests every package of the repository, plan by plan. tmt's files stay, for their logs.
 * @throws PackitError TESTS_NONE if no test ran, and those of mock and tmt
 */
export async function runTests(ctx: Context, input: TestInput): Promise<BuildResult> {
  const rpms = input.rpms.map((path) => existingRpm(ctx.cwd, path));
  const root = input.root ?? chrootFor(input.target);
  await checkTmt(ctx.run, ctx.cwd);
  if (rpms.length === 0) await checkMock({ run: ctx.run, env: ctx.env, cwd: ctx.cwd, root });
  const project = await openProject(ctx, preparation(input));
  try {
    if (input.cleanBefore && !ctx.dryRun) await cleanTmt(ctx.run, project.root);
    const { done, failed } = await forEachPackage(ctx, project.packages, async (pkg, packageCtx) => {
      const packages =
        rpms.length > 0 || ctx.dryRun ? rpms : await makeRpms(packageCtx, input, project, pkg, root);
      return testPackage(packageCtx, input, project, pkg, { packages, root });
    });
    return buildResult(done, failed, !ctx.dryRun);
  } finally {
    await project.dispose();
  }
}

async function makeRpms(
  ctx: Context,
  input: TestInput,
  project: Project,
  pkg: PackageConfig,
  root: string,
): Promise<string[]> {
  const { path: srpm } = await sourceRpm(ctx, preparation(input), project, pkg);
  const resultDir = join(project.scratch.dir, `rpms-${asDirectoryName(pkg.name)}`);
  const { rpms } = await ctx.ui.step(`Building in mock (${root})`, () =>
    rebuildInMock({ run: ctx.run, cwd: ctx.cwd, root, srpm, resultDir }),
  );
  return rpms;
}

async function testPackage(
  ctx: Context,
  input: TestInput,
  project: Project,
  pkg: PackageConfig,
  { packages, root }: { packages: readonly string[]; root: string },
): Promise<Build> {
  const build: Build = { place: 'tmt', package: pkg.name, state: 'queued', targets: [] };
  const { how, target: image, plans, timeout } = input;
  if (ctx.dryRun) {
    const what = plans.length === 0 ? 'every plan' : `plans matching ${plans.join(', ')}`;
    const where = how === 'local' ? 'on this machine' : `in ${image} (${how})`;
    const of = packages.length > 0 ? packages.join(', ') : `packages made in the chroot ${root} of mock`;
    return { ...build, plan: [{ action: 'test', summary: `run ${what} ${where} with ${of}` }] };
  }
  const place = ctx.env.TMT_WORKDIR_ROOT || '/var/tmp/tmt';
  const stamp = ctx.now().toISOString().replace(/\D/g, '').slice(0, 14);
  const runDir = join(place, `packit-${asDirectoryName(pkg.name)}-${stamp}-${process.pid}`);
  const verdicts = await ctx.ui.step('Testing with tmt', () =>
    runTmt({
      run: ctx.run,
      cwd: resolve(project.root, pkg.paths[0] ?? '.'),
      runDir,
      provision: how === 'local' ? { how } : { how, image },
      plans,
      packages,
      ...(timeout === undefined ? {} : { timeout: timeout * 1000 }),
    }),
  );
  ctx.ui.info(`Files of the run: ${runDir}`);
  if (verdicts.every(({ state }) => state === 'skipped')) {
    throw new PackitError('TESTS_NONE', `No test of ${pkg.name} ran`, {
      exitCode: EXIT.failure,
      details: verdicts.map(({ name, note }) => `${name}: ${note}`),
      hint: 'See which tests a plan selects: tmt plans show; tmt run discover -v.',
    });
  }
  return withTargets(build, await Promise.all(verdicts.map(withEvidence)));
}

async function withEvidence(plan: PlanVerdict): Promise<TestedPlan> {
  if (plan.state !== 'failed' || plan.log === undefined) return plan;
  const text = await readFile(plan.log).catch(() => undefined);
  return text === undefined ? plan : { ...plan, evidence: tail(text, undefined, 12) };
}

function existingRpm(cwd: string, path: string): string {
  const absolute = resolve(cwd, path);
  if (existsSync(absolute)) return absolute;
  throw new PackitError('RPM_NOT_FOUND', `There is no file ${absolute}`, {
    hint: 'Name RPMs with --rpm-paths, or leave it out to have them made with mock.',
  });
}

function preparation({ pathOrUrl, packages, configPath, remote, noActions }: TestInput) {
  return {
    noActions,
    ...(pathOrUrl === undefined ? {} : { pathOrUrl }),
    ...(packages === undefined ? {} : { packages }),
    ...(configPath === undefined ? {} : { configPath }),
    ...(remote === undefined ? {} : { remote }),
  };
}

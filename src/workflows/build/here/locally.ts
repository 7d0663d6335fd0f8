/** RPMs by rpmbuild, on this machine as it is. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Context } from '../../../context.ts';
import type { PackageConfig } from '../../../project/config/index.ts';
import { asDirectoryName } from '../../../project/inside.ts';
import { placeFile } from '../../../project/workspace/index.ts';
import { stringifySpec } from '../../../spec/index.ts';
import {
  buildRpms,
  checkRpmInstalled,
  fedoraStandIns,
  namesOfRpms,
  unpackSrpm,
} from '../../../tools/rpm/index.ts';
import type { BuildRpmsOptions } from '../../../tools/rpm/index.ts';
import { buildResult } from '../model.ts';
import { givenSrpm } from '../source-rpm.ts';
import type { Build, BuildResult } from '../model.ts';
import type { SourceRpmInput } from '../source-rpm.ts';
import { forEachPackage, openProject, preparePackage, sourcesOf, withPlaceFor } from '../../srpm/index.ts';
import type { Project } from '../../srpm/index.ts';

export interface LocalInput extends SourceRpmInput {
  /** Seconds rpmbuild may take. Default: no limit. */
  timeout?: number | undefined;
}

/** What rpmbuild is to build: a directory with a spec and its sources. */
type Sources = Pick<
  BuildRpmsOptions,
  'run' | 'specFile' | 'stagingDir' | 'macroFiles' | 'codeDirs' | 'displayPath'
> & {
  version?: string;
};

/**
 * Builds the packages and puts the RPMs below the directory packit was started in, by architecture (`noarch/`, `x86_64/`).
 * Nothing is written to the checkout.
 */
export async function buildLocally(ctx: Context, input: LocalInput): Promise<BuildResult> {
  await checkRpmInstalled({ run: ctx.run, cwd: ctx.cwd });
  const project = await openProject(ctx, input);
  try {
    const srpm = givenSrpm(ctx, input, project.packages);
    const { done, failed } = await forEachPackage(ctx, project.packages, async (pkg, packageCtx) => {
      if (srpm !== undefined)
        return build(packageCtx, input, project, pkg, await unpacked(packageCtx, project, srpm));
      return withPlaceFor(packageCtx, input, project, pkg, async (place) => {
        const prepared = await preparePackage(packageCtx, input, place, pkg);
        const { work, specDir, specName, version } = prepared;
        return build(packageCtx, input, project, pkg, {
          run: work.ctx.run,
          specFile: specName,
          stagingDir: await sourcesOf(prepared),
          codeDirs: [specDir, work.root],
          displayPath: pkg.specfile_path ?? specName,
          macroFiles: await work.rpm.macroFiles(stringifySpec(work.spec())),
          version,
        });
      });
    });
    return buildResult(done, failed, !ctx.dryRun);
  } finally {
    await project.dispose();
  }
}

async function unpacked(ctx: Context, project: Project, srpm: string): Promise<Sources> {
  const stagingDir = join(project.scratch.dir, 'srpm');
  const { specName } = await unpackSrpm({ run: ctx.run, srpm, directory: stagingDir });
  const directory = join(project.scratch.dir, 'macros');
  await mkdir(directory);
  const text = await readFile(join(stagingDir, specName));
  const { macroFile } = await fedoraStandIns({ run: ctx.run, text, directory });
  return {
    run: ctx.run,
    specFile: specName,
    stagingDir,
    displayPath: `${specName} of ${basename(srpm)}`,
    macroFiles: macroFile === undefined ? [] : [macroFile],
  };
}

async function build(
  ctx: Context,
  input: LocalInput,
  project: Project,
  pkg: PackageConfig,
  { version, ...sources }: Sources,
): Promise<Build> {
  const about = { place: 'local', package: pkg.name, ...(version === undefined ? {} : { version }) } as const;
  const workDir = join(project.scratch.dir, `rpmbuild-${asDirectoryName(pkg.name)}`);
  const options: BuildRpmsOptions = {
    ...sources,
    workDir,
    onOutput: (chunk, stream) => ctx.ui.output(chunk, stream),
  };
  if (ctx.dryRun) {
    const names = await namesOfRpms(options);
    const summary = `build with rpmbuild, into ${ctx.cwd}: ${names.join(', ')}`;
    return {
      ...about,
      state: 'queued',
      targets: [],
      plan: [{ action: 'build-rpms', summary, details: { rpms: names } }],
    };
  }
  const start = ctx.now().getTime();
  const built = await ctx.ui.step('Building the RPMs', () =>
    buildRpms({ ...options, ...(input.timeout === undefined ? {} : { timeout: input.timeout * 1000 }) }),
  );
  const results: string[] = [];
  for (const file of built) {
    const destination = join(ctx.cwd, relative(join(workDir, 'RPMS'), file));
    await mkdir(dirname(destination), { recursive: true });
    await placeFile(file, destination);
    results.push(destination);
  }
  const seconds = Math.round((ctx.now().getTime() - start) / 1000);
  return { ...about, state: 'succeeded', targets: [{ name: 'local', state: 'succeeded', seconds, results }] };
}

/** One package into OBS: its sources, the project it goes to, the commit. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../../context.ts';
import type { PackageConfig } from '../../../project/config/index.ts';
import { asDirectoryName } from '../../../project/inside.ts';
import { planProjectMeta } from '../../../remote/obs/index.ts';
import type { ObsTarget, ProjectMeta, SourceFile } from '../../../remote/obs/index.ts';
import { unpackSrpm } from '../../../tools/rpm/index.ts';
import type { Project } from '../../srpm/index.ts';
import type { Build, PlannedStep } from '../model.ts';
import { sourceRpm } from '../source-rpm.ts';
import type { SourceRpmInput } from '../source-rpm.ts';
import { newObsBuild } from './live.ts';
import type { ObsPlace } from './live.ts';
import type { OpenObs } from './open.ts';
import { packageContent } from './package-content.ts';

export interface SubmitInput extends SourceRpmInput {
  /** Default: the account. */
  owner?: string | undefined;
  /** Default `home:OWNER:packit`. */
  obsProject?: string | undefined;
  /** Comma separated. Default `fedora-rawhide-x86_64`. */
  targets?: string | undefined;
  description?: string | undefined;
}

export interface SubmittedBuild {
  build: Build;
  place: ObsPlace;
}

/** Makes the sources first: nothing is created for a package that has none. In a dry run, only plans. */
export async function submitPackage(
  ctx: Context,
  input: SubmitInput,
  {
    project,
    pkg,
    open,
    targets,
  }: { project: Project; pkg: PackageConfig; open: OpenObs; targets: readonly ObsTarget[] },
): Promise<SubmittedBuild> {
  const { obs, account } = open;
  // OBS counts releases itself.
  const { path: srpm, version } = await sourceRpm(ctx, { ...input, releaseSuffix: '0' }, project, pkg);
  const files = await sourceFiles(ctx, srpm, join(project.scratch.dir, `obs-${asDirectoryName(pkg.name)}`));
  const owner = input.owner ?? account.user;
  const obsProject = input.obsProject ?? `home:${owner}:packit`;
  const meta = planProjectMeta(await obs.projectMeta(obsProject), {
    project: obsProject,
    owner,
    description: input.description,
    targets,
  });
  const { name } = pkg;
  const place: ObsPlace = { project: obsProject, name, targets: meta.repositories };
  const known = meta.isNew ? false : await obs.hasPackage(obsProject, name);
  const removed = known ? await removedFiles(open, obsProject, name, files) : [];
  const build: Build = {
    ...newObsBuild(obs.apiUrl, place, pkg.name),
    ...(version === undefined ? {} : { version }),
  };
  if (ctx.dryRun) {
    const plan = planOf(meta, { obsProject, name, known, files, removed });
    return { build: { ...build, targets: [], plan }, place };
  }
  for (const change of meta.changes) ctx.ui.info(`OBS: ${change}`);
  if (meta.xml !== undefined) await obs.writeProjectMeta(obsProject, meta.xml);
  if (!known) await obs.createPackage(obsProject, name);
  if (removed.length > 0) {
    ctx.ui.info(`OBS: files that are not in the source RPM leave the package: ${removed.join(', ')}`);
  }
  const ref = input.upstreamRef;
  await ctx.ui.step(`Committing to ${obsProject}/${name}`, () =>
    obs.commit({
      project: obsProject,
      package: name,
      files,
      message: `Created by packit${ref === undefined ? '' : ` from upstream revision ${ref}`}`,
      onUpload: (file) => ctx.ui.debug(`Sending ${file}`),
    }),
  );
  return { build, place };
}

async function sourceFiles(ctx: Context, srpm: string, directory: string): Promise<SourceFile[]> {
  const { specName, names } = await unpackSrpm({ run: ctx.run, srpm, directory });
  const specFile = join(directory, specName);
  const { spec, changes } = packageContent(await readFile(specFile), specName, names);
  await writeFile(specFile, spec);
  if (changes !== undefined) await writeFile(join(directory, changes.name), changes.text);
  const all = changes === undefined ? names : [...names, changes.name];
  return all.map((name) => ({ name, path: join(directory, name) }));
}

async function removedFiles(
  { obs }: OpenObs,
  project: string,
  name: string,
  files: readonly SourceFile[],
): Promise<string[]> {
  const kept = new Set(files.map((file) => file.name));
  return (await obs.fileNames(project, name)).filter((file) => !kept.has(file));
}

interface PlanFacts {
  obsProject: string;
  name: string;
  known: boolean;
  files: readonly SourceFile[];
  removed: readonly string[];
}

function planOf(meta: ProjectMeta, { obsProject, name, known, files, removed }: PlanFacts): PlannedStep[] {
  const names = files.map((file) => file.name);
  return [
    ...meta.changes.map((summary) => ({ action: 'edit-project', summary })),
    ...(known ? [] : [{ action: 'create-package', summary: `create the package ${obsProject}/${name}` }]),
    ...(removed.length === 0
      ? []
      : [{ action: 'remove-files', summary: `remove from the package: ${removed.join(', ')}` }]),
    {
      action: 'commit',
      summary: `commit ${names.join(', ')} to ${obsProject}/${name}`,
      details: { project: obsProject, package: name, files: names },
    },
    {
      action: 'build',
      summary: `build for ${meta.repositories.map(({ target }) => target).join(', ')}`,
      details: { repositories: meta.repositories },
    },
  ];
}

/** RPMs in a clean chroot, by mock. */
import { join, resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { asDirectoryName } from '../../../project/inside.ts';
import { checkMock, rebuildInMock } from '../../../tools/mock/index.ts';
import { buildResult } from '../model.ts';
import { givenSrpm, sourceRpm } from '../source-rpm.ts';
import type { Build, BuildResult } from '../model.ts';
import type { SourceRpmInput } from '../source-rpm.ts';
import { forEachPackage, openProject } from '../../srpm/index.ts';

export interface MockInput extends SourceRpmInput {
  /** `--root`: name or `.cfg` file. Default `default`. */
  root?: string | undefined;
  /** Relative to where packit was started. Default `mock-results/<root>/<package>`. */
  resultDir?: string | undefined;
  /** mock chooses; its own directory is emptied by the next build in that chroot. */
  mockResultDir?: boolean | undefined;
  /** Seconds mock may take. Default: no limit. */
  timeout?: number | undefined;
}

/** @throws PackitError those of `checkMock`, before anything is built */
export async function buildInMock(ctx: Context, input: MockInput): Promise<BuildResult> {
  const root = input.root ?? 'default';
  await checkMock({ run: ctx.run, env: ctx.env, cwd: ctx.cwd, root });
  const project = await openProject(ctx, input);
  try {
    givenSrpm(ctx, input, project.packages);
    const { done, failed } = await forEachPackage(
      ctx,
      project.packages,
      async (pkg, packageCtx): Promise<Build> => {
        const { path: srpm, version } = await sourceRpm(packageCtx, input, project, pkg);
        const about = {
          place: 'mock',
          package: pkg.name,
          ...(version === undefined ? {} : { version }),
        } as const;
        const resultDir = resultDirectory(ctx.cwd, input, root, pkg.name);
        if (ctx.dryRun) {
          const place = resultDir === undefined ? 'into a directory of mock’s own' : `into ${resultDir}`;
          const plan = [{ action: 'mock-build', summary: `build in the chroot ${root} of mock, ${place}` }];
          return { ...about, state: 'queued', targets: [], plan };
        }
        const start = ctx.now().getTime();
        const { directory, rpms } = await packageCtx.ui.step(`Building in mock (${root})`, () =>
          rebuildInMock({
            run: ctx.run,
            cwd: ctx.cwd,
            root,
            srpm,
            ...(resultDir === undefined ? {} : { resultDir }),
            ...(input.timeout === undefined ? {} : { timeout: input.timeout * 1000 }),
          }),
        );
        const seconds = Math.round((ctx.now().getTime() - start) / 1000);
        const log = join(directory, 'build.log');
        return {
          ...about,
          state: 'succeeded',
          targets: [{ name: root, state: 'succeeded', seconds, log, results: rpms }],
        };
      },
    );
    return buildResult(done, failed, !ctx.dryRun);
  } finally {
    await project.dispose();
  }
}

/** One directory for each chroot and package, always the same one. */
function resultDirectory(cwd: string, input: MockInput, root: string, name: string): string | undefined {
  if (input.mockResultDir === true) return undefined;
  if (input.resultDir !== undefined) return resolve(cwd, input.resultDir);
  const chroot = root.replace(/^.*\//, '').replace(/\.cfg$/, '');
  return join(cwd, 'mock-results', asDirectoryName(chroot), asDirectoryName(name));
}

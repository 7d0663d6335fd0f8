/** One build submitted to Copr: its project made or edited, its SRPM made there by a script. Nothing of the project runs here. */
import type { Context } from '../../../context.ts';
import { isOutage, isPackitError, messageOf } from '../../../errors.ts';
import type { CiEvent } from '../event/index.ts';
import { coprSource } from '../source/index.ts';
import type { Shown } from '../statuses/index.ts';
import { statusText } from '../statuses/index.ts';
import { ensureProject, missingPermission } from '../../build/copr/index.ts';
import type { OpenCopr } from '../../build/copr/index.ts';
import type { BuildWork } from './work.ts';

export interface SubmitBuild {
  event: CiEvent;
  /** Address to clone from, without credentials. */
  repositoryUrl: string;
  work: BuildWork;
  chroots: readonly string[];
  cause: string;
  /** Chroots that Copr has. */
  offered: () => Promise<readonly string[]>;
}

/** The id of the build; or what to show where there can be none; or that it is to be tried again later. */
export type Submitted = { id: string } | { refused: Shown } | { later: string };

export async function submitBuild(ctx: Context, open: OpenCopr, input: SubmitBuild): Promise<Submitted> {
  const { copr } = open;
  const { work, event, chroots } = input;
  const { pkg } = work.view;
  try {
    const offered = await input.offered();
    const account = await copr.whoami();
    const owner = work.owner ?? account;
    const { project: name } = work;
    const current = await copr.project(owner, name);
    const target = { copr, owner, name, requestAdmin: false };
    if (current !== undefined && owner !== account && !(await copr.canBuild(account, owner, name))) {
      throw await missingPermission(ctx, target);
    }
    await ensureProject(ctx, target, {
      current,
      chroots,
      upstreamUrl: input.repositoryUrl,
      wanted: {
        description: `Builds of ${input.repositoryUrl} made by "packit ci".`,
        instructions: undefined,
        listOnHomepage: pkg.list_on_homepage ? true : undefined,
        preserve: pkg.preserve_project ? true : undefined,
        additionalRepos: pkg.additional_repos.length === 0 ? undefined : pkg.additional_repos,
        moduleHotfixes: pkg.module_hotfixes ? true : undefined,
        bootstrap: pkg.bootstrap === 'default' ? undefined : pkg.bootstrap,
      },
    });
    const source = coprSource({
      pkg,
      view: work.view,
      event,
      key: work.srpm.key,
      cause: input.cause,
      repositoryUrl: input.repositoryUrl,
      sourceChroot: sourceChroot(offered),
    });
    const build = await copr.buildCustom({
      owner,
      project: name,
      ...source,
      chroots: [...chroots],
      ...(pkg.enable_net ? { enableNet: true } : {}),
    });
    return { id: build.id };
  } catch (error) {
    if (ctx.signal.aborted || !isPackitError(error)) throw error;
    if (isOutage(error)) return { later: messageOf(error) };
    return {
      refused: {
        state: 'error',
        description: statusText(`Submit of the build failed: ${error.message}`),
        url: '',
      },
    };
  }
}

/** The newest stable Fedora, where tools are newest that are known to work. */
export function sourceChroot(offered: readonly string[]): string {
  const numbers = offered.flatMap((name) => /^fedora-(\d+)-x86_64$/.exec(name)?.[1] ?? []);
  // The highest number may be a branch that is not released yet.
  const [newest, before] = numbers.map(Number).toSorted((a, b) => b - a);
  return newest === undefined ? 'fedora-rawhide-x86_64' : `fedora-${before ?? newest}-x86_64`;
}

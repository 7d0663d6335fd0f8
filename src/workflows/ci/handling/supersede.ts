/** Builds and tests of commits that a pull request has been pushed over: ended, and their statuses with them. */
import { projectPath } from '../../../remote/forge/index.ts';
import { isFinal } from '../../../run-state.ts';
import { cancelCoprBuild } from '../../build/copr/index.ts';
import type { Desk } from './desk.ts';
import type { CiEvent } from '../event/index.ts';
import type { Work } from '../reconcile/index.ts';
import type { OpenServices } from './services.ts';
import { sourceRef } from '../source/index.ts';
import { isEnd, readCurrent, statusProject, statusText } from '../statuses/index.ts';

/**
 * Copr knows the earlier commits: the scripts of its builds name them. What of those has not ended is cancelled there and at Testing
 * Farm, and shown as cancelled. Statuses that a newer run has on the same commit are not concerned.
 */
export async function supersede(
  desk: Desk,
  event: CiEvent,
  { work, services, quiet }: { work: Work; services: OpenServices; quiet: boolean },
): Promise<void> {
  const { ctx, me } = desk;
  if (event.sha === undefined || me === undefined) return;
  const shas = new Set<string>();
  for (const build of work.builds) {
    const owner = build.owner ?? (await services.coprAccount());
    const older = await services.finder.older({
      owner,
      project: build.project,
      ref: sourceRef(event),
      sha: event.sha,
    });
    for (const { id, mark, ended } of older) {
      if (mark.sha !== undefined) shas.add(mark.sha);
      if (!ended && (await cancelCoprBuild(ctx, id)))
        ctx.ui.info(`Cancelled build ${id}: it was of an earlier commit`);
    }
  }
  for (const sha of shas) await endStatuses(desk, event, { sha, services, quiet });
}

async function endStatuses(
  { ctx, forge, me }: Desk,
  event: CiEvent,
  { sha, services, quiet }: { sha: string; services: OpenServices; quiet: boolean },
): Promise<void> {
  const { sha: newer = '' } = event;
  const project = statusProject({ ...event, source: event.pullRequest?.source });
  for (const { name, state, url, farm } of await readCurrent(forge, project, sha, me)) {
    if (isEnd(state)) continue;
    if (farm !== undefined) {
      const request = await services.farm.request(farm);
      if (request !== undefined && !isFinal(request.state) && (await services.farm.cancel(farm)))
        ctx.ui.info(`Cancelled the tests ${farm}: they were of an earlier commit`);
    }
    if (quiet) continue;
    const description = statusText(`Superseded by ${newer.slice(0, 12)} in ${projectPath(project)}.`);
    await forge.setStatus(project, sha, { name, state: 'cancelled', description, url });
  }
}

/** `pull_from_upstream`: a release that was announced, or that a comment asks for, as pull requests in the event's dist-git. */
import type { Context } from '../../../context.ts';
import { compareRpmVersions } from '../../../project/version/index.ts';
import { pullFromUpstream } from '../../pull-from-upstream/index.ts';
import { asCode } from '../comments/index.ts';
import { versionsWanted } from '../select/index.ts';
import { reportFailure } from './failure-issue.ts';
import { locationOf } from './one-job.ts';
import { forAll, outcome } from './outcome.ts';
import { bringRelease } from './release.ts';
import { whyConditionFails } from './rules/index.ts';
import type { TaskInput, TaskOutcomes } from './types.ts';

export async function pullRelease(
  ctx: Context,
  input: TaskInput,
  packitVersion: string,
): Promise<TaskOutcomes> {
  const { view } = input;
  const version = versionOf(input);
  const refusal = await whyConditionFails(ctx, input, version);
  if (refusal !== undefined) return forAll(input.units, outcome('neutral', refusal));
  const pathOrUrl = await locationOf(ctx, input);
  const resolveBugs = bugsOf(input);
  const { outcomes, failures, release } = await bringRelease(ctx, input, {
    name: 'Pull from upstream',
    run: (configuration) =>
      pullFromUpstream(ctx, { pathOrUrl, configuration, version, resolveBugs }, packitVersion),
  });
  if (failures.length > 0) {
    const what = release ?? version ?? 'the newest';
    await reportFailure(
      ctx,
      input,
      {
        title: `[packit] Pull from upstream failed for release ${what}`,
        purpose: 'pull-from-upstream',
        intro: `Packit could not bring the release ${asCode(what)} of ${asCode(view.pkg.name)} to dist-git:`,
        failures,
        command: 'pull-from-upstream',
      },
      'nowhere',
    );
  }
  return outcomes;
}

/** Of several announced at once the highest: the others are older. Undefined: the newest release there is. */
function versionOf({ event, view: { pkg } }: TaskInput): string | undefined {
  if (event.message?.of === 'new-release') {
    const wanted = versionsWanted(pkg, event.message.versions);
    return [...wanted].sort(compareRpmVersions).at(-1);
  }
  return event.comment?.command.version;
}

function bugsOf({ event }: TaskInput): string[] {
  if (event.message?.of === 'new-release') {
    const { bug } = event.message;
    return bug === undefined ? [] : [`rhbz#${bug}`];
  }
  return event.comment?.command.resolveBugs ?? [];
}

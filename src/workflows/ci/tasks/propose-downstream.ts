/** `propose_downstream`: a release of the event's project, as pull requests in dist-git. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { versionFromTag } from '../../../project/version/index.ts';
import { proposeUpdate } from '../../propose-update/index.ts';
import { asCode } from '../comments/index.ts';
import { releaseInTitle, releaseTitle, reportFailure } from './failure-issue.ts';
import { locationOf } from './one-job.ts';
import { bringRelease } from './release.ts';
import type { TaskInput, TaskOutcomes } from './types.ts';

export async function proposeDownstream(
  ctx: Context,
  input: TaskInput,
  packitVersion: string,
): Promise<TaskOutcomes> {
  const { view } = input;
  const tag = await tagOf(input);
  const version = tag === undefined ? undefined : versionOf(tag, input);
  const pathOrUrl = await locationOf(ctx, input, { tag });
  const { outcomes, failures, release } = await bringRelease(ctx, input, {
    name: 'Propose downstream',
    run: (configuration) => proposeUpdate(ctx, { pathOrUrl, configuration, version }, packitVersion),
  });
  if (failures.length > 0 && view.pkg.notifications.failure_issue.create) {
    const what = tag ?? release ?? 'the newest';
    await reportFailure(
      ctx,
      input,
      {
        title: releaseTitle(what),
        purpose: 'propose-downstream',
        intro: `Packit could not propose the release ${asCode(what)} of ${asCode(view.pkg.name)} in dist-git:`,
        failures,
        command: 'propose-downstream',
      },
      'project',
    );
  }
  return outcomes;
}

/** The release of the event; in an issue about a failure, the one that failed. Undefined: the newest. */
async function tagOf({ event, forge }: TaskInput): Promise<string | undefined> {
  if (event.tag !== undefined || event.issue === undefined) return event.tag;
  const [issues = [], me] = await Promise.all([forge.listIssues(event.project), forge.whoami()]);
  const issue = issues.find(({ number, author }) => number === event.issue && author === me);
  return issue === undefined ? undefined : releaseInTitle(issue.title);
}

/** @throws PackitError `TAG_FOREIGN` */
function versionOf(tag: string, { view: { pkg } }: TaskInput): string {
  const version = versionFromTag(tag, pkg);
  if (version !== undefined && version !== '') return version;
  throw new PackitError(
    'TAG_FOREIGN',
    `The tag ${tag} does not fit upstream_tag_template "${pkg.upstream_tag_template}"`,
    { hint: 'Correct the template, or leave such tags out with upstream_tag_include.' },
  );
}

/** Builds of other pull requests that a comment wants tested together with this one's: `/packit test OWNER/NAME#42`. */
import type { Copr } from '../../../remote/copr/index.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';
import { parseRepositoryUrl } from '../../../remote/forge/index.ts';
import type { CiEvent } from '../event/index.ts';
import { readOwn } from '../statuses/index.ts';
import { testedBuild } from '../tests/index.ts';
import type { TestedBuild } from '../tests/index.ts';

export interface OtherBuildsInput {
  forge: Forge;
  copr: Copr;
  /** Account whose statuses are believed. */
  me: string | undefined;
  event: CiEvent;
  chroot: string;
}

/** Undefined: the comment names no pull request. Those without a good build in the chroot are left out. */
export async function otherBuilds(input: OtherBuildsInput): Promise<TestedBuild[] | undefined> {
  const words = input.event.comment?.command.otherRequests ?? [];
  if (words.length === 0) return undefined;
  const found: TestedBuild[] = [];
  for (const word of words) {
    const place = requestIn(word, input.forge);
    const build = place === undefined ? undefined : await buildOf(input, place);
    if (build !== undefined) found.push(build);
  }
  return found;
}

interface RequestPlace {
  project: ProjectRef;
  number: number;
}

/** `OWNER/NAME#42`, or the address of a pull request on the same forge. */
export function requestIn(
  word: string,
  { instanceUrl }: Pick<Forge, 'instanceUrl'>,
): RequestPlace | undefined {
  const short = /^([\w./-]+)\/([\w.-]+)#(\d{1,9})$/.exec(word);
  if (short !== null) {
    const [, namespace = '', name = '', number = ''] = short;
    return { project: { namespace, name }, number: Number(number) };
  }
  const [, url = '', number = ''] =
    /^(https?:\/\/.+?)\/(?:-\/)?(?:pull|pulls|merge_requests|pull-request)\/(\d{1,9})(?:[/?#].*)?$/.exec(
      word,
    ) ?? [];
  const repository = parseRepositoryUrl(url);
  return repository === undefined || repository.instanceUrl !== instanceUrl
    ? undefined
    : { project: repository.project, number: Number(number) };
}

async function buildOf(
  { forge, copr, me, chroot }: OtherBuildsInput,
  { project, number }: RequestPlace,
): Promise<TestedBuild | undefined> {
  const request = await forge.getPullRequest(project, number);
  if (request?.headCommit === undefined) return undefined;
  const own = await readOwn(forge, project, request.headCommit, me);
  const ids = [...own.values()]
    .flat()
    .flatMap(({ name, build }) => (name.split(':').includes(chroot) ? (build ?? []) : []));
  for (const id of [...new Set(ids)].toSorted((a, b) => Number(b) - Number(a))) {
    const chroots = await copr.buildChroots(id);
    if (chroots?.find(({ name }) => name === chroot)?.state !== 'succeeded') continue;
    const [build, packages] = await Promise.all([copr.build(id, 3), copr.builtPackages(id)]);
    if (build === undefined) continue;
    return testedBuild({ build, chroots, packages }, chroot);
  }
  return undefined;
}

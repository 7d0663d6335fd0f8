import { userInfo } from 'node:os';
import { filterTags } from '../../project/version/index.ts';
import { commitAuthor } from '../../tools/git/index.ts';
import { addChangelogEntry, hasAutochangelog } from '../../spec/index.ts';
import type { Evaluation } from '../../spec/index.ts';
import type { PackageWork } from './package-work.ts';

export interface EntryTexts {
  /** Default text where neither action nor log have one; none if undefined. */
  fallback?: string;
  /** Ask `git log` since the last tag. */
  fromLog: boolean;
  version: string;
}

/**
 * The text of the new changelog entry, or undefined if there is to be none: the `changelog-entry` action's, else the commits since
 * the last tag, else the fallback.
 */
export async function changelogText(work: PackageWork, texts: EntryTexts): Promise<string | undefined> {
  const outputs = await work.run('changelog-entry', {
    PACKIT_PROJECT_VERSION: texts.version,
    PACKIT_RESOLVED_BUGS: '',
    PACKIT_PROJECT_UPSTREAM_TAG: '',
    PACKIT_PROJECT_PREVIOUS_VERSION: '',
  });
  const said = outputs?.map((output) => decode(output).trimEnd()).join('\n');
  if (said !== undefined && said.trim() !== '') return said;
  if (texts.fromLog) {
    const tag = await lastTag(work);
    const log = tag === undefined ? '' : decode(await work.facts().log(tag)).trim();
    if (log !== '') return log;
  }
  return texts.fallback;
}

/** Since when the changelog is to tell: the nearest tag HEAD contains that passes the filters, whatever the template says. */
export async function lastTag(work: PackageWork): Promise<string | undefined> {
  const names = filterTags(
    (await work.facts().tags()).map(({ name }) => name),
    work.pkg,
  );
  return (await work.facts().nearest(names)) ?? names[0];
}

/** Adds the entry to the spec, unless rpmautospec makes the changelog. */
export function addEntry(
  work: PackageWork,
  text: string,
  entry: { author: string; date: string; evr: string | undefined },
): void {
  if (hasAutochangelog(work.spec())) return;
  work.setSpec(addChangelogEntry(work.spec(), { lines: text.split('\n'), ...entry }));
}

/**
 * `$RPM_PACKAGER`, rpm's `%packager`, git's identity, the login name: the first there is. In a reproducible build, which is the same
 * whoever makes it, the author of the commit.
 */
export async function changelogAuthor(work: PackageWork, evaluation: Evaluation): Promise<string> {
  const { env } = work.ctx;
  if (work.input.reproducible === true) {
    // The user's commit, not one that an action made.
    const { sha } = await work.project.facts.head();
    if (sha !== undefined) return commitAuthor(work.project.git, sha);
  }
  if (env.RPM_PACKAGER !== undefined && env.RPM_PACKAGER !== '') return env.RPM_PACKAGER;
  const packager = evaluation.values.get(PACKAGER);
  if (packager !== undefined && packager !== '' && !packager.startsWith('%')) return packager;
  const { identity } = await work.facts().config();
  const name = env.GIT_AUTHOR_NAME ?? identity?.name;
  const email = env.GIT_AUTHOR_EMAIL ?? identity?.email;
  if (name !== undefined && email !== undefined) return `${name} <${email}>`;
  return loginName();
}

/** Asked of rpm with the other values. */
export const PACKAGER = '%{?packager}';

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'packit';
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The words of commits and pull requests. Pure. */
import { AUTOMATION_NOTE } from '../dist-git/index.ts';
import type { Message } from '../dist-git/index.ts';

/** What the texts speak of. */
export interface Update {
  version: string;
  /** Absent for upstreams that are not in git. */
  tag?: string | undefined;
  /** The upstream commit; texts with a link take it in full. */
  commit?: string | undefined;
  /** `rhbz#123` or any other reference. */
  bugs: readonly string[];
  /** Address people find the upstream project at. */
  upstreamUrl?: string | undefined;
  /** Number of the project at release-monitoring.org. */
  monitoringProject?: number | undefined;
}

/** Separates what a `commit-message` action prints for people from the message: all after the last one counts. */
export const DEBUG_DIVIDER = '---%<--- snip ---%<--- here ---%<---';

export function defaultCommitMessage(update: Update): Message {
  const bugs = update.bugs.map((bug) => `- Resolves: ${bug}\n`).join('');
  const origin = [
    ...(update.tag === undefined ? [] : [`Upstream tag: ${update.tag}\n`]),
    ...(update.commit === undefined ? [] : [`Upstream commit: ${update.commit}\n`]),
  ].join('');
  return {
    title: `Update to ${update.version} upstream release`,
    // The empty line after the bugs keeps the rest out of an automatic changelog.
    body: `${bugs}${bugs === '' ? '' : '\n'}${origin}${origin === '' ? '' : '\n'}${AUTOMATION_NOTE}\n`,
  };
}

/**
 * The message a `commit-message` action wrote: the first paragraph is the title. Falls back to `fallback`
 * where the action said nothing.
 */
export function messageFromAction(output: string, fallback: Message): Message {
  const divider = output.lastIndexOf(`${DEBUG_DIVIDER}\n`);
  const text = divider === -1 ? output : output.slice(divider + DEBUG_DIVIDER.length + 1);
  const end = text.indexOf('\n\n');
  const title = (end === -1 ? text : text.slice(0, end)).trim();
  if (title === '') return fallback;
  return { title, body: end === -1 ? '' : text.slice(end + 2).trim() };
}

/** Name of the branch a request for `branch` comes from. */
export function updateBranchName(branch: string): string {
  return `${branch}-update`;
}

export function pullRequestText(update: Update, branch: string): Message {
  const lines: string[] = [];
  if (update.tag !== undefined)
    lines.push(`Upstream tag: ${linked(update.tag, tagLink(update.upstreamUrl, update.tag))}`);
  if (update.commit !== undefined) {
    lines.push(
      `Upstream commit: ${linked(update.commit.slice(0, 8), commitLink(update.upstreamUrl, update.commit))}`,
    );
  }
  if (update.monitoringProject !== undefined) {
    const project = update.monitoringProject;
    lines.push(`Release monitoring project: [${project}](https://release-monitoring.org/project/${project})`);
  }
  for (const bug of update.bugs) lines.push(`Resolves: ${linked(bug, bugLink(bug))}`);
  return {
    title: `Update ${branch} to upstream release ${update.version}`,
    body: `${lines.join('\n')}\n`,
  };
}

function linked(text: string, link: string | undefined): string {
  return link === undefined ? text : `[${text}](${link})`;
}

function bugLink(bug: string): string | undefined {
  const number = /#(\d+)/.exec(bug)?.[1];
  return number === undefined ? undefined : `https://bugzilla.redhat.com/show_bug.cgi?id=${number}`;
}

export function tagLink(url: string | undefined, tag: string): string | undefined {
  const host = hostOf(url);
  if (url === undefined || host === undefined) return undefined;
  if (host === 'github.com') return `${url}/releases/tag/${tag}`;
  if (host.includes('gitlab')) return `${url}/-/tags/${tag}`;
  if (host === 'codeberg.org' || host.includes('forgejo')) return `${url}/src/tag/${tag}`;
  return undefined;
}

export function commitLink(url: string | undefined, commit: string): string | undefined {
  const host = hostOf(url);
  if (url === undefined || host === undefined) return undefined;
  if (host === 'github.com' || host === 'codeberg.org' || host.includes('forgejo'))
    return `${url}/commit/${commit}`;
  if (host.includes('gitlab')) return `${url}/-/commit/${commit}`;
  if (host === 'pagure.io') return `${url}/c/${commit}`;
  return undefined;
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/.test(url) && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Any git URL of a project as the address people open: `git@host:a/b.git` is `https://host/a/b`. */
export function webUrl(gitUrl: string | undefined): string | undefined {
  if (gitUrl === undefined) return undefined;
  const scp = /^(?:[^@/\s]+@)?([\w.-]+\.[\w.-]+):(?!\/\/)\/?(.+)$/.exec(gitUrl);
  const [host, path] =
    scp === null
      ? /^(?:https?|ssh|git):\/\//.test(gitUrl) && URL.canParse(gitUrl)
        ? [new URL(gitUrl).hostname, new URL(gitUrl).pathname]
        : [undefined, '']
      : [scp[1], scp[2] ?? ''];
  if (host === undefined || host === '') return undefined;
  return `https://${host}/${path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')}`;
}

/** The note in `README.packit`. */
export function syncNote(version: string): string {
  return `This repository is maintained by packit.\nhttps://packit.dev/\nThe file was generated using packit ${version}.\n`;
}

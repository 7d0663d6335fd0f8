/** Issues that packit opens, one for each thing. */
import { isPackitError } from '../../../errors.ts';
import { sameLogin } from '../../../remote/forge/index.ts';
import type { Forge, Issue, ProjectRef } from '../../../remote/forge/index.ts';

export interface Ticket {
  title: string;
  body: string;
  /** Hidden line it is found by: `markerOf({ purpose, key })`. */
  marker: string;
}

/** Undefined issue: the project has issues switched off. */
export interface EnsuredTicket {
  issue: Issue | undefined;
  /** True if this call opened it. */
  created: boolean;
}

/**
 * The one open issue of packit's own account with exactly this title and this marker, opened if there is none.
 *
 * No forge opens an issue only if there is none: runs at the same moment may each open one. Each then looks again; all agree on the
 * lowest number, and close what has a higher one. One stays open, as long as the forge lists what it has just opened; a
 * run that is killed in between leaves the second open for the next call to close. Who watches the project
 * may have been told of both.
 */
export async function ensureTicket(
  forge: Pick<Forge, 'whoami' | 'listIssues' | 'createIssue' | 'closeIssue'>,
  project: ProjectRef,
  ticket: Ticket,
): Promise<EnsuredTicket> {
  const me = await forge.whoami();
  const look = async (): Promise<Issue[] | undefined> =>
    (await forge.listIssues(project))
      ?.filter((issue) => isTicket(issue, ticket, me))
      .toSorted((one, other) => one.number - other.number);
  const before = await look();
  if (before === undefined) return { issue: undefined, created: false };
  const [known] = before;
  if (known !== undefined) {
    await closeAll(forge, project, before.slice(1));
    return { issue: known, created: false };
  }
  const { title, body, marker } = ticket;
  const opened = await forge.createIssue(project, { title, body: `${marker}\n${body}` });
  const [first = opened, ...others] = (await look()) ?? [];
  await closeAll(forge, project, others);
  return first.number < opened.number ? { issue: first, created: false } : { issue: opened, created: true };
}

/** Another run may have been faster; an account that may not close leaves them, and they are never used. */
async function closeAll(
  forge: Pick<Forge, 'closeIssue'>,
  project: ProjectRef,
  issues: readonly Issue[],
): Promise<void> {
  for (const { number } of issues) {
    try {
      await forge.closeIssue(project, number);
    } catch (error) {
      if (!isPackitError(error) || error.code !== 'FORGE_FORBIDDEN') throw error;
    }
  }
}

/** Anybody can open an issue with our title and marker: it must not keep ours from being opened. */
function isTicket(issue: Issue, { title, marker }: Ticket, me: string): boolean {
  return sameLogin(issue.author, me) && issue.title.trim() === title.trim() && issue.body.includes(marker);
}

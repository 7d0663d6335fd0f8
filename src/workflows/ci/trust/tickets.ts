/** Issues that packit opens, one for each thing. */
import type { Forge, Issue, ProjectRef } from '../../../remote/forge/index.ts';
import { sameLogin } from '../comments/index.ts';

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
 * No forge has a way to open an issue only if there is none. Runs at the same moment may each open one; each then looks again,
 * and all agree on the lowest number, in this call and in later ones: that is the issue which is returned. The others stay
 * open, and are never used.
 */
export async function ensureTicket(
  forge: Pick<Forge, 'whoami' | 'listIssues' | 'createIssue'>,
  project: ProjectRef,
  ticket: Ticket,
): Promise<EnsuredTicket> {
  const me = await forge.whoami();
  const find = async (): Promise<Issue | undefined | 'off'> => {
    const issues = await forge.listIssues(project);
    if (issues === undefined) return 'off';
    return issues
      .filter((issue) => isTicket(issue, ticket, me))
      .sort((one, other) => one.number - other.number)[0];
  };
  const before = await find();
  if (before === 'off') return { issue: undefined, created: false };
  if (before !== undefined) return { issue: before, created: false };
  const created = await forge.createIssue(project, {
    title: ticket.title,
    body: `${ticket.marker}\n${ticket.body}`,
  });
  const after = await find();
  if (after === undefined || after === 'off' || after.number >= created.number) {
    return { issue: created, created: true };
  }
  return { issue: after, created: false };
}

/** Anybody can open an issue with our title and marker: it must not keep ours from being opened. */
function isTicket(issue: Issue, { title, marker }: Ticket, me: string): boolean {
  return sameLogin(issue.author, me) && issue.title.trim() === title.trim() && issue.body.includes(marker);
}

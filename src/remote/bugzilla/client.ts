import type { HttpClient } from '../http/index.ts';

export interface BugzillaOptions {
  http: HttpClient;
  /** Default: bugzilla.redhat.com. */
  url?: string;
}

/** A Bugzilla, asked without an account. */
export interface Bugzilla {
  /**
   * The bug that release monitoring filed for this version of a Fedora package, as `rhbz#NUMBER`; undefined if there is none.
   * @throws ServiceError
   */
  releaseMonitoringBug(packageName: string, version: string): Promise<string | undefined>;
}

const DEFAULT_URL = 'https://bugzilla.redhat.com';

export function createBugzilla(options: BugzillaOptions): Bugzilla {
  const base = (options.url ?? DEFAULT_URL).replace(/\/+$/, '');
  return {
    async releaseMonitoringBug(packageName, version) {
      const answer = await options.http.json({
        url: `${base}/rest/bug`,
        query: {
          product: 'Fedora',
          component: packageName,
          status: 'NEW',
          summary: 'is available',
          creator: 'Upstream Release Monitoring',
          include_fields: 'id,summary',
        },
        service: 'Bugzilla',
      });
      const wanted = `${packageName}-${version} is available`;
      const bug = bugsOf(answer).find(({ summary }) => isAbout(summary, wanted));
      return bug === undefined ? undefined : `rhbz#${bug.id}`;
    },
  };
}

/** The sentence as a whole: "a-1.0" is neither "xa-1.0" nor "a-1.0.1". */
function isAbout(summary: string, wanted: string): boolean {
  const at = summary.indexOf(wanted);
  return at === 0 || (at > 0 && /\s/.test(summary.charAt(at - 1)));
}

function bugsOf(answer: unknown): { id: number; summary: string }[] {
  if (typeof answer !== 'object' || answer === null || !('bugs' in answer) || !Array.isArray(answer.bugs))
    return [];
  return (answer.bugs as unknown[]).filter(
    (bug): bug is { id: number; summary: string } =>
      typeof bug === 'object' &&
      bug !== null &&
      'id' in bug &&
      typeof bug.id === 'number' &&
      'summary' in bug &&
      typeof bug.summary === 'string',
  );
}

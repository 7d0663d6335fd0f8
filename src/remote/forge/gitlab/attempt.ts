import type { ClientOptions, Instance } from '../api.ts';
import { forgeMessage, isRecord, notAForgeError, refusalError, unreachableError } from '../failure.ts';
import { valueAt } from '../fields.ts';
import { GitLabRefusal, resourceOptions } from './requester.ts';

type Gitbeaker = Awaited<ReturnType<typeof loadGitbeaker>>;

/** Runs one call and turns its failure into an error of ours. */
export type Attempt = (action: string, call: (api: Gitbeaker) => Promise<unknown>) => Promise<unknown>;

export function attempts(instance: Instance, options: ClientOptions): Attempt {
  let client: Promise<Gitbeaker> | undefined;
  return async function attempt(action, call) {
    const errand = { ...instance, action };
    client ??= loadGitbeaker(options);
    const api = await client;
    try {
      return await call(api);
    } catch (error) {
      if (!(error instanceof GitLabRefusal)) throw unreachableError(errand, error);
      const own = isRecord(error.body) && !('documentation_url' in error.body);
      const foreign = !own && (error.status === 404 || error.status < 300);
      if (foreign) throw notAForgeError(errand, `${error.status} ${forgeMessage(error.body) ?? 'no JSON'}`);
      throw refusalError(errand, error);
    }
  };
}

async function loadGitbeaker(options: ClientOptions) {
  const gitbeaker = await import('@gitbeaker/rest');
  const resource = resourceOptions(options);
  const again = resourceOptions(options, { repeatable: true });
  return {
    users: new gitbeaker.Users(resource),
    tokens: new gitbeaker.PersonalAccessTokens(resource),
    projects: new gitbeaker.Projects(resource),
    branches: new gitbeaker.Branches(resource),
    tags: new gitbeaker.Tags(resource),
    files: new gitbeaker.RepositoryFiles(resource),
    mergeRequests: new gitbeaker.MergeRequests(resource),
    releases: new gitbeaker.ProjectReleases(resource),
    members: new gitbeaker.ProjectMembers(resource),
    issues: new gitbeaker.Issues(resource),
    commits: new gitbeaker.Commits(again),
    mergeRequestNotes: new gitbeaker.MergeRequestNotes(resource),
    issueNotes: new gitbeaker.IssueNotes(resource),
    commitDiscussions: new gitbeaker.CommitDiscussions(resource),
    mergeRequestEmojis: new gitbeaker.MergeRequestNoteAwardEmojis(again),
    issueEmojis: new gitbeaker.IssueNoteAwardEmojis(again),
  };
}

export async function unlessMissing(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (valueAt(error, 'code') === 'FORGE_NOT_FOUND') return undefined;
    throw error;
  }
}

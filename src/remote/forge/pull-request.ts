import { PackitError } from '../../errors.ts';
import type { NewPullRequest, PullRequest, PullRequests } from './types.ts';

export interface EnsuredPullRequest {
  pullRequest: PullRequest;
  outcome: 'created' | 'updated' | 'unchanged';
}

/** Failures after which the request may be there all the same. */
const DOUBTFUL = new Set(['FORGE_UNREACHABLE', 'FORGE_FAILED', 'FORGE_CONFLICT', 'FORGE_REFUSED']);

/**
 * Sees to it that there is exactly one open pull request for these branches, with this title and
 * description. Looks before it creates, and again when creating failed: an answer may be lost on its way
 * back.
 */
export async function ensurePullRequest(
  forge: PullRequests,
  request: NewPullRequest,
): Promise<EnsuredPullRequest> {
  const found = await forge.findPullRequest(request);
  if (found !== undefined) return bringUpToDate(forge, found, request);
  try {
    return { pullRequest: await forge.createPullRequest(request), outcome: 'created' };
  } catch (error) {
    if (!(error instanceof PackitError) || !DOUBTFUL.has(error.code)) throw error;
    const created = await forge.findPullRequest(request).catch(() => undefined);
    if (created === undefined) throw error;
    const { pullRequest } = await bringUpToDate(forge, created, request);
    return { pullRequest, outcome: 'created' };
  }
}

async function bringUpToDate(
  forge: PullRequests,
  found: PullRequest,
  { title, description, maintainersMayEdit = true }: NewPullRequest,
): Promise<EnsuredPullRequest> {
  const mustAllow = maintainersMayEdit && found.maintainersMayEdit === false;
  if (found.title === title && sameText(found.description, description) && !mustAllow) {
    return { pullRequest: found, outcome: 'unchanged' };
  }
  const text = { title, description, ...(mustAllow ? { maintainersMayEdit } : {}) };
  const pullRequest = await forge.updatePullRequest(found.target, found.number, text);
  return { pullRequest, outcome: 'updated' };
}

/** Forges change line ends and cut blank ones off. */
function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim();
}

import { textAt } from '../fields.ts';
import type { TokenNeed, TokenReport } from '../types.ts';
import type { Attempt } from './attempt.ts';

/**
 * Classic tokens name their scopes in a header of every answer; fine-grained ones and those of GitHub
 * Actions do not say what they may.
 */
export async function readToken(attempt: Attempt, needs: readonly TokenNeed[]): Promise<TokenReport> {
  const { data, headers } = await attempt('ask what the token may do', (octokit) =>
    octokit.users.getAuthenticated(),
  );
  const listed = textAt(headers, 'x-oauth-scopes');
  const scopes = listed?.split(',').flatMap((scope) => scope.trim() || []);
  const expiry = textAt(headers, 'github-authentication-token-expiration');
  return {
    user: data.login,
    scopes,
    missing: scopes === undefined || mayWrite(scopes) ? [] : needs.filter((need) => need !== 'read'),
    expiresAt: expiry === undefined ? undefined : isoDate(expiry),
  };
}

/** `public_repo` suffices for what is public; whether a project is private is not known here. */
function mayWrite(scopes: readonly string[]): boolean {
  return scopes.includes('repo') || scopes.includes('public_repo');
}

/** `2026-12-31 23:59:59 UTC` as GitHub writes it. */
function isoDate(text: string): string | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

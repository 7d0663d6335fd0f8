import { PackitError } from '../../../errors.ts';
import type { ClientOptions } from '../api.ts';
import { textAt } from '../fields.ts';
import { asFetch } from '../transport.ts';
import type { TokenNeed, TokenReport } from '../types.ts';
import type { Attempt } from './attempt.ts';

/** What GitHub Actions' own token acts as. */
const ACTIONS_BOT = 'github-actions[bot]';

/**
 * The login a token acts as. Tokens of Apps, GITHUB_TOKEN in Actions among them, may not ask for a user (403 "Resource not
 * accessible by integration"): GraphQL names the App's account, `my-app[bot]`, and where it does not, it is Actions'.
 */
export async function askUser(attempt: Attempt, options: ClientOptions): Promise<string> {
  const action = 'ask whose token this is';
  try {
    return (await attempt(action, (octokit) => octokit.users.getAuthenticated())).data.login;
  } catch (error) {
    if (!isOfApp(error)) throw error;
  }
  try {
    const { data } = await attempt(action, async (octokit) => ({
      status: 200,
      headers: {},
      data: await octokit
        .graphql('query { viewer { login } }', {
          request: { fetch: asFetch(options.send, { readOnly: true }) },
        })
        .catch(unlessRefused),
    }));
    return textAt(data, 'viewer', 'login') ?? ACTIONS_BOT;
  } catch (error) {
    // Anything else may pass: a wrong name would not be noticed.
    if (error instanceof PackitError && REFUSED.has(error.code)) return ACTIONS_BOT;
    throw error;
  }
}

const REFUSED = new Set([
  'FORGE_FORBIDDEN',
  'FORGE_NOT_FOUND',
  'FORGE_ANSWER_INVALID',
  'FORGE_TOKEN_INVALID',
]);

/** GraphQL's errors come in an answer that is one. */
function unlessRefused(error: unknown): undefined {
  if (textAt(error, 'name') !== 'GraphqlResponseError') throw error;
}

function isOfApp(error: unknown): boolean {
  return (
    error instanceof PackitError &&
    error.code === 'FORGE_FORBIDDEN' &&
    /not accessible by integration/i.test(error.message)
  );
}

/**
 * Classic tokens name their scopes in a header of every answer; fine-grained ones and those of GitHub
 * Actions do not say what they may.
 */
export async function readToken(
  attempt: Attempt,
  needs: readonly TokenNeed[],
  whoami: () => Promise<string>,
): Promise<TokenReport> {
  let answer;
  try {
    answer = await attempt('ask what the token may do', (octokit) => octokit.users.getAuthenticated());
  } catch (error) {
    if (!isOfApp(error)) throw error;
    return { user: await whoami(), scopes: undefined, missing: [], expiresAt: undefined };
  }
  const { data, headers } = answer;
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

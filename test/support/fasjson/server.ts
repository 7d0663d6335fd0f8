/**
 * FASJSON, version 1: accounts and groups as it shows them, what private accounts hide, and what it refuses. Who asks is another web server's
 * business (`startGssapiFront`), or nobody's.
 */
import { jsonReply, startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';

export interface TestAccount {
  username: string;
  private?: boolean;
  github?: string;
  gitlab?: string;
  groups?: readonly string[];
}

export interface FasjsonServer extends TestService {
  readonly port: number;
  accounts: TestAccount[];
  groups: string[];
}

export async function startFasjson(
  options: { accounts?: readonly TestAccount[]; groups?: readonly string[] } = {},
): Promise<FasjsonServer> {
  const accounts = [...(options.accounts ?? [])];
  const groups = [...(options.groups ?? ['packager'])];
  const service = await startService((request) => {
    if (request.method !== 'GET') throw new Error('FASJSON is only asked');
    return (
      userOf(request, accounts) ??
      memberOf(request, accounts, groups) ??
      searched(request, accounts) ??
      notFound()
    );
  });
  return { ...service, port: Number(new URL(service.url).port), accounts, groups };
}

function userOf({ url }: ServiceRequest, accounts: readonly TestAccount[]): ServiceReply | undefined {
  const [, name] = /^\/v1\/users\/([^/?]+)\/$/.exec(url) ?? [];
  if (name === undefined) return undefined;
  const account = accounts.find(({ username }) => username === decodeURIComponent(name));
  return account === undefined
    ? jsonReply({ name: decodeURIComponent(name), message: 'User not found' }, 404)
    : jsonReply({ result: shown(account) });
}

function memberOf(
  { url }: ServiceRequest,
  accounts: readonly TestAccount[],
  groups: readonly string[],
): ServiceReply | undefined {
  const [, group, name] = /^\/v1\/groups\/([^/?]+)\/is-member\/([^/?]+)\/$/.exec(url) ?? [];
  if (group === undefined || name === undefined) return undefined;
  if (!groups.includes(decodeURIComponent(group))) {
    return jsonReply({ groupname: group, message: 'Group not found' }, 404);
  }
  const account = accounts.find(({ username }) => username === decodeURIComponent(name));
  return jsonReply({ result: account?.groups?.includes(decodeURIComponent(group)) === true });
}

function searched(
  { path, query }: ServiceRequest,
  accounts: readonly TestAccount[],
): ServiceReply | undefined {
  if (path !== '/v1/search/users/') return undefined;
  const term = query.get('github_username__exact');
  const others = [...query.keys()].filter((key) => key !== 'github_username__exact');
  if (term === null || others.length > 0) throw new Error(`searched by ${[...query.keys()].join(', ')}`);
  if (term.length < 3) {
    return jsonReply({ message: 'Search term must be at least 3 characters long.' }, 400);
  }
  // Private accounts are found by what they hide; LDAP takes no notice of case.
  const found = accounts.filter(({ github }) => github?.toLowerCase() === term.toLowerCase());
  return jsonReply({
    result: found.map(shown),
    page: { total_results: found.length, page_size: 40, page_number: 1, total_pages: 1 },
  });
}

function shown({ username, private: hidden = false, github, gitlab }: TestAccount): unknown {
  return {
    username,
    github_username: hidden ? null : (github ?? null),
    gitlab_username: hidden ? null : (gitlab ?? null),
    human_name: hidden ? null : username,
    emails: null,
    is_private: hidden,
    locked: false,
    uri: `http://fasjson.invalid/v1/users/${username}/`,
  };
}

function notFound(): ServiceReply {
  return jsonReply({ message: 'The requested URL was not found on the server.' }, 404);
}

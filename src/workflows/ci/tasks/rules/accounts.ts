/**
 * Whose pushes, pull requests and builds start a job of dist-git: `allowed_pr_authors`, `allowed_committers`, `allowed_builders`. Lists of accounts,
 * `@group`, `all_admins` and `all_committers`. Pure but for `readAccountFacts`, and of use wherever an event comes from.
 */
import type { Permission } from '../../../../remote/forge/index.ts';

export type AccountList = 'allowed_pr_authors' | 'allowed_committers' | 'allowed_builders';

export interface AccountFacts {
  /** The account is packit's own: `packit` in a list stands for it, whatever it is called here. */
  own: boolean;
  /** What it may do in the package; undefined where that was not asked, or the forge does not tell. */
  permission: Permission | undefined;
  /** Groups of the list that it is in. */
  memberOf: readonly string[];
  /** Groups of the list that could not be asked. */
  unknown: readonly string[];
}

/** Those who can be asked about an account. */
export interface AccountSources {
  isOwn(account: string): Promise<boolean>;
  permissionOf(account: string): Promise<Permission | undefined>;
  /** Undefined: there was no answer. */
  isMember(group: string, account: string): Promise<boolean | undefined>;
}

export type AccountVerdict = { allowed: true } | { allowed: false; reason: string };

/** Asks as little as decides: nobody where the list names the account. */
export async function readAccountFacts(
  list: readonly string[],
  account: string,
  sources: AccountSources,
): Promise<AccountFacts> {
  const facts = { own: false, permission: undefined, memberOf: [] as string[], unknown: [] as string[] };
  if (account === '' || list.includes(account)) return facts;
  const own = list.includes('packit') && (await sources.isOwn(account));
  const asksRights = list.includes('all_admins') || list.includes('all_committers');
  const permission = !own && asksRights ? await sources.permissionOf(account) : undefined;
  if (own) return { ...facts, own, permission };
  for (const group of groupsIn(list)) {
    const answer = await sources.isMember(group, account);
    if (answer === undefined) facts.unknown.push(group);
    else if (answer) facts.memberOf.push(group);
  }
  return { ...facts, own, permission };
}

/** @param what who it is, for the reason: `the author of pull request 12`, `who pushed` */
export function judgeAccount(
  { key, list }: { key: AccountList; list: readonly string[] },
  { account, what }: { account: string; what: string },
  facts: AccountFacts,
): AccountVerdict {
  if (account === '') return { allowed: false, reason: `${what} is not known, so that ${key} cannot be met` };
  if (list.includes(account) && !isSpecial(account)) return { allowed: true };
  if (list.includes('packit') && facts.own) return { allowed: true };
  const { permission } = facts;
  if (list.includes('all_admins') && permission === 'admin') return { allowed: true };
  if (list.includes('all_committers') && (permission === 'admin' || permission === 'write'))
    return { allowed: true };
  if (groupsIn(list).some((group) => facts.memberOf.includes(group))) return { allowed: true };
  const silent =
    facts.unknown.length === 0
      ? ''
      : `; who is in ${facts.unknown.map((group) => `@${group}`).join(', ')} could not be asked`;
  const names = list.length === 0 ? 'is empty' : `is ${list.join(', ')}`;
  return { allowed: false, reason: `${account} (${what}) is not allowed: ${key} ${names}${silent}` };
}

function groupsIn(list: readonly string[]): string[] {
  return list.flatMap((item) => (item.startsWith('@') && item.length > 1 ? [item.slice(1)] : []));
}

/** An account that is called like an alias or a group is none of them. */
function isSpecial(item: string): boolean {
  return item.startsWith('@') || item === 'all_admins' || item === 'all_committers';
}

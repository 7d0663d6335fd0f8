import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { PackitError } from '../errors.ts';
import type { Environment, Run } from '../tools/process/index.ts';

export interface ChangelogAuthorOptions {
  run: Run;
  env: Environment;
  /** Whose git settings count. */
  cwd: string;
}

/**
 * Who signs changelog entries (`Name <mail>`): `$RPM_PACKAGER`, rpm's `%packager`, git's identity, the login
 * name, as `rpmdev-packager` has it. No program is run when the environment answers.
 * @throws PackitError `CHANGELOG_AUTHOR_UNKNOWN`
 */
export async function changelogAuthor(options: ChangelogAuthorOptions): Promise<string> {
  const fromEnvironment = options.env.RPM_PACKAGER?.trim();
  if (fromEnvironment) return fromEnvironment;
  const [packager, git] = await Promise.all([rpmPackager(options), gitIdentity(options)]);
  if (packager !== '') return packager;
  const name = git.name || (await loginName());
  const author = name && git.email ? `${name} <${git.email}>` : git.email || name;
  if (author) return author;
  throw new PackitError('CHANGELOG_AUTHOR_UNKNOWN', 'Nobody is known who could sign the changelog entry', {
    hint: "Set RPM_PACKAGER='Your Name <you@example.com>', or git config user.name and user.email.",
  });
}

async function rpmPackager({ run, cwd }: ChangelogAuthorOptions): Promise<string> {
  const text = await output(run, ['rpm', '--eval', '%{?packager}'], cwd);
  return text.trim();
}

async function gitIdentity({ run, cwd }: ChangelogAuthorOptions): Promise<{ name: string; email: string }> {
  const text = await output(
    run,
    ['git', 'config', '-z', '--get-regexp', String.raw`^user\.(name|email)$`],
    cwd,
  );
  const values = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const newline = entry.indexOf('\n');
    if (newline > 0) values.set(entry.slice(0, newline), entry.slice(newline + 1).trim());
  }
  return { name: values.get('user.name') ?? '', email: values.get('user.email') ?? '' };
}

/** What a program says; a program that is missing or fails says nothing. */
async function output(run: Run, argv: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(argv, { cwd })).stdout.toString('utf8');
  } catch (error) {
    if (error instanceof PackitError && error.code.startsWith('COMMAND_')) return '';
    throw error;
  }
}

/** The full name of the account, else its name; empty for a user that has no account, as in a container. */
async function loginName(): Promise<string> {
  const account = accountOfUser();
  if (account === undefined) return '';
  const { username, uid } = account;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find((account) => account[2] === String(uid));
  return fields?.[4]?.split(',')[0]?.trim() || username;
}

function accountOfUser(): { username: string; uid: number } | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}

/** How requests to OBS say who asks: Basic authentication, or a signature by an ssh key. */
import { CommandError, PackitError } from '../../errors.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import type { ObsAccount } from './oscrc.ts';

export interface ObsAccess {
  /** The header for the next request. */
  header(): string | undefined;
  /** After a 401 with this `WWW-Authenticate`: true if there is another header to try. */
  challenge(authenticate: string): Promise<boolean>;
}

export interface AccessOptions {
  account: ObsAccount;
  run: Run;
  cwd: string;
  redactor: Redactor;
  now: () => Date;
}

/** @throws PackitError `OBS_NO_PASSWORD` if the hidden password cannot be read */
export async function openAccess(options: AccessOptions): Promise<ObsAccess> {
  const { account, redactor } = options;
  const password = account.password ?? (await revealPassword(options));
  redactor.add(password);
  const basic =
    password === undefined
      ? undefined
      : `Basic ${Buffer.from(`${account.user}:${password}`, 'utf8').toString('base64')}`;
  redactor.add(basic?.slice('Basic '.length));
  let current = basic;
  let signed = 0;
  return {
    header: () => current,
    async challenge(authenticate) {
      const [, realm] = /\bSignature\b[^,]*\brealm="([^"]*)"/.exec(authenticate) ?? [];
      if (realm === undefined || account.sshKey === undefined) return false;
      const created = Math.floor(options.now().getTime() / 1000);
      // A signature that was just made and refused will be refused again.
      if (created === signed) return false;
      signed = created;
      current = await signature(options, account.sshKey, realm, created);
      return true;
    },
  };
}

async function revealPassword({ account, run, cwd }: AccessOptions): Promise<string | undefined> {
  if (account.hiddenPassword === undefined) return undefined;
  try {
    const input = Buffer.from(account.hiddenPassword, 'base64');
    return (await run(['bzip2', '-dc'], { cwd, input })).stdout.toString('utf8');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new PackitError('OBS_NO_PASSWORD', `The password of ${account.user} in oscrc cannot be read`, {
      hint: 'Install bzip2, or set OSC_PASSWORD.',
      cause: error,
    });
  }
}

async function signature(
  { account, run, cwd }: AccessOptions,
  key: string,
  realm: string,
  created: number,
): Promise<string> {
  try {
    const { stdout } = await run(['ssh-keygen', '-Y', 'sign', '-f', key, '-n', realm, '-q'], {
      cwd,
      input: `(created): ${created}`,
    });
    const text = stdout
      .toString('utf8')
      .replace(/-----[A-Z ]+-----/g, '')
      .replace(/\s+/g, '');
    return `Signature keyId="${account.user}",algorithm="ssh",headers="(created)",created=${created},signature="${text}"`;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new PackitError('OBS_SSH_KEY', `The ssh key ${key} cannot sign for OBS`, {
      details: error.details,
      hint: 'Check sshkey in oscrc; a key with a passphrase has to be in the ssh agent: ssh-add.',
      cause: error,
    });
  }
}

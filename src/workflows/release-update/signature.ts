import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../../errors.ts';
import { loadConfig } from '../../project/config/index.ts';
import { createGit } from '../../tools/git/index.ts';
import type { Environment, Run } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import type { UpstreamTree } from '../upstream/index.ts';

export interface SignatureQuestion {
  run: Run;
  env: Environment;
  /** Dist-git's work tree, whose configuration names the keys. */
  distGitDir: string;
  upstream: UpstreamTree;
  tag: string | undefined;
  ui: Ui;
}

/**
 * `allowed_gpg_keys` of dist-git's own configuration: the upstream tag, or the commit it names, must carry a
 * good signature by one of these keys. Upstream's configuration has no say in it.
 * @throws PackitError `RELEASE_NOT_SIGNED`
 */
export async function verifySignature(question: SignatureQuestion): Promise<void> {
  const { run, upstream, tag, ui } = question;
  const keys = await allowedKeys(question);
  if (keys === undefined) return;
  if (!upstream.isRepository) {
    ui.warn({
      code: 'SIGNATURE_NOT_CHECKED',
      message: 'allowed_gpg_keys has no effect: the upstream project is not in git, so nothing is signed',
      hint: 'Set upstream_project_url to its git repository, if it has one.',
    });
    return;
  }
  const wanted = keys.map((key) => key.replaceAll(/\s|^0x/g, '').toUpperCase());
  const git = createGit(run, upstream.root, { isolated: true });
  const attempts = [
    ...(tag === undefined ? [] : [['verify-tag', '--raw', `refs/tags/${tag}`]]),
    ['verify-commit', '--raw', 'HEAD'],
  ];
  const details: string[] = [];
  for (const args of attempts) {
    const { stderr } = await git.exec(args, { okExitCodes: [0, 1, 128] });
    const status = new TextDecoder().decode(stderr);
    const signers = signersOf(status);
    if (signers.some((signer) => isAllowed(signer, wanted))) return;
    details.push(
      `${args[0]}: ${signers.length === 0 ? 'no good signature' : `signed by ${signers.join(', ')}`}`,
    );
  }
  throw new PackitError(
    'RELEASE_NOT_SIGNED',
    `The upstream release ${tag ?? upstream.commit ?? ''} is not signed by a key dist-git allows`,
    {
      hint: 'Import the key (gpg --recv-keys), sign the release tag (git tag -s), or correct allowed_gpg_keys in the configuration in dist-git.',
      details: [...details, `Allowed: ${wanted.join(', ')}`],
    },
  );
}

/** A fingerprint, or its last 16 digits; anybody can make a key that ends in 8 given ones. */
export function isAllowed(signer: string, keys: readonly string[]): boolean {
  return keys.some((key) => /^[0-9A-F]{16,}$/.test(key) && signer.endsWith(key));
}

/** Fingerprints of good signatures: of the key that signed and of its primary key. */
export function signersOf(status: string): string[] {
  const found = new Set<string>();
  for (const line of status.split('\n')) {
    const match = /^\[GNUPG:\] VALIDSIG (\S+)(?: .*? ([0-9A-F]{40,}))?\s*$/.exec(line);
    if (match?.[1] !== undefined) found.add(match[1]);
    if (match?.[2] !== undefined) found.add(match[2]);
  }
  return /^\[GNUPG:\] (?:EXPKEYSIG|REVKEYSIG|BADSIG)/m.test(status) ? [] : [...found];
}

const NAMES = ['.packit.yaml', '.packit.yml', 'packit.yaml', 'packit.yml'];

/** Most repositories have no such key: their configuration is not read. */
export function asksForSignature(distGitDir: string): boolean {
  return NAMES.some((name) => {
    const path = join(distGitDir, name);
    return existsSync(path) && readFileSync(path, 'utf8').includes('allowed_gpg_keys');
  });
}

async function allowedKeys({ distGitDir, env }: SignatureQuestion): Promise<string[] | undefined> {
  const config = await loadConfig({ root: distGitDir, env });
  return config.packages[0]?.allowed_gpg_keys ?? undefined;
}

/** What keeps mock from working, found before anything is built. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import type { Environment, Run } from '../process/index.ts';

export interface MockCheck {
  run: Run;
  env: Environment;
  cwd: string;
  /** `--root`: a name, or a path that ends in `.cfg`. */
  root: string;
  /** Default `/etc/mock`. */
  configDirectory?: string;
}

const CHECK_TIMEOUT = 30_000;

/**
 * Makes sure that mock is there, that this user may run it, and that the chroot is known. mock asks those who may not for a
 * password, on a terminal of its own: hence the group comes first.
 * @throws PackitError `MOCK_NOT_ALLOWED`, `MOCK_MISSING`, `MOCK_NO_ROOT`
 */
export async function checkMock(check: MockCheck): Promise<void> {
  await checkGroup(check);
  await checkInstalled(check);
  checkRoot(check);
}

async function checkGroup({ run, cwd }: MockCheck): Promise<void> {
  if (process.getuid?.() === 0) return;
  const group = await output(run, ['getent', 'group', 'mock'], cwd);
  // Without the group, mock is not installed as distributions do it; how it is called then is not known here.
  if (group === undefined || group.trim() === '') return;
  const mine = (await output(run, ['id', '-Gn'], cwd)) ?? '';
  if (mine.trim().split(/\s+/).includes('mock')) return;
  const user = (await output(run, ['id', '-un'], cwd))?.trim() ?? 'USER';
  const members = group.trim().split(':')[3]?.split(',') ?? [];
  throw new PackitError(
    'MOCK_NOT_ALLOWED',
    `${user} is not in the group mock, and mock would ask for a password`,
    {
      hint: members.includes(user)
        ? 'You were added to the group since you logged in: log in again, or run newgrp mock.'
        : `Join the group: sudo usermod -aG mock ${user}, and log in again.`,
    },
  );
}

async function checkInstalled({ run, cwd }: MockCheck): Promise<void> {
  try {
    await run(['mock', '--version'], { cwd, timeout: CHECK_TIMEOUT });
  } catch (error) {
    if (error instanceof CommandError && error.code === 'COMMAND_NOT_FOUND') {
      throw new PackitError('MOCK_MISSING', 'mock is not installed (or not on PATH)', {
        hint: 'On Fedora: sudo dnf install mock && sudo usermod -aG mock $USER. Without mock: packit build locally, or packit build in-copr.',
        cause: error,
      });
    }
    throw error;
  }
}

function checkRoot({ root, cwd, env, configDirectory = '/etc/mock' }: MockCheck): void {
  if (root.endsWith('.cfg')) {
    if (existsSync(resolve(cwd, root))) return;
    throw new PackitError('MOCK_NO_ROOT', `There is no chroot configuration ${root}`, {
      hint: 'Give the path of a file, or the name of a chroot without .cfg.',
    });
  }
  // mock that was set up elsewhere knows its own place: it will tell.
  if (!existsSync(configDirectory)) return;
  const own = join(env.HOME ?? '/', '.config', 'mock');
  if ([own, configDirectory].some((directory) => existsSync(join(directory, `${root}.cfg`)))) return;
  const known = [own, configDirectory].flatMap(chrootsIn);
  const near = nearChroots(root, known);
  throw new PackitError('MOCK_NO_ROOT', `mock has no chroot ${root}`, {
    details: near,
    hint:
      known.length === 0
        ? 'Install mock-core-configs, or give the path of a configuration that ends in .cfg.'
        : `Choose one with --root; ls ${configDirectory}/*.cfg shows all ${known.length}.`,
  });
}

function chrootsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) =>
    name.endsWith('.cfg') && name !== 'site-defaults.cfg' ? [basename(name, '.cfg')] : [],
  );
}

/** Chroots that share the first and any further word with the wanted one, the closest first; at most ten. */
export function nearChroots(wanted: string, known: readonly string[]): string[] {
  const words = new Set(wanted.split(/[-:_+]/));
  const score = (name: string): number => name.split(/[-:_+]/).filter((word) => words.has(word)).length;
  return known
    .filter((name) => score(name) > 0)
    .sort((one, other) => score(other) - score(one) || one.localeCompare(other, 'en', { numeric: true }))
    .slice(0, 10);
}

async function output(run: Run, argv: readonly string[], cwd: string): Promise<string | undefined> {
  try {
    return (await run(argv, { cwd, timeout: CHECK_TIMEOUT })).stdout.toString('utf8');
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Which package brings rpm's tools on this distribution. */
import { readFile } from 'node:fs/promises';
import { CommandError, PackitError } from '../../errors.ts';
import type { Environment, Run } from '../process/index.ts';

export type RpmTool = 'rpm' | 'rpmspec' | 'rpmbuild';

interface Family {
  ids: readonly string[];
  install: string;
  packages: Readonly<Record<RpmTool, string>>;
}

const RPM_BUILD = { rpm: 'rpm', rpmspec: 'rpm-build', rpmbuild: 'rpm-build' };
const ALL_IN_RPM = { rpm: 'rpm', rpmspec: 'rpm', rpmbuild: 'rpm' };

const FAMILIES: readonly Family[] = [
  { ids: ['debian', 'ubuntu'], install: 'apt install', packages: ALL_IN_RPM },
  { ids: ['fedora', 'rhel', 'centos'], install: 'dnf install', packages: RPM_BUILD },
  { ids: ['suse', 'opensuse', 'sles'], install: 'zypper install', packages: RPM_BUILD },
  {
    ids: ['arch'],
    install: 'pacman -S',
    packages: { rpm: 'rpm-tools', rpmspec: 'rpm-tools', rpmbuild: 'rpm-tools' },
  },
  { ids: ['alpine'], install: 'apk add', packages: { rpm: 'rpm', rpmspec: 'rpm-dev', rpmbuild: 'rpm-dev' } },
  { ids: ['mageia', 'openmandriva'], install: 'dnf install', packages: RPM_BUILD },
];

/** The command that installs a tool, from the text of `/etc/os-release`. */
export function installCommand(tool: RpmTool, osRelease: string): string | undefined {
  const ids = ['ID', 'ID_LIKE'].flatMap((key) => {
    const match = new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease);
    return (match?.[1] ?? '').replace(/^["']|["']$/g, '').split(/\s+/);
  });
  for (const id of ids) {
    const family = FAMILIES.find(({ ids: known }) =>
      known.some((name) => id === name || id.startsWith(`${name}-`)),
    );
    if (family !== undefined) return `${family.install} ${family.packages[tool]}`;
  }
  return undefined;
}

/** The error for a tool that is not there. */
export async function missingToolError(tool: RpmTool, cause?: unknown): Promise<PackitError> {
  const osRelease = await readOsRelease();
  const command = installCommand(tool, osRelease);
  const hint =
    command === undefined
      ? `Install the package that brings ${tool} (rpm-build on Fedora, rpm on Debian).`
      : `Install it: ${process.getuid?.() === 0 ? '' : 'sudo '}${command}`;
  return new PackitError('RPM_MISSING', `${tool} is not installed (or not on PATH)`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

async function readOsRelease(): Promise<string> {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return await readFile(file, 'utf8');
    } catch {
      // The other one, then.
    }
  }
  return '';
}

/**
 * Makes sure a tool can be run.
 * @throws PackitError `RPM_MISSING` with the package to install on this distribution
 */
export async function checkRpmInstalled(options: {
  run: Run;
  cwd: string;
  env?: Environment;
  tool?: RpmTool;
}): Promise<void> {
  const tool = options.tool ?? 'rpmbuild';
  try {
    await options.run([tool, '--version'], {
      cwd: options.cwd,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
  } catch (error) {
    throw isNotFound(error) ? await missingToolError(tool, error) : error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof CommandError && error.code === 'COMMAND_NOT_FOUND';
}

/** What is said where rpm's tools are not there. */
import { CommandError, PackitError } from '../../errors.ts';
import type { Environment, Run } from '../process/index.ts';

export type RpmTool = 'rpm' | 'rpmspec' | 'rpmbuild';

/** The error for a tool that is not there. */
export async function missingToolError(tool: RpmTool, cause?: unknown): Promise<PackitError> {
  const { asRoot, installCommand, readOsRelease } = await import('../system/index.ts');
  const command = installCommand(tool, await readOsRelease());
  const hint =
    command === undefined
      ? `Install the package that brings ${tool} (rpm-build on Fedora, rpm on Debian).`
      : `Install it: ${asRoot(command)}`;
  return new PackitError('RPM_MISSING', `${tool} is not installed (or not on PATH)`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
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

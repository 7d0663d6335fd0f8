/** What a recording says of the machine it was made on. */
import { createRun } from '../tools/process/index.ts';
import type { SessionHeader } from './format.ts';
import type { SessionOptions } from './session.ts';

/** Versions of packit and of the programs it drives; `none` for what is not there. */
export async function versions({ env, cwd, version }: SessionOptions): Promise<Record<string, string>> {
  const run = createRun({ env });
  const ask = async (argv: readonly string[]): Promise<string> => {
    try {
      return /[\d.]+\d/.exec((await run(argv, { cwd })).stdout.toString())?.[0] ?? 'unknown';
    } catch {
      return 'none';
    }
  };
  const [git, rpm] = await Promise.all([ask(['git', '--version']), ask(['rpm', '--version'])]);
  return {
    packit: version,
    node: process.versions.node,
    git,
    rpm,
    system: `${process.platform} ${process.arch}`,
  };
}

/** Whom git commits as, if that is configured. */
export async function identity({ env, cwd }: SessionOptions): Promise<Pick<SessionHeader, 'identity'>> {
  const run = createRun({ env });
  const ask = async (key: string): Promise<string> =>
    (
      await run(['git', 'config', '--get', key], { cwd, okExitCodes: [0, 1, 128] }).catch(() => undefined)
    )?.stdout
      .toString()
      .trim() ?? '';
  const [name, email] = await Promise.all([ask('user.name'), ask('user.email')]);
  return name === '' || email === '' ? {} : { identity: { name, email } };
}

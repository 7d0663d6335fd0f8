/** What a recording says of the machine it was made on. */
import { createRun } from '../tools/process/index.ts';
import { readVersions } from '../tools/system/index.ts';
import type { SessionHeader } from './format.ts';
import type { SessionOptions } from './session.ts';

export async function versions({ env, cwd, version }: SessionOptions): Promise<Record<string, string>> {
  return { ...(await readVersions({ run: createRun({ env }), cwd, packit: version })) };
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

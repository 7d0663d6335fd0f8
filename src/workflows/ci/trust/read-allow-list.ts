import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PackitError, messageOf } from '../../../errors.ts';
import { configText } from '../../../project/config/index.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import type { CiEvent } from '../event/index.ts';
import { ALLOW_LIST_FILE, parseAllowList } from './allow-list.ts';
import type { AllowList } from './allow-list.ts';

export interface ReadAllowListInput {
  forge: Pick<Forge, 'readFile' | 'getDefaultBranch'>;
  event: Pick<CiEvent, 'project' | 'defaultBranch'>;
  /** Directory `local` is relative to. */
  cwd: string;
  /** A local file instead of the one in the repository. It must not come from a checkout of what is judged. */
  local?: string | undefined;
  /** Path in the repository. Default: `.packit-allow.yaml`. */
  path?: string | undefined;
}

/**
 * The allow-list of the target project; undefined if it has none. It is read from the default branch: the author of a pull request
 * chooses the target branch, and an old one may still allow who was denied since.
 *
 * @throws PackitError `ALLOW_LIST_UNREADABLE`, `ALLOW_LIST_SYNTAX`, `ALLOW_LIST_INVALID`, `CONFIG_TOO_LARGE`, `CONFIG_ENCODING`
 * @throws ServiceError what the forge's client throws
 */
export async function readAllowList(input: ReadAllowListInput): Promise<AllowList | undefined> {
  const { forge, event, cwd, local, path = ALLOW_LIST_FILE } = input;
  if (local !== undefined)
    return parseAllowList(configText(await readLocal(resolve(cwd, local)), local), local);
  const ref = event.defaultBranch ?? (await forge.getDefaultBranch(event.project));
  const bytes = ref === undefined ? undefined : await forge.readFile(event.project, path, ref);
  return bytes === undefined ? undefined : parseAllowList(configText(bytes, path), path);
}

async function readLocal(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new PackitError('ALLOW_LIST_UNREADABLE', `The allow-list cannot be read: ${messageOf(cause)}`, {
      hint: 'Check the path given with --allow.',
      location: { file },
      cause,
    });
  }
}

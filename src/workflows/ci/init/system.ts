/** Which CI system a project has: the one of the forge it is on. */
import { PackitError, ServiceError } from '../../../errors.ts';
import type { Context } from '../../../context.ts';
import { parseRepositoryUrl } from '../../../remote/forge/index.ts';
import type { ForgeKind } from '../../../remote/forge/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import { createAccess } from '../../dist-git/index.ts';

export const CI_SYSTEMS = ['github', 'gitlab', 'forgejo'] as const;

/** `forgejo` includes Gitea. */
export type CiSystem = (typeof CI_SYSTEMS)[number];

/**
 * The system that was named, else the one of the remote's forge. Only a host that is neither github.com nor gitlab.com is asked.
 * @throws PackitError `CI_SYSTEM_UNKNOWN`; ServiceError `FORGE_UNREACHABLE`, `FORGE_UNKNOWN`
 */
export async function ciSystem(
  ctx: Context,
  given: string | undefined,
  remoteUrl: string | undefined,
): Promise<CiSystem> {
  if (given !== undefined) {
    if (isSystem(given)) return given;
    throw unknown(given === 'pagure' ? NO_PAGURE : `There is no CI system "${given}"`);
  }
  if (remoteUrl === undefined) throw unknown('The repository has no remote that says where its CI is');
  if (parseRepositoryUrl(remoteUrl) === undefined)
    throw unknown('The remote is no project on a forge, so it does not say where its CI is');
  const kind = await forgeAt(ctx, remoteUrl).catch((error: unknown) => {
    throw error instanceof ServiceError ? withWayOut(error) : error;
  });
  if (isSystem(kind)) return kind;
  throw unknown(NO_PAGURE);
}

const NO_PAGURE = 'Pagure runs no CI jobs from files of a repository';

async function forgeAt(ctx: Context, url: string): Promise<ForgeKind> {
  const http = createHttpClient(ctx);
  try {
    const { forgeAt: open } = createAccess({ ctx, http, userConfig: await ctx.userConfig(), cwd: ctx.cwd });
    return (await open(url)).kind;
  } finally {
    await http.close();
  }
}

function isSystem(name: string): name is CiSystem {
  return (CI_SYSTEMS as readonly string[]).includes(name);
}

/** Who knows need not ask the host. */
function withWayOut(error: ServiceError): ServiceError {
  return new ServiceError(error.code, error.message, { hint: SAY, cause: error });
}

const SAY = `Say which one the files are for: --forge ${CI_SYSTEMS.join(', --forge ')}.`;

function unknown(sentence: string): PackitError {
  return new PackitError('CI_SYSTEM_UNKNOWN', sentence, { hint: SAY });
}

/** The repository of a Copr project that an image takes packages from. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { readCoprConfig } from '../../../remote/copr/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';

export interface CoprSource {
  owner: string | undefined;
  project: string;
  chroot: string;
}

/** @throws PackitError IMAGE_COPR_OWNER, IMAGE_COPR_PROJECT, IMAGE_COPR_CHROOT */
export async function coprRepository(ctx: Context, http: HttpClient, source: CoprSource): Promise<string> {
  const config = await readCoprConfig(ctx.paths.home);
  const owner = source.owner ?? config.username;
  if (owner === undefined) {
    throw new PackitError('IMAGE_COPR_OWNER', `It is not known whose the Copr project ${source.project} is`, {
      hint: 'Add owner to the vm_image_build job.',
    });
  }
  const answer = await http.request({
    url: `${config.url}/api_3/project`,
    query: { ownername: owner, projectname: source.project },
    accept: [404],
    service: 'Copr',
  });
  if (answer.status === 404) {
    throw new PackitError('IMAGE_COPR_PROJECT', `Copr has no project ${owner}/${source.project}`, {
      hint: 'Correct owner and project of the vm_image_build job.',
    });
  }
  const { chroot_repos: repositories } = answer.json() as { chroot_repos?: Record<string, unknown> };
  const url = repositories?.[source.chroot];
  if (typeof url === 'string') return url;
  throw new PackitError(
    'IMAGE_COPR_CHROOT',
    `The Copr project ${owner}/${source.project} has no chroot ${source.chroot}`,
    {
      details: Object.keys(repositories ?? {}),
      hint: 'Name one of its chroots in copr_chroot.',
    },
  );
}

import type { BuiltPackage, CoprBuild, CoprChroot } from '../../../remote/copr/index.ts';
import type { TestedBuild } from './types.ts';

/** What Copr says of a build; undefined where it did not. */
export interface CoprAnswers {
  build: CoprBuild;
  chroots: readonly CoprChroot[] | undefined;
  packages: Readonly<Record<string, readonly BuiltPackage[]>> | undefined;
}

/** A build in Copr as a test sees it. */
export function testedBuild({ build, chroots, packages }: CoprAnswers, chroot: string): TestedBuild {
  const { id, owner, project, srpmUrl } = build;
  const directory = chroots?.find(({ name }) => name === chroot)?.resultUrl;
  const logUrl = directory === undefined ? undefined : `${directory}builder-live.log.gz`;
  return { id, owner, project, chroot, packages: packages?.[chroot], srpmUrl, logUrl };
}

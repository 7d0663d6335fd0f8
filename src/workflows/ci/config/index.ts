/** The configuration of a project at a commit, read through the forge: as data, without a checkout. */
import { CONFIG_FILE_NAMES, SOURCE_GIT_CONFIG, configOf, configText } from '../../../project/config/index.ts';
import type { LoadedConfig } from '../../../project/config/index.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';
import type { Environment } from '../../../tools/process/index.ts';

export interface ReadProjectConfigInput {
  forge: Pick<Forge, 'readFile'>;
  project: ProjectRef;
  /** Commit, branch or tag. */
  ref: string;
  /** For `DISTGIT_URL` and `DISTGIT_NAMESPACE`. */
  env: Environment;
  /** This file of the repository and no search. */
  configPath?: string;
}

/**
 * `.packit.yaml`, `.packit.yml`, `packit.yaml`, `packit.yml`, then `.distro/source-git.yaml`; undefined if there is none of them.
 * `file` and the places in errors are paths in the repository. A package need not say where its spec file is: what reads it
 * has the sources, and looks for it there.
 *
 * @throws PackitError `CONFIG_TOO_LARGE`, `CONFIG_ENCODING`, `CONFIG_SYNTAX`, `CONFIG_INVALID`, as `loadConfig` does
 * @throws ServiceError what the forge's client throws
 */
export async function readProjectConfig(input: ReadProjectConfigInput): Promise<LoadedConfig | undefined> {
  const { forge, project, ref, env, configPath } = input;
  const names = configPath === undefined ? [...CONFIG_FILE_NAMES, SOURCE_GIT_CONFIG] : [configPath];
  for (const file of names) {
    const bytes = await forge.readFile(project, file, ref);
    if (bytes === undefined) continue;
    return configOf({
      file,
      directory: '.',
      text: configText(bytes, file),
      env,
      repositoryName: () => project.name,
      textOnly: true,
      cwd: '.',
    });
  }
  return undefined;
}

/** `.distro` of a new source-git repository. */
import { Buffer } from 'node:buffer';
import {
  DISTRO_DIRECTORY,
  DISTRO_GITIGNORE,
  newConfigText,
  writeObject,
} from '../../project/source-git/index.ts';
import type { IndexEntry, NewConfig, Workshop } from '../../project/source-git/index.ts';
import { withoutPatchEntries } from '../../project/patches/index.ts';
import { SOURCE_GIT_CONFIG } from '../../project/config/index.ts';
import { encodeText, stringifySpec } from '../../spec/index.ts';
import type { Evaluation, Source, SpecDocument } from '../../spec/index.ts';

export interface DistroInput {
  /** Full hash of dist-git's commit. */
  distGit: string;
  spec: SpecDocument;
  evaluation: Evaluation | undefined;
  /** Patches that became commits, and those that did not: these stay as files. */
  commits: readonly Source[];
  files: readonly Source[];
  config: NewConfig;
}

/**
 * Puts dist-git's files below `.distro` into the index, with their modes and names: without the patches that are commits, `sources`
 * and what belongs to git (`.gitignore`). The spec loses the tags of those patches.
 */
export async function stageDistro(workshop: Workshop, input: DistroInput): Promise<void> {
  const { git } = workshop;
  await git.exec(['read-tree', `--prefix=${DISTRO_DIRECTORY}/`, input.distGit]);
  const staged = new Map<string, IndexEntry | undefined>();
  const patchFiles = new Set(input.commits.map(({ filename }) => rawPath(filename)));
  for (const path of (await workshop.entries(DISTRO_DIRECTORY)).keys()) {
    const name = path.slice(DISTRO_DIRECTORY.length + 1);
    const ofGit = name.split('/').some((part) => part.startsWith('.git'));
    if (ofGit || name === 'sources' || patchFiles.has(name)) staged.set(path, undefined);
  }
  const kept = new Set(input.files.map(({ filename }) => filename));
  const spec = withoutPatchEntries(input.spec, kept, input.evaluation);
  const specPath = `${DISTRO_DIRECTORY}/${input.config.packageName}.spec`;
  const mode = (await workshop.entries(specPath)).get(rawPath(specPath))?.mode ?? '100644';
  const put = async (path: string, content: Uint8Array, as = '100644'): Promise<void> => {
    staged.set(rawPath(path), { mode: as, sha: await writeObject(git, 'blob', content) });
  };
  await put(specPath, stringifySpec(spec), mode);
  await put(`${DISTRO_DIRECTORY}/.gitignore`, Buffer.from(DISTRO_GITIGNORE));
  await put(SOURCE_GIT_CONFIG, Buffer.from(newConfigText(input.config)));
  await workshop.stage(staged);
}

function rawPath(text: string): string {
  return Buffer.from(encodeText(text)).toString('latin1');
}

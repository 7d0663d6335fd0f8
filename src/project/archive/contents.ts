/** What a `git archive` will not hold although the checkout has it: submodules and files kept by Git LFS. */
import { displayRaw, splitRaw } from '../../tools/git/index.ts';
import type { Git, RawPath } from '../../tools/git/index.ts';

export interface TreeEntry {
  mode: string;
  sha: string;
  /** Relative to `git.dir`. */
  path: RawPath;
}

/** The files, links and submodules of a revision below `git.dir`, as `git archive` run there would take them. */
export async function readTree(git: Git, revision: string): Promise<TreeEntry[]> {
  // Without sizes: in a partial clone git would fetch every file to know them.
  const { stdout } = await git.exec(['ls-tree', '-r', '-z', revision]);
  return splitRaw(stdout).flatMap((line) => {
    const match = /^(\d+) \S+ ([0-9a-f]+)\t(.+)$/s.exec(line);
    if (match === null) return [];
    const [, mode = '', sha = '', path = ''] = match;
    return [{ mode, sha, path }];
  });
}

export function submodulesOf(tree: readonly TreeEntry[]): TreeEntry[] {
  return tree.filter(({ mode }) => mode === '160000');
}

/** The specification of Git LFS allows 1024 bytes; real pointers have about 130. */
const POINTER_LIMIT = 1024;
const POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * Paths of files of which git only has an LFS pointer and whose content will therefore be missing. None where
 * Git LFS is set up: then `git archive` itself puts the content in.
 */
export async function missingLfsFiles(
  git: Git,
  revision: string,
  tree: readonly TreeEntry[],
): Promise<string[]> {
  if (!tree.some(({ path }) => path === '.gitattributes' || path.endsWith('/.gitattributes'))) return [];
  const attributes = await git.exec(
    ['grep', '-l', '-z', '-F', 'filter=lfs', revision, '--', '*.gitattributes'],
    {
      okExitCodes: [0, 1],
    },
  );
  if (attributes.stdout.length === 0) return [];
  const files = tree.filter(({ mode }) => mode.startsWith('100'));
  const sizes = await catFile(git, '--batch-check=%(objectsize)', files);
  const small = sizes
    .toString('latin1')
    .split('\n')
    .flatMap((size, index) =>
      Number(size) > POINTER.length && Number(size) < POINTER_LIMIT ? (files[index] ?? []) : [],
    );
  if (small.length === 0) return [];
  const contents = splitBatch(await catFile(git, '--batch', small));
  const pointers = small.filter((_file, index) => contents[index]?.startsWith(POINTER) === true);
  if (pointers.length === 0 || (await hasLfsFilter(git))) return [];
  return pointers.map(({ path }) => displayRaw(path));
}

async function catFile(git: Git, mode: string, files: readonly TreeEntry[]): Promise<Buffer> {
  const input = files.map(({ sha }) => `${sha}\n`).join('');
  return (await git.exec(['cat-file', mode], { input })).stdout;
}

/** The contents in `git cat-file --batch` output: `<sha> <type> <size>\n<content>\n`, again and again. */
function splitBatch(batch: Buffer): string[] {
  const contents: string[] = [];
  let at = 0;
  while (at < batch.length) {
    const end = batch.indexOf(0x0a, at);
    if (end < 0) break;
    const size = Number(batch.toString('latin1', at, end).split(' ')[2] ?? 0) || 0;
    contents.push(batch.toString('latin1', end + 1, end + 1 + size));
    // `<sha> missing` has no content and no newline of its own.
    at = size === 0 && batch.toString('latin1', at, end).endsWith(' missing') ? end + 1 : end + 1 + size + 1;
  }
  return contents;
}

async function hasLfsFilter(git: Git): Promise<boolean> {
  const { stdout } = await git.exec(['config', '--get-regexp', '^filter\\.lfs\\.(smudge|process)$'], {
    okExitCodes: [0, 1],
  });
  const settings = stdout.toString('utf8').trim();
  return settings !== '' && !/--skip\b/.test(settings);
}

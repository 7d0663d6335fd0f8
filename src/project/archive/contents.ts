/** What a `git archive` will not hold although the checkout has it: submodules and files kept by Git LFS. */
import { Writable } from 'node:stream';
import { displayRaw } from '../../tools/git/index.ts';
import type { Git, RawPath } from '../../tools/git/index.ts';

export interface TreeEntry {
  sha: string;
  /** Relative to `git.dir`. */
  path: RawPath;
}

/** What of a revision decides whether its archive will be whole. */
export interface TreeSurvey {
  submodules: TreeEntry[];
  hasAttributes: boolean;
}

/** Looks through a revision below `git.dir`, as `git archive` run there would take it. Memory does not grow with its files. */
export async function surveyTree(git: Git, revision: string): Promise<TreeSurvey> {
  const survey: TreeSurvey = { submodules: [], hasAttributes: false };
  await eachEntry(git, revision, (line) => {
    if (line.startsWith(SUBMODULE)) survey.submodules.push(...entryOf(line));
    else if (/[\t/]\.gitattributes$/.test(line)) survey.hasAttributes = true;
  });
  return survey;
}

const SUBMODULE = '160000 ';
const FILE = '100';

/** Lines of `git ls-tree`, as they come. */
async function eachEntry(git: Git, revision: string, see: (line: string) => void): Promise<void> {
  let rest = '';
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const parts = (rest + chunk.toString('latin1')).split('\0');
      rest = parts.pop() ?? '';
      for (const line of parts) see(line);
      done();
    },
  });
  // Without sizes: in a partial clone git would fetch every file to know them.
  await git.exec(['ls-tree', '-r', '-z', revision], { stdoutTo: lines });
}

function entryOf(line: string): TreeEntry[] {
  const match = /^\d+ \S+ ([0-9a-f]+)\t(.+)$/s.exec(line);
  if (match === null) return [];
  const [, sha = '', path = ''] = match;
  return [{ sha, path }];
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
  { hasAttributes }: Pick<TreeSurvey, 'hasAttributes'>,
): Promise<string[]> {
  if (!hasAttributes) return [];
  const attributes = await git.exec(
    ['grep', '-l', '-z', '-F', 'filter=lfs', revision, '--', '*.gitattributes'],
    {
      okExitCodes: [0, 1],
    },
  );
  if (attributes.stdout.length === 0) return [];
  const files: TreeEntry[] = [];
  await eachEntry(git, revision, (line) => {
    if (line.startsWith(FILE)) files.push(...entryOf(line));
  });
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

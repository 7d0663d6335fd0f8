/**
 * Where commits for a repository of the user's are made: a git directory of our own that borrows its objects and those of others.
 * The repository sees the commits when all of them are done, in one step.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGit, readLayout } from '../../tools/git/index.ts';
import type { Git, RawPath } from '../../tools/git/index.ts';
import type { Run } from '../../tools/process/index.ts';
import { replicateGitDirectory } from '../workspace/index.ts';

/** A file in the index: what `git ls-files --stage` says of it. */
export interface IndexEntry {
  /** Octal: `100644`. */
  mode: string;
  sha: string;
}

export interface Workshop {
  /** git in a directory of ours, with an index of its own and without a work tree. */
  readonly git: Git;
  /** Puts files into the index, or takes them out (undefined). */
  stage(changes: ReadonlyMap<RawPath, IndexEntry | undefined>): Promise<void>;
  /** Files of the index below a directory, by path. */
  entries(directory: string): Promise<Map<RawPath, IndexEntry>>;
  writeTree(): Promise<string>;
  /** Makes `commit` HEAD and its files the index, without any of them in the work tree: it can be cherry-picked upon. */
  forgetFiles(commit: string): Promise<void>;
}

export interface WorkshopOptions {
  run: Run;
  /** The repository the commits are for. It is only read. */
  repository: Git;
  /** Other repositories whose objects are used. */
  others: readonly Git[];
  /** Other object directories. */
  objects?: readonly string[];
  /** An existing directory of this run. */
  scratch: string;
  /** What the index starts with: a commit or tree. */
  start: string;
}

export async function openWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const { run, repository, others, scratch, start } = options;
  const directory = join(scratch, 'workshop.git');
  replicateGitDirectory(await readLayout(repository), directory);
  const borrowed = [...(options.objects ?? [])];
  for (const other of others) borrowed.push(join((await readLayout(other)).commonDir, 'objects'));
  appendFileSync(join(directory, 'objects/info/alternates'), borrowed.map((path) => `${path}\n`).join(''));
  const workTree = join(scratch, 'workshop');
  mkdirSync(workTree);
  const git = createGit(run, workTree, {
    isolated: true,
    env: { GIT_DIR: directory, GIT_INDEX_FILE: join(directory, 'index-of-packit'), GIT_WORK_TREE: workTree },
  });
  await git.exec(['read-tree', start]);
  return {
    git,
    async stage(changes) {
      const lines = (gone: boolean): string[] =>
        [...changes].flatMap(([path, entry]) =>
          (entry === undefined) === gone
            ? [entry === undefined ? `0 ${NO_OBJECT}\t${path}\0` : `${entry.mode} ${entry.sha}\t${path}\0`]
            : [],
        );
      // What goes first makes room: a directory may come where a file was.
      const input = Buffer.from([...lines(true), ...lines(false)].join(''), 'latin1');
      if (input.length > 0) await git.exec(['update-index', '-z', '--index-info'], { input });
    },
    async entries(below) {
      const { stdout } = await git.exec(['ls-files', '--stage', '-z', '--', below], {
        env: { GIT_LITERAL_PATHSPECS: '1' },
      });
      return parseStage(stdout);
    },
    async writeTree() {
      return (await git.exec(['write-tree'])).stdout.toString('latin1').trim();
    },
    async forgetFiles(commit) {
      mkdirSync(join(directory, 'info'), { recursive: true });
      writeFileSync(join(directory, 'info/sparse-checkout'), '/no-file-of-the-repository/\n');
      const config = join(directory, 'config');
      await git.exec(['config', '--file', config, 'core.sparseCheckout', 'true']);
      await git.exec(['config', '--file', config, 'core.sparseCheckoutCone', 'false']);
      await git.exec(['update-ref', '--no-deref', 'HEAD', commit]);
      await git.exec(['read-tree', '--reset', '-u', 'HEAD']);
    },
  };
}

const NO_OBJECT = '0'.repeat(40);

function parseStage(bytes: Buffer): Map<RawPath, IndexEntry> {
  const entries = new Map<RawPath, IndexEntry>();
  for (const line of bytes.toString('latin1').split('\0')) {
    const tab = line.indexOf('\t');
    const [mode = '', sha = ''] = line.slice(0, tab).split(' ');
    if (tab > 0) entries.set(line.slice(tab + 1), { mode, sha });
  }
  return entries;
}

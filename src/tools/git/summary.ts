import type { Environment } from '../process/index.ts';
import { ANSWER_SETTINGS, GIT_ENVIRONMENT } from './settings.ts';

/** One changed file of a diff. Binary files count no lines. */
export interface FileChange {
  file: string;
  insertions: number;
  deletions: number;
  binary: boolean;
}

/**
 * Summarises `git diff <range>` for people: reports and pull request texts. Not for the hot path: simple-git is
 * loaded on the first call.
 * @param env the environment of the context; simple-git hands a child exactly what it is given
 */
export async function diffSummary(
  dir: string,
  env: Environment,
  range: readonly string[],
): Promise<FileChange[]> {
  const { simpleGit } = await import('simple-git');
  const environment: Record<string, string> = {};
  // What could name a program to run is refused by simple-git, and a summary needs none of it.
  for (const [name, value] of Object.entries({ ...env, ...GIT_ENVIRONMENT })) {
    if (
      value !== undefined &&
      !/^(?:GIT_(?:PAGER|EDITOR|.*ASKPASS|SSH.*|.*PROXY.*|EXTERNAL_DIFF|SEQUENCE_EDITOR|CONFIG.*|TEMPLATE_DIR|EXEC_PATH)|EDITOR|VISUAL|PAGER|PREFIX|SSH_ASKPASS)$/.test(
        name,
      )
    ) {
      environment[name] = value;
    }
  }
  const { files } = await simpleGit({
    baseDir: dir,
    // An empty value and what names a program or a file it does not take; a summary needs neither.
    config: ANSWER_SETTINGS.filter(([key]) => key.startsWith('diff.') || key.startsWith('color.')).map(
      ([key, value]) => `${key}=${value}`,
    ),
  })
    .env(environment)
    .diffSummary(['--no-ext-diff', ...range]);
  return files.map((file) => ({
    file: file.file,
    insertions: 'insertions' in file ? file.insertions : 0,
    deletions: 'deletions' in file ? file.deletions : 0,
    binary: file.binary,
  }));
}

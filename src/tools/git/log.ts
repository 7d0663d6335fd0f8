import type { Git } from './git.ts';

/**
 * Subjects and authors of the commits in `from..to` as changelog lines, newest first, merges left out. Bytes: commit
 * messages may be in any encoding.
 * @param from exclusive; everything up to `to` without it
 */
export async function changelogLines(git: Git, from: string | undefined, to = 'HEAD'): Promise<Buffer> {
  const { stdout } = await git.exec([
    'log',
    '--no-merges',
    '--no-color',
    '--no-show-signature',
    '--pretty=format:- %s (%an)',
    from === undefined ? to : `${from}..${to}`,
    '--',
  ]);
  return stdout;
}

/** Long text for a person: coloured and through the pager git would use. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Chalk } from 'chalk';
import type { Context } from '../../context.ts';

/** Shows the text if stdout is a terminal somebody looks at; false if it is for the caller to print. */
export async function showPaged(ctx: Context, text: string): Promise<boolean> {
  const { env, run } = ctx;
  const watched = process.stdout.isTTY && ctx.ui.interactive && env.TERM !== 'dumb';
  if (!watched) return false;
  const pager = (await run(['git', 'var', 'GIT_PAGER'], { cwd: ctx.cwd }).catch(() => undefined))?.stdout
    .toString('utf8')
    .trim();
  if (pager === undefined || pager === '' || pager === 'cat') return false;
  const directory = await mkdtemp(join(ctx.paths.temp, 'packit-text-'));
  try {
    const file = join(directory, 'text');
    await writeFile(file, isColoured(ctx) ? colourDiff(text) : text);
    // The pager is a command line by git's convention; the file's name is an argument of the shell, not part of it.
    await run(['sh', '-c', `${pager} < "$1"`, 'sh', file], {
      cwd: ctx.cwd,
      inherit: true,
      env: { LESS: env.LESS ?? 'FRX' },
    });
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function isColoured({ env }: Context): boolean {
  return env.NO_COLOR === undefined || env.NO_COLOR === '';
}

/** Colours the lines of diffs as git does, and headings. */
export function colourDiff(text: string): string {
  const chalk = new Chalk({ level: 1 });
  return text
    .split('\n')
    .map((line) => {
      if (/^(?:=== |diff --git |index |--- |\+\+\+ |new file|deleted file)/.test(line))
        return chalk.bold(line);
      if (line.startsWith('@@')) return chalk.cyan(line);
      if (line.startsWith('+')) return chalk.green(line);
      return line.startsWith('-') ? chalk.red(line) : line;
    })
    .join('\n');
}

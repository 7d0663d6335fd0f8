/** Pages with terminal sessions: their commands are run again, in one shell from the first to the last, and the page is made anew. */
import { execFile } from 'node:child_process';

export interface TranscriptOptions {
  /** Where the session begins. */
  cwd: string;
  env: Record<string, string>;
  /** Which blocks are its; others stay as they are. Default: all. `at` counts the page's from 0. */
  only?: (commands: readonly string[], at: number) => boolean;
  /** Another command in the place of one on the page. */
  replace?: Readonly<Record<string, string>>;
  /** Takes out of the output what is another each time. */
  normalise: (output: string) => string;
}

const BLOCK = /^```console\n([^]*?)^```$/gm;
const MARK = '\u0001';

interface Step {
  command: string;
  output: string;
}

/**
 * The page with what its commands print now. A line that begins with `$ ` is a command, one with `> ` its continuation; a line `...` of
 * their output stands for any number of lines, `[branch] ...` of branches that go on side by side for the same lines in another order.
 */
export async function replayPage(page: string, options: TranscriptOptions): Promise<string> {
  const { only = () => true } = options;
  const blocks = [...page.matchAll(BLOCK)].map(([, block = '']) => stepsIn(block));
  const chosen = blocks.map((steps, at) =>
    only(
      steps.map(({ command }) => command),
      at,
    ),
  );
  const commands = blocks.flatMap((steps, at) => (chosen[at] ? steps.map(({ command }) => command) : []));
  const outputs = await runAll(commands, options);
  let at = 0;
  return page.replace(BLOCK, (all, block: string) => {
    if (!chosen[at++]) return all;
    const parts = stepsIn(block).map(({ command, output }) => {
      const shown = command.split('\n').map((line, index) => `${index === 0 ? '$' : '>'} ${line}\n`);
      const now = outputs.shift() ?? '';
      return `${shown.join('')}${agree(output, now) ? output : now}`;
    });
    return `\`\`\`console\n${parts.join('')}\`\`\``;
  });
}

/** The commands of a session, without what they printed. */
export function commandsIn(block: string): string[] {
  return stepsIn(block).map(({ command }) => command);
}

function stepsIn(block: string): Step[] {
  const steps: Step[] = [];
  for (const line of block.split(/(?<=\n)/)) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2).trimEnd(), output: '' });
    else if (last === undefined) continue;
    else if (line.startsWith('> ') && last.output === '') last.command += `\n${line.slice(2).trimEnd()}`;
    else last.output += line;
  }
  return steps;
}

function agree(shown: string, now: string): boolean {
  const lines = settled(now);
  const [first = [], ...rest] = parts(settled(shown));
  if (rest.length === 0) return first.join('\n') === lines.join('\n');
  const last = rest.pop() ?? [];
  if (!startsAt(lines, first, 0)) return false;
  let at = first.length;
  for (const part of rest) {
    while (at <= lines.length && !startsAt(lines, part, at)) at += 1;
    at += part.length;
  }
  return at <= lines.length - last.length && startsAt(lines, last, lines.length - last.length);
}

function startsAt(lines: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((line, index) => lines[at + index] === line);
}

function parts(lines: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line === '...') found.push([]);
    else found.at(-1)?.push(line);
  }
  return found;
}

/** Lines in an order that does not depend on which branch was faster. */
function settled(output: string): string[] {
  const lines = output.replace(/\n$/, '').split('\n');
  const isProgress = (line: string): boolean => /^\[[\w.-]+\] |^(?:Forked|Cloning) /.test(line);
  const progress = lines.filter(isProgress).toSorted();
  return lines.map((line) => (isProgress(line) ? (progress.shift() ?? '') : line));
}

function runAll(commands: readonly string[], options: TranscriptOptions): Promise<string[]> {
  const { cwd, env, replace = {}, normalise } = options;
  const mark = `STATUS=$?; printf '${MARK}'; (exit $STATUS)`;
  const script = commands.map((command) => `${replace[command] ?? command}\n${mark}\n`).join('');
  return new Promise((done, fail) => {
    execFile('bash', ['-c', `exec 2>&1\n${script}`], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout) => {
      const outputs = stdout.split(MARK).slice(0, -1).map(normalise);
      if (outputs.length === commands.length) done(outputs);
      else fail(new Error(`the session ended early: ${error?.message}\n${stdout}`));
    });
  });
}

/** Pages with terminal sessions: their commands are run again, in one shell from the first to the last, and the page is made anew. */
import { execFile } from 'node:child_process';

export interface TranscriptOptions {
  /** Where the session begins. */
  cwd: string;
  env: Record<string, string>;
  /** Another command in the place of one on the page. */
  replace?: Readonly<Record<string, string>>;
  /** Takes out of the output what is another each time. */
  normalise: (output: string) => string;
}

const BLOCK = /^```console\n([^]*?)^```$/gm;
const MARK = '\u0001';

/** The page with what its commands print now. A line that begins with `$ ` is a command, one with `> ` its continuation. */
export async function replayPage(page: string, options: TranscriptOptions): Promise<string> {
  const commands = [...page.matchAll(BLOCK)].flatMap(([, block = '']) => commandsIn(block));
  const outputs = await runAll(commands, options);
  return page.replace(BLOCK, (_all, block: string) => {
    const parts = commandsIn(block).map((command) => {
      const shown = command.split('\n').map((line, index) => `${index === 0 ? '$' : '>'} ${line}\n`);
      return `${shown.join('')}${outputs.shift() ?? ''}`;
    });
    return `\`\`\`console\n${parts.join('')}\`\`\``;
  });
}

function commandsIn(block: string): string[] {
  const commands: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('$ ')) commands.push(line.slice(2));
    else if (line.startsWith('> ')) commands.push(`${commands.pop()}\n${line.slice(2)}`);
  }
  return commands;
}

function runAll(commands: readonly string[], options: TranscriptOptions): Promise<string[]> {
  const { cwd, env, replace = {}, normalise } = options;
  const script = commands.map((command) => `${replace[command] ?? command}\nprintf '${MARK}'\n`).join('');
  return new Promise((done, fail) => {
    execFile('bash', ['-c', `exec 2>&1\n${script}`], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout) => {
      const outputs = stdout.split(MARK).slice(0, -1).map(normalise);
      if (outputs.length === commands.length) done(outputs);
      else fail(new Error(`the session ended early: ${error?.message}\n${stdout}`));
    });
  });
}

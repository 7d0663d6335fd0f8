/** The Containerfile of packit's image, read as the programs that build it read it. */

export interface Instruction {
  /** Upper case: `RUN`. */
  name: string;
  /** `from` of `--from=build`. */
  flags: Record<string, string>;
  /** What follows the flags, on one line. */
  value: string;
}

export interface Stage {
  /** Image it begins with. */
  base: string;
  /** Name after AS. */
  name: string | undefined;
  instructions: Instruction[];
}

/** Continued lines are one; lines of comments count nowhere, not even between them. */
export function parseContainerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Stage[] = [];
  for (const line of lines) {
    const instruction = parseInstruction(line);
    if (instruction.name === 'FROM') {
      const [base = '', , name] = instruction.value.split(/ +/);
      stages.push({ base, name, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`before the first FROM: ${line}`);
    stage.instructions.push(instruction);
  }
  return stages;
}

function parseInstruction(line: string): Instruction {
  const [, name, rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`not an instruction: ${line}`);
  const flags: Record<string, string> = {};
  let value = rest.trim();
  for (let flag = FLAG.exec(value); flag !== null; flag = FLAG.exec(value)) {
    flags[flag[1] ?? ''] = flag[2] ?? '';
    value = value.slice(flag[0].length);
  }
  return { name, flags, value: value.replace(/ +/g, ' ') };
}

const FLAG = /^--([a-z]+)=(\S+) +/;

/** What the stage runs, a command each. */
export function commandsOf(stage: Stage): string[] {
  return stage.instructions
    .filter(({ name }) => name === 'RUN')
    .flatMap(({ value }) => value.split(' && '))
    .map((command) => command.trim());
}

/** What the stage installs with dnf. */
export function packagesOf(stage: Stage): string[] {
  return commandsOf(stage).flatMap((command) => {
    const [program, ...words] = command.split(' ');
    const install = words.indexOf('install');
    return program === 'dnf' && install >= 0 ? words.slice(install + 1) : [];
  });
}

/** Whether a file of the context is left out by .dockerignore: it or a directory above it. */
export function isIgnored(ignoreFile: string, file: string): boolean {
  const patterns = ignoreFile
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(
      (line) =>
        new RegExp(
          `^${line.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replace('[^/]*[^/]*/', '(.*/)?')}$`,
        ),
    );
  const parts = file.split('/');
  return parts.some((_part, index) =>
    patterns.some((pattern) => pattern.test(parts.slice(0, index + 1).join('/'))),
  );
}

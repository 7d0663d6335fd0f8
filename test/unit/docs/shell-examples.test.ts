/** Every command line of README.md and docs/: packit understands it, and so does a shell. Nothing of it is run here. */
import { spawnSync } from 'node:child_process';
import { transformSync } from '@swc/core';
import { Help } from 'commander';
import type { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { withOwnFlags } from '../../../src/cli/own-flags.ts';
import { createProgram } from '../../../src/cli/program.ts';
import * as treeOptions from '../../../src/cli/tree/options.ts';
import type { Attach, Register } from '../../../src/cli/tree/register.ts';
import { packitCalls } from '../../support/docs/command-lines.ts';
import { blocksOf, readPages, scriptsOf, spansOf } from '../../support/docs/pages.ts';
import type { Page } from '../../support/docs/pages.ts';

const pages = readPages();

/** A program that parses and does nothing; what it writes when it refuses is in `said`. */
function parser(page?: Page): { program: Command; said: string[] } {
  const said: string[] = [];
  const program = createProgram(
    { execute: async () => {}, stdout() {}, stderr: (text) => void said.push(text) },
    '1.2.3',
  );
  const attach: Attach = (command) => void command.action(() => {});
  for (const register of page === undefined ? [] : ownCommands(page)) register(program, attach);
  return { program, said };
}

/** The commands that a page adds to the tree: contributing.md shows how. */
function ownCommands(page: Page): Register[] {
  return blocksOf(page)
    .filter(({ language, text }) => language === 'ts' && /^export const \w+: Register =/m.test(text))
    .flatMap(({ text }) => {
      const { code } = transformSync(text, {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      });
      const module: { exports: Record<string, Register> } = { exports: {} };
      // oxlint-disable-next-line typescript/no-implied-eval -- the page's own code
      new Function('exports', 'require', code)(module.exports, () => treeOptions);
      return Object.values(module.exports);
    });
}

/** What packit says to a command line; empty where it takes it. */
async function refusal(args: readonly string[], page: Page): Promise<string> {
  const { program, said } = parser(page);
  const argv = withExamples(program, args);
  try {
    await program.parseAsync(withOwnFlags(program, argv), { from: 'user' });
  } catch {
    // --help and --version end the program as well, and say nothing on stderr.
  }
  return said.join('');
}

const PLACEHOLDER = /^[A-Z][A-Z_]*$/;

/** Placeholders in capitals stand for any value: where there is a choice, for the first. */
function withExamples(program: Command, args: readonly string[]): string[] {
  let command = program;
  return args.map((arg, index) => {
    const flag = args[index - 1] ?? '';
    const option = [...command.options, ...program.options].find(
      (one) => one.short === flag || one.long === flag,
    );
    if (PLACEHOLDER.test(arg)) {
      if (option?.argChoices !== undefined) return option.argChoices[0] ?? arg;
      if (option?.parseArg !== undefined && !accepts(option.parseArg, arg)) return '1';
      return arg === 'COMMAND' && command === program ? 'srpm' : arg;
    }
    command = command.commands.find((sub) => sub.name() === arg || sub.aliases().includes(arg)) ?? command;
    return arg;
  });
}

function accepts(parse: (value: string, previous: undefined) => unknown, value: string): boolean {
  try {
    parse(value, undefined);
    return true;
  } catch {
    return false;
  }
}

/** A synopsis as a command line: `[PATH]` is given, of `ID|URL...` one. */
function oneOf(span: string): string {
  return span
    .replaceAll(/\[:[A-Z]+\]/g, '')
    .replaceAll(/[[\]]|\.\.\./g, '')
    .replaceAll(/\b([A-Z_]+)\|[A-Z_]+\b/g, '$1');
}

/** `packit build` or `packit spec show` in a sentence is a name, and nothing that somebody would type as it is. */
function isName(args: readonly string[]): boolean {
  let command: Command | undefined = parser().program;
  for (const arg of args) {
    command = command?.commands.find((sub) => sub.name() === arg || sub.aliases().includes(arg));
  }
  return command !== undefined;
}

/** What is wrong with the calls of packit in a script. */
async function mistakes(script: string, page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const args of packitCalls(script)) {
    const said = await refusal(args, page);
    if (said !== '') found.push(`packit ${args.join(' ')}: ${said}`);
  }
  return found;
}

describe.each(pages)('$path', (page) => {
  test('its sessions and scripts hold commands, and a shell and packit understand them', async () => {
    const unmarked = blocksOf(page).filter(
      ({ language, text }) => language !== 'console' && /^\$ /m.test(text),
    );
    const found = unmarked.map(({ place }) => `${place}: a session that is not marked as console`);
    for (const { place, text } of scriptsOf(page)) {
      if (text.trim() === '') found.push(`${place}: no command`);
      const { stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      found.push(
        ...[stderr, ...(await mistakes(text, page))].filter(Boolean).map((what) => `${place}: ${what}`),
      );
    }
    expect(found).toEqual([]);
  });

  test('so do the lines for CI systems', async () => {
    const lines = blocksOf(page)
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ text }) => [
        ...text.matchAll(/^\s*(?:- )?(?:(?:run|entry|script): |- )(.*\bpackit .*)$/gm),
      ]);
    const found = await Promise.all(lines.map(([, line = '']) => mistakes(line, page)));
    expect(found.flat()).toEqual([]);
  });

  test('and its sentences', async () => {
    const spans = spansOf(page).filter((span) => /\bpackit\b/.test(span) && /^\w/.test(span));
    const found = spans.map(async (span) =>
      packitCalls(oneOf(span)).every((args) => isName(args)) ? [] : await mistakes(oneOf(span), page),
    );
    expect((await Promise.all(found)).flat()).toEqual([]);
  });
});

describe('the parser of examples', () => {
  test.each([
    ['packit srpm # no comment', [['srpm']]],
    ['A=1 B="x y" packit -c \'a b\' srpm > out 2>&1', [['-c', 'a b', 'srpm']]],
    ['cd x && packit init; packit srpm | tail', [['init'], ['srpm']]],
    ['source <(packit completion bash)', [['completion', 'bash']]],
    ['npx --yes --package packit-cli -- packit config validate', [['config', 'validate']]],
    ['cat > packit <<END\npackit nonsense\nEND', []],
    ['packit spec edit a.spec \\\n  --bump', [['spec', 'edit', 'a.spec', '--bump']]],
    ['rabbitmqctl add_user packit', []],
  ])('%j', (script, calls) => {
    expect(packitCalls(script)).toEqual(calls);
  });

  test.each([
    [['sprm'], /unknown command/],
    [['srpm', '--no-such'], /unknown option/],
    [['srpm', '--output'], /argument missing/],
    [['config', 'validate', 'a', 'b'], /too many arguments/],
    [['completion', 'tcsh'], /allowed choices|invalid/i],
    [['spec', 'show'], /missing required argument/],
  ])('what is wrong is told: %j', async (args, expected) => {
    expect(await refusal(args, { path: 'x', text: '' })).toMatch(expected);
  });
});

const help = new Help();

function visible(command: Command): Command[] {
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  return children.length === 0 ? [command] : children.flatMap(visible);
}

function nameOf(command: Command): string {
  return command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
}

describe.each(visible(parser().program).map((command) => nameOf(command)))('packit %s', (name) => {
  const words = name.split(' ');
  const shown = pages
    .filter((page) =>
      scriptsOf(page).some(({ text }) => packitCalls(text).some((args) => calls(args, words))),
    )
    .map(({ path }) => path);

  test('is run on a page of docs/commands that docs/README.md names', () => {
    const index = pages.find(({ path }) => path === 'docs/README.md')?.text ?? '';
    const row = index.split('\n').find((line) => line.includes(`\`packit ${name}\``));
    const linked = [...(row ?? '').matchAll(/\]\((commands\/[\w-]+\.md)/g)].map(
      ([, link = '']) => `docs/${link}`,
    );
    expect(linked.filter((path) => shown.includes(path))).not.toEqual([]);
  });
});

function calls(args: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  for (const arg of args) if (arg === words[at]) at += 1;
  return at === words.length;
}

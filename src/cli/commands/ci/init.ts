import { initCi } from '../../../workflows/ci/init/index.ts';
import type { CiInitResult, PlannedCiFile } from '../../../workflows/ci/init/index.ts';
import type { Command } from '../../command.ts';

export interface CiInitFlags {
  forge?: string;
  force?: boolean;
}

export const ciInitCommand: Command<CiInitFlags> = async ({ ctx, args, options, global }) => {
  const result = await initCi(ctx, {
    path: args[0],
    forge: options.forge,
    force: options.force === true,
    configPath: global.config,
    remote: global.remote,
    version: process.env.PACKIT_CLI_VERSION ?? '0.0.0',
  });
  const todo = result.files.filter(({ change }) => change !== 'unchanged');
  const json = {
    ...result,
    files: result.files.map(({ path, change, content }) => ({ path, change, content })),
  };
  if (ctx.dryRun && todo.length > 0) return { text: (await Promise.all(todo.map(shown))).join('\n'), json };
  for (const { path, change } of result.files) ctx.ui.info(`${WORDS[change]}: ${path}`);
  for (const line of nextSteps(result)) ctx.ui.info(line);
  return { text: todo.map(({ path }) => path).join('\n'), json };
};

const WORDS = { created: 'created', changed: 'changed', unchanged: 'up to date' } as const;

async function shown({ path, change, content, before }: PlannedCiFile): Promise<string> {
  if (before === undefined) return `--- ${path} (${change})\n${content}`;
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, content, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^=+\n/, '');
}

const PLACES = {
  github: 'Settings > Secrets and variables > Actions',
  gitlab: 'Settings > CI/CD > Variables, masked and not protected',
  forgejo: 'Settings > Actions > Secrets, and > Variables',
} as const;

function nextSteps({ system, secrets, steps }: CiInitResult): string[] {
  return [
    ...(secrets.length === 0 ? [] : [`The jobs need these (${PLACES[system]}):`]),
    ...secrets.flatMap(({ name, kind, holds }) => [`  ${name}${NOTES[kind]}`, `    ${holds}`]),
    ...steps,
  ];
}

const NOTES = { secret: '', file: ' (of type File)', variable: ' (a variable)' } as const;

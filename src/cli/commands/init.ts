import { relative } from 'node:path';
import { init } from '../../workflows/init/index.ts';
import type { Command } from '../command.ts';

export interface InitOptions {
  force?: boolean;
  withoutPrecommit?: boolean;
  forcePrecommit?: boolean;
}

export const initCommand: Command<InitOptions> = async ({ ctx, args, options, global }) => {
  const result = await init(ctx, {
    path: args[0],
    force: options.force,
    withoutPrecommit: options.withoutPrecommit,
    forcePrecommit: options.forcePrecommit,
    configPath: global.config,
    remote: global.remote,
  });
  const shown = (path: string): string => relative(ctx.cwd, path) || path;
  if (!result.written) {
    const text = result.files.map((file) => `--- ${shown(file.path)} (${file.change})\n${file.content}`);
    return { text: text.join('\n'), json: result };
  }
  for (const file of result.files) ctx.ui.info(`${file.change}: ${shown(file.path)}`);
  ctx.ui.info('Next: look the configuration over, then run packit config validate and packit srpm.');
  return { text: shown(result.config), json: result };
};

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { GlobalOptions } from './command.ts';

/** What a user configuration may be called; there is nothing to load where none of them exists. */
const FILE_NAMES = ['.packit.yaml', '.packit.yml', 'packit.yaml', 'packit.yml'] as const;

/** The global options with the user configuration in place of what was not given. */
export async function withUserDefaults(global: GlobalOptions, ctx: Context): Promise<GlobalOptions> {
  if (!FILE_NAMES.some((name) => existsSync(join(ctx.paths.config, name)))) return global;
  const user = await ctx.userConfig();
  const defaults: GlobalOptions = {
    ...(user.debug ? { debug: true } : {}),
    ...(user.fas_user === undefined ? {} : { fasUser: user.fas_user }),
    ...(user.keytab_path === undefined ? {} : { keytab: user.keytab_path }),
    ...(user.upstream_git_remote === undefined ? {} : { remote: user.upstream_git_remote }),
    ...(user.package_config_path === undefined ? {} : { config: user.package_config_path }),
  };
  return { ...defaults, ...global };
}

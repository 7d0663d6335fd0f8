import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import type { Redactor } from '../../tools/process/index.ts';
import type { Warning } from '../../ui.ts';
import { CONFIG_FILE_NAMES } from './find.ts';
import { credentialsOf } from './user-authentication.ts';
import type { ServiceCredentials } from './user-authentication.ts';
import { readUserValues } from './user-read.ts';
import type { UserValues } from './user-read.ts';

/** The person's own settings, all defaults filled in. */
export interface UserConfig {
  /** Absolute path of the file; undefined if there is none. */
  file: string | undefined;
  debug: boolean;
  fas_user: string | undefined;
  fas_password: string | undefined;
  keytab_path: string | undefined;
  kerberos_realm: string;
  koji_build_command: string;
  /** Undefined if the user chose none: fedpkg, then. */
  pkg_tool: string | undefined;
  upstream_git_remote: string | undefined;
  package_config_path: string | undefined;
  repository_cache: string | undefined;
  add_repositories_to_repository_cache: boolean;
  /** A null value undefines the macro. */
  default_parse_time_macros: Record<string, string | null>;
  redhat_api_refresh_token: string | undefined;
  authentication: ServiceCredentials[];
}

export interface LoadedUserConfig {
  config: UserConfig;
  /** Deprecated keys and the like: to be given to `ui.warn`. */
  warnings: Warning[];
}

export interface LoadUserConfigOptions {
  /** `ctx.paths.config`: `$XDG_CONFIG_HOME` or `~/.config`. */
  directory: string;
  /** For a leading `~` in paths. */
  home?: string | undefined;
  /** Learns every secret of the file. */
  redactor: Redactor;
}

const NOTHING: UserValues = { strings: {}, booleans: {}, macros: {} };

/**
 * Reads the user configuration; no file is an empty one.
 * @throws PackitError `USER_CONFIG_UNREADABLE`, `USER_CONFIG_SYNTAX`, `USER_CONFIG_INVALID`
 */
export async function loadUserConfig(options: LoadUserConfigOptions): Promise<LoadedUserConfig> {
  const file = await findFile(options.directory);
  if (file === undefined) return { config: userConfig(undefined, NOTHING, options), warnings: [] };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new PackitError(
      'USER_CONFIG_UNREADABLE',
      `Cannot read the user configuration ${file}: ${messageOf(error)}`,
      {
        hint: `Make the file readable (chmod u+r '${file}'), or move it away.`,
        cause: error,
      },
    );
  }
  const { values, warnings } = readUserValues(file, text);
  const config = userConfig(file, values, options);
  const { redactor } = options;
  redactor.add(config.fas_password);
  redactor.add(config.redhat_api_refresh_token);
  for (const entry of config.authentication) redactor.add(entry.token);
  return { config, warnings };
}

async function findFile(directory: string): Promise<string | undefined> {
  for (const name of CONFIG_FILE_NAMES) {
    const file = join(directory, name);
    try {
      if ((await stat(file)).isFile()) return file;
    } catch (error) {
      if (!hasErrnoCode(error, 'ENOENT') && !hasErrnoCode(error, 'ENOTDIR')) {
        throw new PackitError(
          'USER_CONFIG_UNREADABLE',
          `Cannot look for the user configuration ${file}: ${messageOf(error)}`,
          {
            hint: 'Make the directory accessible, or set XDG_CONFIG_HOME to another one.',
            cause: error,
          },
        );
      }
    }
  }
  return undefined;
}

function userConfig(
  file: string | undefined,
  values: UserValues,
  options: LoadUserConfigOptions,
): UserConfig {
  const { strings, booleans, macros } = values;
  const path = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : expandPath(value, options);
  return {
    file,
    debug: booleans.debug ?? false,
    fas_user: strings.fas_user,
    fas_password: strings.fas_password,
    keytab_path: path(strings.keytab_path),
    kerberos_realm: strings.kerberos_realm ?? 'FEDORAPROJECT.ORG',
    koji_build_command: strings.koji_build_command ?? 'koji build',
    pkg_tool: strings.pkg_tool,
    upstream_git_remote: strings.upstream_git_remote,
    package_config_path: strings.package_config_path,
    repository_cache: path(strings.repository_cache),
    add_repositories_to_repository_cache: booleans.add_repositories_to_repository_cache ?? true,
    default_parse_time_macros: macros,
    redhat_api_refresh_token: strings.redhat_api_refresh_token,
    authentication: values.authentication ?? legacyAuthentication(strings),
  };
}

/** The keys tokens had before there was `authentication`; they count only without it, as in the reference. */
function legacyAuthentication(strings: Readonly<Record<string, string | undefined>>): ServiceCredentials[] {
  const entries: ServiceCredentials[] = [];
  if (strings.github_token !== undefined) {
    entries.push(credentialsOf('github.com', { token: strings.github_token }));
  }
  if (strings.pagure_user_token !== undefined) {
    entries.push(
      credentialsOf('pagure', {
        token: strings.pagure_user_token,
        instance_url: strings.pagure_instance_url,
      }),
    );
  }
  return entries;
}

function expandPath(path: string, { home, directory }: LoadUserConfigOptions): string {
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(directory, path);
}

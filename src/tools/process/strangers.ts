/** What programs of people nobody vouches for are told of the environment: actions and specs of a clone, of a pull request. */
import { redactUrls } from './redact.ts';
import type { Environment, Run } from './types.ts';

/**
 * Names that may be passed on: where things are, how to show text, how to reach the network. Everything else stays away, for
 * nobody can list what people call a variable with a secret in it.
 */
const ALLOWED = new Set([
  'PATH',
  'LD_LIBRARY_PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'PWD',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'COLORTERM',
  'COLUMNS',
  'LINES',
  'NO_COLOR',
  'FORCE_COLOR',
  'CI',
  'SOURCE_DATE_EPOCH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'RPM_CONFIGDIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
]);

/** True if strangers may see a variable: of an allowed name, and without credentials in its value (a proxy's URL). */
function mayBeSeen(name: string, value: string): boolean {
  if (!ALLOWED.has(name.toUpperCase()) && !name.startsWith('LC_')) return false;
  return redactUrls(value) === value;
}

/** Starts programs that see few variables of `env`, which is what `run` passes on, and those that a call adds. */
export function runForStrangers(run: Run, env: Environment): Run {
  const removed: Record<string, undefined> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !mayBeSeen(name, value)) removed[name] = undefined;
  }
  return (argv, options) => run(argv, { ...options, env: { ...removed, ...options.env } });
}

import type { HttpClient } from '../http/index.ts';

/** What dist-git says about release monitoring of a package. */
export interface Monitoring {
  monitoring: boolean;
  bugzilla: boolean;
  allVersions: boolean;
  stableOnly: boolean;
  scratchBuild: boolean;
}

export interface MonitoringOptions {
  http: HttpClient;
  /** The dist-git's web address. Default: src.fedoraproject.org. */
  url?: string;
  packageName: string;
  /** The content of `monitoring.toml` on the branch `rawhide`; undefined if there is none. Default: asked over HTTP. */
  readFile?: () => Promise<string | undefined>;
}

const DEFAULT_URL = 'https://src.fedoraproject.org';
/** Statuses of the older way, where the package's page has a drop-down list. */
const STATUS = /^(?:no-monitoring|monitoring(-all|-stable)?(?:-with)?(-scratch)?)$/;

/**
 * How a package is monitored: `monitoring.toml` in its dist-git repository, else what its page there says.
 * Undefined if neither is there, or the answer is not one that is known.
 * @throws ServiceError
 */
export async function readMonitoring(options: MonitoringOptions): Promise<Monitoring | undefined> {
  const { http, packageName } = options;
  const base = (options.url ?? DEFAULT_URL).replace(/\/+$/, '');
  const name = encodeURIComponent(packageName);
  const text = await (options.readFile?.() ??
    rawFile(http, `${base}/rpms/${name}/raw/rawhide/f/monitoring.toml`));
  if (text !== undefined) return parseMonitoring(text);
  const answer = await http.json({
    url: `${base}/_dg/anitya/rpms/${name}`,
    service: 'dist-git',
    accept: [404],
  });
  const status =
    typeof answer === 'object' && answer !== null && 'monitoring' in answer ? answer.monitoring : undefined;
  return typeof status === 'string' ? monitoringOfStatus(status) : undefined;
}

async function rawFile(http: HttpClient, url: string): Promise<string | undefined> {
  const answer = await http.request({ url, accept: [404], service: 'dist-git' });
  return answer.status === 404 ? undefined : answer.text();
}

/** The five switches at the top of `monitoring.toml`; anything else in it does not matter here. */
export function parseMonitoring(toml: string): Monitoring {
  const [top = ''] = toml.split(/^\s*\[/m);
  const flag = (key: string, fallback: boolean): boolean => {
    const value = new RegExp(`^\\s*["']?${key}["']?\\s*=\\s*(true|false)\\b`, 'm').exec(top)?.[1];
    return value === undefined ? fallback : value === 'true';
  };
  return {
    monitoring: flag('monitoring', false),
    bugzilla: flag('bugzilla', true),
    allVersions: flag('all_versions', false),
    stableOnly: flag('stable_only', false),
    scratchBuild: flag('scratch_build', false),
  };
}

export function monitoringOfStatus(status: string): Monitoring | undefined {
  const match = STATUS.exec(status);
  if (match === null) return undefined;
  const on = status !== 'no-monitoring';
  return {
    monitoring: on,
    bugzilla: on,
    allVersions: match[1] === '-all',
    stableOnly: match[1] === '-stable',
    scratchBuild: match[2] !== undefined,
  };
}

import type { HttpClient } from '../http/index.ts';

export interface AnityaOptions {
  http: HttpClient;
  /** Default: release-monitoring.org. */
  url?: string;
  /** Names of packages are looked up in this distribution. */
  distribution?: string;
}

/** release-monitoring.org: which versions upstream projects have published. */
export interface Anitya {
  /**
   * The latest version of the project that the package is mapped to, else of the project of the same name; undefined if
   * there is none.
   * @throws ServiceError if it cannot be asked
   */
  latestVersion(packageName: string): Promise<string | undefined>;
  /**
   * Is the package mapped to a project? Without a mapping nobody is told about new releases.
   * @throws ServiceError
   */
  isMapped(packageName: string): Promise<boolean>;
}

const DEFAULT_URL = 'https://release-monitoring.org';
const SERVICE = 'release-monitoring.org';

export function createAnitya(options: AnityaOptions): Anitya {
  const { http, distribution = 'Fedora' } = options;
  const base = (options.url ?? DEFAULT_URL).replace(/\/+$/, '');
  return {
    async latestVersion(packageName) {
      const name = encodeURIComponent(packageName);
      const mapped = await http.json({
        url: `${base}/api/project/${encodeURIComponent(distribution)}/${name}`,
        accept: [404],
        service: SERVICE,
      });
      const version = textField(mapped, 'version');
      if (version !== undefined) return version;
      const found = await http.json({
        url: `${base}/api/projects`,
        query: { pattern: packageName },
        accept: [404],
        service: SERVICE,
      });
      const project = listField(found, 'projects').find((one) => textField(one, 'name') === packageName);
      return textField(project, 'version');
    },
    async isMapped(packageName) {
      const found = await http.json({
        url: `${base}/api/v2/packages/`,
        query: { name: packageName, distribution },
        service: SERVICE,
      });
      return listField(found, 'items').length > 0;
    },
  };
}

function textField(value: unknown, name: string): string | undefined {
  const field = isRecord(value) ? value[name] : undefined;
  return typeof field === 'string' && field !== '' ? field : undefined;
}

function listField(value: unknown, name: string): unknown[] {
  const field = isRecord(value) ? value[name] : undefined;
  return Array.isArray(field) ? (field as unknown[]) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

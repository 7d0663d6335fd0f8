/** Updates as Bodhi shows them, the parts packit uses. */
import { ServiceError } from '../../errors.ts';

export interface BodhiUpdate {
  /** `FEDORA-2024-0123456789` */
  alias: string;
  title: string;
  /** Page for people. */
  url: string;
  /** `pending`, `testing`, `stable`, `obsolete`, `unpushed`, ... */
  status: string;
  /** What it has been asked to become: `testing`, `stable`, ... */
  request: string | undefined;
  type: string;
  severity: string;
  notes: string;
  karma: number;
  stableKarma: number | undefined;
  unstableKarma: number | undefined;
  /** Days it has to stay in testing. */
  stableDays: number | undefined;
  /** ISO 8601, UTC: since when it is in testing. */
  dateTesting: string | undefined;
  meetsTestingRequirements: boolean | undefined;
  /** A compose is under way. */
  locked: boolean;
  /** `F42` */
  release: string;
  /** The dist-git branch of the release. */
  branch: string;
  /** NVRs. */
  builds: string[];
  bugs: number[];
  fromTag: string | undefined;
  /** What can be chosen besides, by Bodhi's names: what an edit leaves out would fall back to its default. */
  settings: Readonly<Record<string, string | number | boolean>>;
}

const SETTINGS = [
  'autokarma',
  'autotime',
  'stable_karma',
  'unstable_karma',
  'stable_days',
  'close_bugs',
  'suggest',
  'display_name',
  'require_bugs',
  'require_testcases',
] as const;

/** @throws ServiceError `BODHI_UNEXPECTED` */
export function readUpdate(value: unknown): BodhiUpdate {
  const item = record(value);
  const alias = text(item.alias);
  if (alias === undefined) throw unexpectedAnswer('an update without an alias');
  const release = record(item.release ?? {});
  return {
    alias,
    title: text(item.title) ?? alias,
    url: text(item.url) ?? '',
    status: text(item.status) ?? '',
    request: text(item.request),
    type: text(item.type) ?? 'unspecified',
    severity: text(item.severity) ?? 'unspecified',
    notes: text(item.notes) ?? '',
    karma: number(item.karma) ?? 0,
    stableKarma: number(item.stable_karma),
    unstableKarma: number(item.unstable_karma),
    stableDays: number(item.stable_days),
    dateTesting: time(item.date_testing),
    meetsTestingRequirements:
      typeof item.meets_testing_requirements === 'boolean' ? item.meets_testing_requirements : undefined,
    locked: item.locked === true,
    release: text(release.name) ?? '',
    branch: text(release.branch) ?? '',
    builds: list(item.builds).flatMap((build) => text(record(build).nvr) ?? []),
    bugs: list(item.bugs).flatMap((bug) => number(record(bug).bug_id) ?? []),
    fromTag: text(item.from_tag),
    settings: Object.fromEntries(
      SETTINGS.flatMap((name) => {
        const value = item[name];
        const isPlain = typeof value === 'number' || typeof value === 'boolean' || text(value) !== undefined;
        return isPlain ? [[name, value as string | number | boolean] as const] : [];
      }),
    ),
  };
}

/** `2024-05-06 07:08:09`, in UTC without saying so. */
function time(value: unknown): string | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  const date = new Date(`${written.replace(' ', 'T').replace(/Z$/, '')}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw unexpectedAnswer('something else than an object');
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function unexpectedAnswer(what: string): ServiceError {
  return new ServiceError('BODHI_UNEXPECTED', `Bodhi's answer has ${what}`, {
    hint: 'Try again later; if it stays, the service has changed and packit needs an update.',
  });
}

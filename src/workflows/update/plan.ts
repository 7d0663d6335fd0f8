/** What one update will be, and what Bodhi would refuse, before it is asked. */
import { PackitError, isPackitError } from '../../errors.ts';
import type { Bodhi, BodhiUpdate, UpdateFields } from '../../remote/bodhi/index.ts';
import type { Koji, KojiBuild } from '../../remote/koji/index.ts';
import type { Ui } from '../../ui.ts';
import { bugsIn } from './bugs.ts';
import { fillTemplate, generatedNotes, newEntries } from './notes.ts';
import type { BuildNews } from './notes.ts';
import type { Subject } from './subjects.ts';
import { checkSeverity } from './wishes.ts';
import type { Wishes } from './wishes.ts';

/** Plain data. */
export interface UpdatePlan {
  /** Alias of the update that is changed. */
  edits: string | undefined;
  release: string;
  builds: string[];
  fromTag: string | undefined;
  type: string;
  severity: string | undefined;
  notes: string;
  bugs: number[];
  /** `bodhi_extra_params`, and what an edited update has. */
  extra: Readonly<Record<string, string | number | boolean>>;
}

export type Planned =
  | { kind: 'planned'; plan: UpdatePlan }
  | { kind: 'existing'; update: BodhiUpdate }
  | { kind: 'skipped'; code: string; reason: string };

export interface PlanOptions {
  koji: Koji;
  bodhi: Bodhi;
  wishes: Wishes;
  /** `bodhi_extra_params`. */
  extra: Readonly<Record<string, unknown>>;
  ui: Ui;
}

/** @throws PackitError `RELEASE_CLOSED`, `BUILD_NOT_DONE`, `BUILD_IN_UPDATE`, `SEVERITY_MISSING` */
export async function planUpdate(subject: Subject, options: PlanOptions): Promise<Planned> {
  const { release, builds, edited } = subject;
  const nvrs = builds.map(({ nvr }) => nvr);
  if (release === undefined || release.state === 'archived' || release.state === 'disabled') {
    throw new PackitError('RELEASE_CLOSED', `Bodhi takes no updates for ${release?.name ?? subject.branch}`, {
      hint: 'The release has ended, or has not begun: name another branch.',
    });
  }
  if (!release.composedByBodhi && subject.fromTag === undefined) {
    const reason = `Bodhi makes the updates of ${release.name} itself, of every build (--from-tag takes those of a side tag)`;
    return { kind: 'skipped', code: 'RELEASE_AUTOMATIC', reason };
  }
  const unfinished = builds.find(({ state }) => state !== 'complete');
  if (unfinished !== undefined) {
    throw new PackitError(
      'BUILD_NOT_DONE',
      `The build ${unfinished.nvr} is ${unfinished.state}, not complete`,
      {
        hint: 'Wait for it, or build anew.',
      },
    );
  }
  const [existing, history] = await Promise.all([
    findExisting(options.bodhi, nvrs, edited),
    readHistory(subject, release.candidateTag, options),
  ]);
  if (existing !== undefined) return { kind: 'existing', update: existing };
  if (edited === undefined && history.every(({ stable }) => stable)) {
    return {
      kind: 'skipped',
      code: 'BUILD_STABLE',
      reason: `${nvrs.join(', ')} is stable in ${release.name} already`,
    };
  }
  return { kind: 'planned', plan: planOf(subject, history, options) };
}

/** The update the builds are in. @throws PackitError `BUILD_IN_UPDATE` if it has but some of them */
async function findExisting(
  bodhi: Bodhi,
  nvrs: readonly string[],
  edited: BodhiUpdate | undefined,
): Promise<BodhiUpdate | undefined> {
  const all = await bodhi.updates({ builds: nvrs });
  const found = all.filter(
    ({ alias, status, builds }) =>
      alias !== edited?.alias &&
      status !== 'obsolete' &&
      status !== 'unpushed' &&
      nvrs.some((nvr) => builds.includes(nvr)),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  if (edited === undefined && nvrs.every((nvr) => found.some(({ builds }) => builds.includes(nvr))))
    return first;
  const shared = nvrs.filter((nvr) => first.builds.includes(nvr));
  throw new PackitError('BUILD_IN_UPDATE', `${shared.join(', ')} is in the update ${first.alias} already`, {
    hint: `A build is in one update only. Add the others to it: --edit ${first.alias} --koji-build NVR.`,
    details: [first.url],
  });
}

interface History extends BuildNews {
  /** The build is in a stable tag already. */
  stable: boolean;
}

async function readHistory(
  { builds }: Subject,
  candidateTag: string,
  { koji, ui }: PlanOptions,
): Promise<History[]> {
  const stableTag = (await koji.ancestors(candidateTag)).find(
    (tag) => !tag.includes('-') || tag.endsWith('-updates'),
  );
  return Promise.all(
    builds.map(async (build): Promise<History> => {
      const { nvr, name, version } = build;
      const before = stableTag === undefined ? undefined : await koji.latestTagged(stableTag, name);
      const stable = before?.nvr === nvr;
      return {
        nvr,
        name,
        version,
        stable,
        entries: stable ? [] : await readNews(koji, { build, before, ui }),
      };
    }),
  );
}

/** The changelog is no reason to fail. */
async function readNews(
  koji: Koji,
  { build, before, ui }: { build: KojiBuild; before: KojiBuild | undefined; ui: Ui },
): Promise<BuildNews['entries']> {
  try {
    const [now, then] = await Promise.all([
      koji.changelog(build.nvr),
      before === undefined ? undefined : koji.changelog(before.nvr),
    ]);
    return newEntries(now, then);
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ui.warn({
      code: 'CHANGELOG_UNKNOWN',
      message: `The changelog of ${build.nvr} cannot be read: ${error.message}`,
    });
    return [];
  }
}

function planOf(subject: Subject, history: readonly History[], { wishes, extra }: PlanOptions): UpdatePlan {
  const { edited, builds, fromTag } = subject;
  const { type: extraType, severity: extraSeverity, ...others } = plainValues(extra);
  const type = wishes.type ?? edited?.type ?? text(extraType) ?? 'enhancement';
  const severity = wishes.severity ?? edited?.severity ?? text(extraSeverity);
  checkSeverity(type, severity);
  const version = builds[0]?.version ?? '';
  const generated = generatedNotes(history);
  const notes =
    wishes.notes === undefined ? (edited?.notes ?? generated) : fillTemplate(wishes.notes, version);
  const named =
    edited === undefined ? history.flatMap(({ entries }) => entries.flatMap((one) => bugsIn(one.text))) : [];
  return {
    edits: edited?.alias,
    release: subject.release?.name ?? '',
    builds: builds.map(({ nvr }) => nvr),
    fromTag,
    type,
    severity: severity === 'unspecified' ? undefined : severity,
    notes,
    bugs: [...new Set([...(edited?.bugs ?? []), ...wishes.bugs, ...named])],
    extra: { ...edited?.settings, ...others },
  };
}

function plainValues(extra: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(extra).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What is sent to Bodhi. */
export function fieldsOf(plan: UpdatePlan): UpdateFields {
  return {
    ...plan.extra,
    // The server takes the newest builds of a tag itself.
    ...(plan.fromTag === undefined ? { builds: plan.builds } : { from_tag: plan.fromTag }),
    notes: plan.notes,
    type: plan.type,
    severity: plan.severity,
    bugs: plan.bugs.length === 0 ? undefined : plan.bugs.join(','),
    edited: plan.edits,
  };
}

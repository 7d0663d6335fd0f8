/** What a person wants of an update, checked before anybody is asked. Pure. */
import { PackitError } from '../../errors.ts';
import { bugNumbers } from './bugs.ts';

export const UPDATE_TYPES = ['security', 'bugfix', 'enhancement', 'newpackage'] as const;
export type UpdateType = (typeof UPDATE_TYPES)[number];
export const SEVERITIES = ['urgent', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How an update is to be. Plain data. */
export interface UpdateWishes {
  /** Default: made from the changelogs. `{version}` is the version of the build. */
  updateNotes?: string | undefined;
  /** Default: `type` of `bodhi_extra_params`, else `enhancement`. */
  updateType?: string | undefined;
  severity?: string | undefined;
  resolveBugs?: readonly string[] | undefined;
  /** NVRs. Default: the newest of each branch. */
  kojiBuilds?: readonly string[] | undefined;
  /** All builds of a side tag. */
  fromTag?: string | undefined;
  /** Alias of the update to change. */
  edit?: string | undefined;
}

/** The same, understood. */
export interface Wishes {
  notes: string | undefined;
  type: UpdateType | undefined;
  severity: Severity | undefined;
  bugs: number[];
}

/** @throws PackitError `BUG_INVALID`, `UPDATE_TYPE_INVALID`, `SEVERITY_INVALID`, `UPDATE_OPTIONS`, `NOTES_TOO_SHORT` */
export function checkWishes(input: UpdateWishes, packages: readonly string[]): Wishes {
  const { updateNotes, kojiBuilds = [], fromTag, edit } = input;
  const chosen = [
    ...(kojiBuilds.length > 0 ? ['--koji-build'] : []),
    ...(fromTag === undefined ? [] : ['--from-tag']),
    ...(edit === undefined ? [] : ['--edit']),
  ];
  if (fromTag !== undefined && chosen.length > 1) {
    throw new PackitError('UPDATE_OPTIONS', `${chosen.join(' and ')} do not go together`, {
      hint: 'A side tag says itself which builds there are.',
    });
  }
  if (chosen.length > 0 && packages.length > 1) {
    throw new PackitError(
      'UPDATE_OPTIONS',
      `${chosen[0]} is about one update, but ${packages.length} packages are meant`,
      {
        hint: `Choose one with -p: ${packages.join(', ')}.`,
      },
    );
  }
  if (updateNotes !== undefined && updateNotes.trim().length < 2) {
    throw new PackitError('NOTES_TOO_SHORT', 'Bodhi wants notes of two characters at least', {
      hint: 'Leave out --update-notes to have them made from the changelog.',
    });
  }
  return {
    notes: updateNotes,
    type: oneOf(input.updateType, UPDATE_TYPES, { code: 'UPDATE_TYPE_INVALID', what: 'type of an update' }),
    severity: oneOf(input.severity, SEVERITIES, { code: 'SEVERITY_INVALID', what: 'severity' }),
    bugs: bugNumbers(input.resolveBugs ?? []),
  };
}

/** @throws PackitError `SEVERITY_MISSING` */
export function checkSeverity(type: string, severity: string | undefined): void {
  if (type !== 'security' || (severity !== undefined && severity !== 'unspecified')) return;
  throw new PackitError('SEVERITY_MISSING', 'Bodhi takes a security update only with its severity', {
    hint: `Add --severity with one of: ${SEVERITIES.join(', ')}.`,
  });
}

function oneOf<T extends string>(
  value: string | undefined,
  values: readonly T[],
  { code, what }: { code: string; what: string },
): T | undefined {
  const found = values.find((one) => one === value);
  if (value === undefined || found !== undefined) return found;
  throw new PackitError(code, `"${value}" is no ${what}`, { hint: `Write one of: ${values.join(', ')}.` });
}

import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { PreparationInput } from '../../workflows/srpm/index.ts';
import type { GlobalOptions } from '../command.ts';

/** Flags that `srpm` and `prepare-sources` share. */
export interface PreparationFlags {
  upstreamRef?: string;
  mergedRef?: string;
  updateRelease?: boolean;
  bump?: boolean;
  preserveSpec?: boolean;
  releaseSuffix?: string;
  defaultReleaseSuffix?: boolean;
  package?: string[];
  reproducible?: boolean;
  submodules?: boolean;
  unshallow?: boolean;
  inPlace?: boolean;
  /** `--no-actions` makes it false. */
  actions?: boolean;
}

/** The workflow's input for a command line. @throws PackitError USAGE */
export function preparationInput(
  ctx: Context,
  args: readonly string[],
  flags: PreparationFlags,
  global: GlobalOptions,
): PreparationInput {
  return {
    ...present({
      pathOrUrl: args[0],
      packages: flags.package,
      configPath: global.config,
      remote: global.remote,
      upstreamRef: flags.upstreamRef,
      mergedRef: flags.mergedRef,
      updateRelease: updateRelease(ctx, flags),
      preserveSpec: flags.preserveSpec,
      releaseSuffix: flags.releaseSuffix,
      defaultReleaseSuffix: flags.defaultReleaseSuffix,
      reproducible: flags.reproducible,
      submodules: flags.submodules,
      unshallow: flags.unshallow,
      inPlace: flags.inPlace,
    }),
    noActions: flags.actions === false,
  };
}

function updateRelease(ctx: Context, { bump, updateRelease: update }: PreparationFlags): boolean | undefined {
  if (bump === undefined) return update;
  if (update !== undefined) {
    throw new PackitError('USAGE', '--[no-]bump and --[no-]update-release mean the same thing', {
      hint: 'Give --[no-]update-release alone.',
    });
  }
  ctx.ui.warn({
    code: 'DEPRECATED_OPTION',
    message: '--[no-]bump is deprecated',
    hint: 'Use --[no-]update-release.',
  });
  return bump;
}

/** Without the keys that have no value. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

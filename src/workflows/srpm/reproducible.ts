/** `--reproducible`: what makes the same commit give the same bytes on every machine and for every person. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';

/** What actions and rpm see of place and language; with the time of the clock they get `SOURCE_DATE_EPOCH` too. */
export const SAME_EVERYWHERE = { TZ: 'UTC', LC_ALL: 'C.UTF-8' };

/**
 * The context in which rpm, and the git that code of a spec runs, know nothing of the person: neither `~/.rpmmacros` nor
 * `~/.gitconfig`. The repository is the person's own or was cloned for them, so that its owner is not asked after.
 * @param scratch an existing directory of the run
 */
export function withoutPersonalSettings(ctx: Context, scratch: string): Context {
  const home = join(scratch, 'home');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n');
  const changes = {
    ...SAME_EVERYWHERE,
    HOME: home,
    XDG_CONFIG_HOME: undefined,
    GIT_CONFIG_GLOBAL: undefined,
    GIT_CONFIG_COUNT: undefined,
    GIT_CONFIG_PARAMETERS: undefined,
    RPM_PACKAGER: undefined,
  };
  return {
    ...ctx,
    run: (argv, options) => ctx.run(argv, { ...options, env: { ...changes, ...options.env } }),
  };
}

/** Digits of the commit in Release: git's own number grows with the objects a clone happens to have. */
export const COMMIT_DIGITS = 7;

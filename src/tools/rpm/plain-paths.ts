/**
 * Paths as rpm is given them. rpm expands macros in them, in some places twice and in others not at all, so that no way of
 * writing `%` says the same everywhere: what rpm would expand does not reach it.
 */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../../errors.ts';

/** What rpm expands after a `%`; before a digit or a word too short for the name of a macro it is only a character. */
const EXPANDS = /%[!?]*(?:[A-Za-z_]\w\w|[{[(*#-])/;

/**
 * The path, if rpm takes it as it is.
 * @throws PackitError `PATH_WITH_MACRO`
 */
export function plainPath(path: string, hint: string): string {
  if (!EXPANDS.test(path) && !path.includes('%%')) return path;
  throw new PackitError('PATH_WITH_MACRO', `rpm would take the "%" in the path ${path} for a macro`, {
    hint,
  });
}

/** The hint for a directory of packit's own. */
export const CHOOSE_TMPDIR = 'Set TMPDIR to a directory without "%" in its path.';

/** The path of a spec, if rpm takes it as it is. @throws PackitError `PATH_WITH_MACRO` */
export function plainSpec(path: string): string {
  return plainPath(path, 'Give the spec file a name without "%".');
}

/** Neither macros nor what their arguments are made of: rpm's own `%autosetup` takes a blank or a brace in a path apart. */
const PLAIN = /^[\w/.,:=@~+-]+$/;

/** A directory by a name that rpm takes as it is: else by a link to it in `own`, a directory of this call alone. */
export function plainDirectory(directory: string, own: string): string {
  if (PLAIN.test(directory)) return directory;
  const link = join(plainPath(own, CHOOSE_TMPDIR), 'directory');
  symlinkSync(directory, link);
  return link;
}

/**
 * The name of a file or directory as a Source, a Patch or `%setup -n` names it. rpm expands these once when it reads the line and
 * once or twice more when it looks for the file.
 * @param what for the error: `The archive`
 * @throws PackitError `NAME_WITH_MACRO`
 */
export function nameInSpec(name: string, what: string): string {
  if (EXPANDS.test(name)) {
    throw new PackitError(
      'NAME_WITH_MACRO',
      `${what} is called ${name}: rpm would take the "%" for a macro`,
      {
        hint: 'Give it a name without "%".',
      },
    );
  }
  return name.replaceAll('%', '%%');
}

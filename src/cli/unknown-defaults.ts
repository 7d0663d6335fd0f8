import { nearest } from '../project/config/index.ts';
import type { Ui } from '../ui.ts';
import type { UnknownDefault } from './option-defaults.ts';

/** A variable or a key of `.packit` that sets nothing is most often misspelt. */
export function warnOfUnknown(unknown: readonly UnknownDefault[], ui: Ui): void {
  for (const { name, file, known } of unknown) {
    const meant = nearest(name, known);
    ui.warn({
      code: 'OPTION_DEFAULT_UNKNOWN',
      message:
        file === undefined ? `No option is set by the variable ${name}` : `No option is called "${name}"`,
      hint:
        meant === undefined
          ? 'Remove it: it has no effect. packit COMMAND --help lists the options.'
          : `Did you mean ${file === undefined ? meant : `"${meant}"`}?`,
      ...(file === undefined ? {} : { location: { file } }),
    });
  }
}

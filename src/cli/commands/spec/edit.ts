import { PackitError } from '../../../errors.ts';
import { editSpec } from '../../../workflows/spec-edit.ts';
import type { SpecEditResult } from '../../../workflows/spec-edit.ts';
import type { Command } from '../../command.ts';

/** The flags of `packit spec edit` as commander hands them over. */
export interface SpecEditOptions {
  setVersion?: string;
  updateVersion?: string;
  prereleasePattern?: string;
  prereleaseMacro?: string;
  setRelease?: string;
  setRawRelease?: string;
  addChangelog?: string[];
  author?: string;
  email?: string;
  date?: string;
  setSource?: string[];
  addPatch?: string[];
  patchComment?: string[];
  setPrepName?: string;
  bump?: boolean;
  diff?: boolean;
  output?: string;
}

const EDITS = [
  'setVersion',
  'updateVersion',
  'setRelease',
  'setRawRelease',
  'addChangelog',
  'setSource',
  'addPatch',
  'setPrepName',
  'bump',
] as const;

/** Options that only say more about an edit. */
const NEEDS = {
  prereleasePattern: ['updateVersion'],
  prereleaseMacro: ['updateVersion'],
  author: ['addChangelog', 'bump'],
  email: ['addChangelog', 'bump'],
  date: ['addChangelog', 'bump'],
  patchComment: ['addPatch'],
} as const;

function asFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export const specEditCommand: Command<SpecEditOptions> = async ({ ctx, args, options }) => {
  if (EDITS.every((name) => options[name] === undefined)) {
    throw new PackitError('SPEC_NO_EDIT', 'No edit was asked for', {
      hint: 'Give at least one, for example --update-version 1.2; see packit spec edit --help.',
    });
  }
  for (const [name, needed] of Object.entries(NEEDS)) {
    if (options[name as keyof typeof NEEDS] === undefined) continue;
    if (needed.some((edit) => options[edit] !== undefined)) continue;
    const [flag, flags] = [asFlag(name), needed.map(asFlag).join(' or ')];
    ctx.ui.warn({
      code: 'OPTION_UNUSED',
      message: `${flag} has no effect without ${flags}`,
      hint: `Add ${flags}, or leave out ${flag}.`,
    });
  }
  const { diff, output, ...edits } = options;
  const path = args[0] ?? '';
  const result = await editSpec(ctx, { path, edits, diff: diff === true, output });
  if (!result.changed) ctx.ui.info(`Nothing to change in ${path}`);
  return { text: describe(result), json: result };
};

function describe(result: SpecEditResult): string {
  if (result.diff !== null) return result.diff;
  return result.written ?? '';
}

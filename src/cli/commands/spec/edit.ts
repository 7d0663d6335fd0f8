import { PackitError } from '../../../errors.ts';
import { editSpec } from '../../../workflows/spec-edit.ts';
import type { SpecEditResult } from '../../../workflows/spec-edit.ts';
import type { Command } from '../../command.ts';

/** The flags of `packit spec edit` as commander hands them over. */
export interface SpecEditOptions {
  setVersion?: string;
  updateVersion?: string;
  prereleasePattern?: string;
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

export const specEditCommand: Command<SpecEditOptions> = async ({ ctx, args, options }) => {
  if (EDITS.every((name) => options[name] === undefined)) {
    throw new PackitError('SPEC_NO_EDIT', 'No edit was asked for', {
      hint: 'Give at least one, for example --update-version 1.2; see packit spec edit --help.',
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

/** Finding out which stand-ins a spec needs on this machine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment, Run } from '../process/index.ts';
import { isNotFound, missingToolError } from './missing.ts';
import { STAND_INS } from './stand-in-macros.ts';

export interface StandIns {
  /** Names without `%`, in the order of their first use; empty where rpm knows all the spec uses. */
  names: string[];
  /** For `macroFiles` of the evaluator and of `buildSrpm`; undefined if there are no names. */
  macroFile: string | undefined;
}

export interface StandInOptions {
  run: Run;
  /** The spec. */
  text: Uint8Array;
  /** An existing directory, which the macro file is written to. */
  directory: string;
  env?: Environment;
}

/**
 * Writes stand-ins for those macros of Fedora that the spec uses and this machine's rpm does not know. One
 * `rpm --eval`, and none if the spec uses none of them.
 * @throws PackitError `RPM_MISSING`
 */
export async function fedoraStandIns(options: StandInOptions): Promise<StandIns> {
  const candidates = macrosInNeed(Buffer.from(options.text).toString('latin1'));
  const names = candidates.length === 0 ? [] : await unknownToRpm(candidates, options);
  if (names.length === 0) return { names, macroFile: undefined };
  const macroFile = join(options.directory, 'macros.stand-ins');
  await writeFile(macroFile, standInText(names));
  return { names, macroFile };
}

/** The macro file for the given names. */
export function standInText(names: readonly string[]): string {
  return names.map((name) => `%${name}${STAND_INS[name] ?? ' %{nil}'}\n`).join('');
}

/**
 * Names of the table that a spec uses without asking whether they are defined (`%{?name}` is content without)
 * and that it does not define itself. Where it does ask (`%{defined name}`, `%{?name:...}`), it knows what to do without, and
 * the answer is rpm's: no stand-in. What stands in scripts, file lists and descriptions is only text to a
 * SRPM: there a macro may stay as it is written.
 */
export function macrosInNeed(text: string): string[] {
  const own = new Set<string>();
  for (const [, name = ''] of text.matchAll(/%(?:global|define)\s+(\w+)/g)) own.add(name);
  const used = new Set<string>();
  for (const [, name = ''] of interpreted(text).matchAll(/(?<!%)(?:%%)*%\{?([A-Za-z_]\w*)/g)) {
    if (Object.hasOwn(STAND_INS, name) && !own.has(name)) used.add(name);
  }
  const asked = text.replace(/^\s*#.*$/gm, '');
  return [...used].filter((name) => !asksFor(asked, name));
}

/** Stand-ins that expand to nothing, as `%{?name}` does without them. */
const EXPANDS_TO_NOTHING = /^(?:\([^)]*\))?\s*%\{nil\}$/;
/** `0%{?fedora}` is 0 with a stand-in of 0 as well. */
const EXPANDS_TO_ZERO = /^\s*0$/;

/** True if something in the text would read differently because of the stand-in's mere existence. */
function asksFor(text: string, name: string): boolean {
  const value = STAND_INS[name] ?? '';
  const plain = EXPANDS_TO_NOTHING.test(value)
    ? '(?!)'
    : EXPANDS_TO_ZERO.test(value)
      ? String.raw`(?<!0)%(?:\{\?+${name}\}|\?+${name}\b)`
      : String.raw`%(?:\{\?+${name}\}|\?+${name}\b)`;
  const withText = String.raw`%\{[!?]+${name}:`;
  const defined = String.raw`%\{?(?:un)?defined[\s:{]+${name}\b`;
  const lua = String.raw`isdefined\s*\(?\s*["']${name}["']|\bmacros(?:\.${name}\b|\[["']${name}["'])`;
  return new RegExp([plain, withText, defined, lua].join('|')).test(text);
}

const TEXT_SECTION =
  /^%(?:prep|conf|generate_buildrequires|build|install|check|clean|description|files|verifyscript|(?:pre|post)(?:un)?(?:trans)?|(?:trans)?(?:file)?trigger\w*)(?!\w)/i;
const READ_SECTION = /^%(?:package|changelog|sourcelist|patchlist)(?!\w)/i;
const DIRECTIVE = /^\s*%(?:if|elif|global|define|include|\{[!?]|\{expand)/;

/** The lines rpm makes something of: the preamble, lists, the changelog, and directives wherever they stand. */
function interpreted(text: string): string {
  let isText = false;
  return text
    .split('\n')
    .filter((line) => {
      if (TEXT_SECTION.test(line)) isText = true;
      else if (READ_SECTION.test(line)) isText = false;
      return !isText || DIRECTIVE.test(line);
    })
    .join('\n');
}

async function unknownToRpm(names: readonly string[], options: StandInOptions): Promise<string[]> {
  const expression = names.map((name) => `%{!?${name}:${name} }`).join('');
  try {
    const { stdout } = await options.run(['rpm', '--eval', expression], {
      cwd: options.directory,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    return stdout
      .toString('utf8')
      .split(/\s+/)
      .filter((name) => name !== '');
  } catch (error) {
    throw isNotFound(error) ? await missingToolError('rpm', error) : error;
  }
}

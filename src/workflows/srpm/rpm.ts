import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { asDirectoryName } from '../../project/inside.ts';
import type { Evaluate } from '../../spec/index.ts';
import type { Run } from '../../tools/process/index.ts';
import { createEvaluator, fedoraStandIns } from '../../tools/rpm/index.ts';
import type { Trust } from '../../tools/rpm/index.ts';
import { evaluateForeign } from './foreign-spec.ts';

/** rpm as one package sees it. */
export interface PackageRpm {
  /** Starts rpm's programs as this package needs it. */
  run: Run;
  evaluate: Evaluate;
  /** Macro files with stand-ins for what a spec needs and rpm lacks. */
  macroFiles(text: Uint8Array): Promise<readonly string[]>;
}

export interface PackageRpmOptions {
  /** A directory of the run. */
  tempDir: string;
  /** The package's name in the configuration. */
  name: string;
  /** The spec's directory, seen as `_sourcedir`. */
  sourceDir: () => string;
  /** Where the code of the spec runs. */
  cwd: string;
  /** The spec is of a clone of a URL; `noCode`: nothing in it is to run. */
  foreign?: { noCode: boolean };
}

/** Binds rpm to a package. Macros of Fedora which the machine's rpm lacks get stand-ins, and one line says so. */
export function createPackageRpm(ctx: Context, options: PackageRpmOptions): PackageRpm {
  const evaluators = new Map<string, Evaluate>();
  const said = new Set<string>();
  let macroFiles: readonly string[] = [];
  let checked: Set<string> | undefined;

  const standIns = async (text: Uint8Array): Promise<readonly string[]> => {
    const relevant = interpretedLines(text);
    const used = macrosIn(relevant);
    if (checked !== undefined && used.every((name) => checked?.has(name))) return macroFiles;
    const directory = join(options.tempDir, `macros-${asDirectoryName(options.name)}-${evaluators.size}`);
    // Without waiting: the sooner rpm runs, the more is done meanwhile.
    mkdirSync(directory, { recursive: true });
    const { names, macroFile } = await fedoraStandIns({
      run: ctx.run,
      text: Buffer.from(relevant, 'latin1'),
      directory,
    });
    checked = new Set(used);
    macroFiles = macroFile === undefined ? [] : [macroFile];
    const fresh = names.filter((name) => !said.has(name));
    for (const name of fresh) said.add(name);
    if (fresh.length > 0) {
      ctx.ui.info(
        `rpm here does not know ${fresh.map((name) => `%${name}`).join(', ')}: stand-ins do for the SRPM.`,
      );
    }
    return macroFiles;
  };

  const asker =
    (trust: Trust): Evaluate =>
    async (request) => {
      const files = await standIns(request.text);
      const key = [trust, ...files].join('\0');
      let evaluate = evaluators.get(key);
      if (evaluate === undefined) {
        evaluate = createEvaluator({
          run: ctx.run,
          tempDir: options.tempDir,
          trust,
          sourceDir: options.sourceDir(),
          cwd: options.cwd,
          macroFiles: files,
        });
        evaluators.set(key, evaluate);
      }
      return evaluate(request);
    };

  const { foreign } = options;
  const open = asker('own');
  return {
    run: ctx.run,
    macroFiles: standIns,
    evaluate:
      foreign === undefined
        ? open
        : evaluateForeign(ctx, { confined: asker('foreign'), open, noCode: foreign.noCode }),
  };
}

/** Sections whose text is only run or listed when binary packages are built: for a SRPM, any word in them will do. */
const BUILD_SECTIONS =
  /^%(?:prep|generate_buildrequires|conf|build|install|check|clean|files|pre|post|preun|postun|pretrans|posttrans|trigger\w*|filetrigger\w*|transfiletrigger\w*|verifyscript)\b/;
const SECTION = /^%(?:package|description|changelog|sourcelist|patchlist|sepolicy)\b/;
/** What rpm acts on wherever it stands. */
const DIRECTIVE =
  /^\s*%(?:if|elif|ifarch|ifnarch|ifos|ifnos|global|define|undefine|include|load|\{lua|\(|\{expand)/;

/** The lines of a spec that matter to its SRPM, as `latin1`. */
function interpretedLines(text: Uint8Array): string {
  let building = false;
  const lines = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1').split('\n');
  return lines
    .filter((line) => {
      if (BUILD_SECTIONS.test(line)) building = true;
      else if (SECTION.test(line)) building = false;
      return !building || DIRECTIVE.test(line);
    })
    .join('\n');
}

/** All that looks like a macro: as long as nothing new comes up, neither do new stand-ins. Not the evaluation's own markers. */
function macrosIn(text: string): string[] {
  const names = text.match(/%[{?!]*[A-Za-z_]\w*/g) ?? [];
  return [...new Set(names)].filter((name) => !name.includes('__packit'));
}

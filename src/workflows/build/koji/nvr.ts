/** Name, version and release that a commit of dist-git would be built as. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPackitError } from '../../../errors.ts';
import { evaluateSpec, hasAutorelease, parseSpec, stringifySpec } from '../../../spec/index.ts';
import type { Git } from '../../../tools/git/index.ts';
import type { Run } from '../../../tools/process/index.ts';
import { createEvaluator, fedoraStandIns } from '../../../tools/rpm/index.ts';

export interface NvrQuestion {
  git: Git;
  run: Run;
  /** A directory of this run. */
  scratch: string;
  commit: string;
  specName: string;
  /** `.fc42` */
  dist: string;
}

/**
 * Undefined where it is not known before the build: with `%autorelease`, or where only code in the spec could tell, which does
 * not run here.
 */
export async function nvrOf(question: NvrQuestion): Promise<string | undefined> {
  const { git, run, scratch, commit, specName, dist } = question;
  try {
    const { stdout } = await git.exec(['cat-file', 'blob', `${commit}:${specName}`]);
    const spec = parseSpec(stdout);
    if (hasAutorelease(spec)) return undefined;
    const directory = await mkdtemp(join(scratch, 'nvr-'));
    await writeFile(join(directory, specName), stringifySpec(spec));
    const { macroFile } = await fedoraStandIns({ run, text: stdout, directory });
    const evaluate = createEvaluator({
      run,
      tempDir: directory,
      trust: 'foreign',
      sourceDir: directory,
      macroFiles: macroFile === undefined ? [] : [macroFile],
    });
    const expressions = ['%{name}', '%{version}', '%{release}'];
    const { ok, values } = await evaluateSpec(spec, evaluate, { expressions, macros: { dist } });
    const parts = expressions.map((expression) => values.get(expression) ?? '%');
    return ok && parts.every((part) => part !== '' && !part.includes('%')) ? parts.join('-') : undefined;
  } catch (error) {
    // A spec that cannot be read here may build there all the same: Koji has the last word.
    if (isPackitError(error) && error.code !== 'INTERRUPTED') return undefined;
    throw error;
  }
}

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { Evaluation } from '../../spec/index.ts';
import { shellWord } from '../../tools/process/index.ts';

const MAX_DEPTH = 6;
const SKIPPED = /^(?:\.git|node_modules|target|vendor|prepare_sources_result(?:_.*)?)$/;

/** Where a package's spec is looked for. */
export interface SpecPlace {
  readonly pkg: PackageConfig;
  /** The package's directory. */
  readonly root: string;
  readonly project: {
    readonly config: { readonly file: string };
    /** Written by others. */
    readonly foreign: boolean;
  };
  /** Absolute. */
  specFile(): string;
}

/** The error for a spec that is not there: lists the ones that are. */
export function specMissing(place: SpecPlace): PackitError {
  const { pkg, root, project } = place;
  const found = [...specFiles(root, 0)].map((file) => relative(root, file)).slice(0, 20);
  return new PackitError(
    'SPEC_NOT_FOUND',
    pkg.specfile_path === null
      ? `No spec file of package ${pkg.name} was found in ${root}`
      : `The spec file ${pkg.specfile_path} of package ${pkg.name} does not exist`,
    {
      details:
        found.length === 0
          ? ['There is no *.spec file in the repository.']
          : ['Spec files that are there:', ...found.map((file) => `  ${file}`)],
      hint:
        found[0] === undefined
          ? 'Add a spec file, or fetch it with a post-upstream-clone action, and name it with "specfile_path".'
          : `Set "specfile_path: ${found[0]}" in the configuration.`,
      location: { file: project.config.file },
    },
  );
}

function* specFiles(directory: string, depth: number): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && entry.name.endsWith('.spec')) yield join(directory, entry.name);
  }
  if (depth >= MAX_DEPTH) return;
  for (const entry of entries) {
    if (entry.isDirectory() && !SKIPPED.test(entry.name))
      yield* specFiles(join(directory, entry.name), depth + 1);
  }
}

/** The error for a spec rpm cannot read: rpm's own words, with file and line. */
export function specUnparsable(place: SpecPlace, evaluation: Evaluation): PackitError {
  const file = place.specFile();
  const problem = evaluation.problems.find(({ line }) => line !== undefined) ?? evaluation.problems[0];
  return new PackitError(
    'SPEC_UNPARSABLE',
    `rpm cannot read the spec file ${place.pkg.specfile_path}${problem === undefined ? '' : `: ${problem.message}`}`,
    {
      details: evaluation.problems.map(({ line, message }) =>
        line === undefined ? message : `line ${line}: ${message}`,
      ),
      hint: place.project.foreign
        ? 'Code in this spec is not run with --no-actions. Read it; if you trust it, leave --no-actions out.'
        : 'See what rpm says: rpmspec --parse ' +
          shellWord(file) +
          '. A macro of Fedora that is unknown here needs the package that brings it (redhat-rpm-config, rpmautospec-rpm-macros), or a definition under "parse_time_macros".',
      location: { file, ...(problem?.line === undefined ? {} : { line: problem.line }) },
    },
  );
}

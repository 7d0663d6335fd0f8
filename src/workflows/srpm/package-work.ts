import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { createActionRunner, packageVariables } from '../../project/actions/index.ts';
import type { ActionName, ActionRunner, Variables } from '../../project/actions/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { asDirectoryName, isInside, requireInside } from '../../project/inside.ts';
import { evaluateSpec, parseSpec, stringifySpec } from '../../spec/index.ts';
import type { Evaluation, SpecDocument } from '../../spec/index.ts';
import { runForStrangers } from '../../tools/process/index.ts';
import { readFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Project } from './project.ts';
import { withoutPersonalSettings } from './reproducible.ts';
import { createPackageRpm } from './rpm.ts';
import type { PackageRpm } from './rpm.ts';
import { specMissing } from './spec-errors.ts';
import type { PreparationInput } from './types.ts';

/** One package while it is worked on. Mutable: actions change the spec and the repository under us. */
export interface PackageWork {
  readonly ctx: Context;
  readonly input: PreparationInput;
  readonly project: Project;
  readonly pkg: PackageConfig;
  /** `<repository>/<paths[0]>`: actions run here, the archive holds this. */
  readonly root: string;
  /** The repository's subtree the archive holds, relative to its top; empty for all of it. */
  readonly subtree: string;
  readonly actions: ActionRunner;
  readonly rpm: PackageRpm;
  readonly macros: Record<string, string>;
  facts(): Facts;
  /** The project's spec, absolute. Packit edits it there only if the tree is ours. */
  specFile(): string;
  /** The directory the project's spec is in: its patches and other sources stand there. */
  specDir(): string;
  /** Where the edited spec, the archive and downloads go: `specDir` if the tree is ours, else a directory of the run. */
  workDir(): string;
  spec(): SpecDocument;
  setSpec(doc: SpecDocument): void;
  /** Values of the spec as it is now: one rpmspec call for each state. @throws PackitError SPEC_UNPARSABLE */
  evaluation(): Promise<Evaluation>;
  /** The latest evaluation there is, perhaps of the spec before an edit; none after an action. */
  lastEvaluation(): Evaluation | undefined;
  /** Writes the spec to `workDir` if it is not there as it is. */
  saveSpec(): void;
  /** Runs an action; afterwards spec and git are read again. Undefined if it is not configured. */
  run(name: ActionName, variables?: Variables): Promise<Buffer[] | undefined>;
}

export async function openPackage(
  outer: Context,
  input: PreparationInput,
  project: Project,
  pkg: PackageConfig,
): Promise<PackageWork> {
  const ctx = project.foreign ? { ...outer, run: runForStrangers(outer.run, outer.env) } : outer;
  const base = project.config.directory;
  const root = resolve(base, pkg.paths[0] ?? '.');
  const rootStat = statSync(root, { throwIfNoEntry: false });
  if (rootStat?.isDirectory() !== true) {
    throw new PackitError(
      'PACKAGE_PATH_MISSING',
      `The path ${pkg.paths[0]} of package ${pkg.name} ${rootStat === undefined ? 'does not exist' : 'is not a directory'}`,
      {
        hint: 'Correct "paths" of the package; they are relative to the directory of the configuration file.',
        location: { file: project.config.file },
      },
    );
  }
  // In the user's own checkout (read, or edited because of --in-place) a path may lead where the user wants.
  const confined = project.git.isolated;
  if (confined) requireInside(project.root, root, `The path ${pkg.paths[0] ?? '.'} of package ${pkg.name}`);
  const actions = createActionRunner({
    actions: input.noActions === true ? {} : pkg.actions,
    cwd: root,
    run: ctx.run,
    ui: ctx.ui,
    redactor: ctx.redactor,
    variables: packageVariables(
      {
        name: pkg.name,
        upstreamPackageName: pkg.upstream_package_name,
        downstreamPackageName: pkg.downstream_package_name,
        specfilePath: pkg.specfile_path,
      },
      { upstreamRepository: root },
    ),
  });
  const { default_parse_time_macros } = await ctx.userConfig();
  const macros = parseTimeMacros({ ...default_parse_time_macros, ...pkg.parse_time_macros });
  let facts = project.facts;
  let doc: SpecDocument | undefined;
  let edited = false;
  let evaluation: Promise<Evaluation> | undefined;
  let last: Evaluation | undefined;

  const specFile = (): string => {
    if (pkg.specfile_path === null) throw specMissing(work);
    const file = resolve(root, pkg.specfile_path);
    // A copy of the user's own checkout may hold links to places outside of it: they are read, never written through.
    if (confined) {
      requireInside(
        project.root,
        project.foreign ? file : dirname(file),
        `The spec file ${pkg.specfile_path}`,
      );
    }
    return file;
  };
  const specDir = (): string => dirname(specFile());
  const rpm = createPackageRpm(
    input.reproducible === true ? withoutPersonalSettings(ctx, project.scratch.dir) : ctx,
    {
      tempDir: project.scratch.dir,
      name: pkg.name,
      sourceDir: specDir,
      cwd: root,
      ...(project.foreign ? { foreign: { noCode: input.noActions === true } } : {}),
    },
  );

  const work: PackageWork = {
    ctx,
    input,
    project,
    pkg,
    root,
    subtree: relative(project.root, root),
    actions,
    rpm,
    macros,
    facts: () => facts,
    specFile,
    specDir,
    workDir() {
      if (project.writable) return specDir();
      const directory = join(project.scratch.dir, `sources-${asDirectoryName(pkg.name)}`);
      mkdirSync(directory, { recursive: true });
      return directory;
    },
    spec() {
      if (doc !== undefined) return doc;
      const file = specFile();
      if (!existsSync(file)) throw specMissing(work);
      return (doc = parseSpec(readFileSync(file)));
    },
    setSpec(next) {
      if (next === doc) return;
      doc = next;
      edited = true;
      evaluation = undefined;
    },
    evaluation: () =>
      (evaluation ??= evaluateSpec(work.spec(), rpm.evaluate, { macros, expressions: ALWAYS_ASKED }).then(
        (result) => (last = result),
      )),
    lastEvaluation: () => last,
    saveSpec() {
      // Before the first action the spec need not be there.
      if (doc === undefined) return;
      const file = join(work.workDir(), basename(specFile()));
      if (!edited && existsSync(file)) return;
      if (confined && !isInside(project.root, file) && project.writable) rmSync(file, { force: true });
      writeFileSync(file, stringifySpec(work.spec()));
      edited = false;
    },
    async run(name, variables) {
      if (!actions.has(name)) {
        if (variables !== undefined) actions.remember(variables);
        return undefined;
      }
      work.saveSpec();
      const output = await actions.run(name, variables);
      if (output !== undefined && output.length > 0) {
        doc = undefined;
        evaluation = undefined;
        last = undefined;
        facts = readFacts(project.git, input.mergedRef);
      }
      return output;
    },
  };
  return work;
}

/** What this workflow wants to know beside the tags and sources every evaluation tells. */
const ALWAYS_ASKED = ['%{name}', '%{version}', '%{?packager}', '%{?dist}'];

/** Keys and values may be numbers in YAML. A null undefines a macro, which no definition can do: it expands to nothing. */
function parseTimeMacros(macros: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(macros).map(([name, value]) => [name, value === null ? '' : text(value)]),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

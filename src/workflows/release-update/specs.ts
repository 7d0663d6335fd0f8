/** The two spec files an update is about: upstream's and dist-git's. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { requireInside } from '../../project/inside.ts';
import { evaluateSpec, findTag, parseSpec } from '../../spec/index.ts';
import type { Evaluate, SpecDocument } from '../../spec/index.ts';
import type { Run } from '../../tools/process/index.ts';
import type { WorkTree } from '../dist-git/index.ts';
import type { UpstreamTree } from '../upstream/index.ts';

/** How rpm is asked about specs. */
export interface SpecQuestions {
  /** Whose spec gets the new version. */
  readonly edited: 'upstream' | 'dist-git';
  /** For upstream's spec, from the user's own checkout: code in it runs as in a build. */
  readonly own: (sourceDir: string) => Evaluate;
  /**
   * For specs of dist-git. Unless they are trusted they were written by others: code in them does not run, and what
   * depends on it is not known.
   */
  readonly distGit: Evaluate;
  /** Defined before any spec is read. */
  readonly macros: Record<string, string>;
}

export interface SpecQuestionOptions {
  run: Run;
  /** Each question has a directory of its own in it. */
  tempDir: string;
  /** The work tree of dist-git. */
  distGitDir: string;
  /** Macros of the configurations; a null undefines and is left out. */
  macros: Readonly<Record<string, unknown>>;
  edited: SpecQuestions['edited'];
  /** Code in dist-git's spec may run. */
  trusted: boolean;
}

export function askAboutSpecs(options: SpecQuestionOptions): SpecQuestions {
  const { run, tempDir, distGitDir, macros, edited, trusted } = options;
  return {
    edited,
    own: (sourceDir) => lazyEvaluator(run, tempDir, { trust: 'own', sourceDir }),
    distGit: lazyEvaluator(run, tempDir, { trust: trusted ? 'own' : 'foreign', sourceDir: distGitDir }),
    macros: Object.fromEntries(
      Object.entries(macros).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
          ? [[name, String(value)] as const]
          : [],
      ),
    ),
  };
}

/** rpm's part of packit is loaded when a spec is first asked about. Macros of Fedora get stand-ins elsewhere. */
function lazyEvaluator(
  run: Run,
  tempDir: string,
  place: { trust: 'own' | 'foreign'; sourceDir: string },
): Evaluate {
  return async (request) => {
    const { createEvaluator, fedoraStandIns } = await import('../../tools/rpm/index.ts');
    const directory = await mkdtemp(join(tempDir, 'rpm-'));
    const { macroFile } = await fedoraStandIns({ run, text: request.text, directory });
    const macroFiles = macroFile === undefined ? [] : [macroFile];
    return createEvaluator({ run, tempDir: directory, ...place, macroFiles })(request);
  };
}

export function upstreamSpecPath(pkg: PackageConfig, upstream: UpstreamTree): string {
  const path = pkg.specfile_path;
  if (path === null) {
    throw new PackitError('SPEC_NOT_FOUND', `No spec file of package ${pkg.name} was found`, {
      hint: 'Name it with "specfile_path" in the configuration.',
    });
  }
  return join(upstream.dir, path);
}

/** `sync_changelog`: the spec is copied like any other file. Where dist-git's own is edited, only if files are named. */
export function copiesSpec(pkg: PackageConfig, { edited }: Pick<SpecQuestions, 'edited'>): boolean {
  return pkg.sync_changelog && (edited === 'upstream' || pkg.files_to_sync.length > 0);
}

/** Name of the spec file in dist-git. */
export function distGitSpecName(pkg: PackageConfig): string {
  if (pkg.downstream_package_name === null) {
    throw new PackitError('CONFIG_VALUE', `The package ${pkg.name} has no name in dist-git`, {
      hint: 'Set "downstream_package_name" in the configuration.',
    });
  }
  return `${pkg.downstream_package_name}.spec`;
}

/** @throws PackitError `SPEC_NOT_FOUND` */
export async function readUpstreamSpec(
  pkg: PackageConfig,
  upstream: UpstreamTree,
  tag: string | undefined,
): Promise<SpecDocument> {
  const path = upstreamSpecPath(pkg, upstream);
  const spec = await readSpec(path, upstream.root);
  if (spec !== undefined) return spec;
  throw new PackitError(
    'SPEC_NOT_FOUND',
    `There is no spec file ${pkg.specfile_path} ${tag === undefined ? 'in the checkout' : `at the upstream tag ${tag}`}`,
    {
      hint:
        tag === undefined
          ? 'Correct "specfile_path", or fetch the spec file with a post-upstream-clone action.'
          : 'If it was added later, use --local-content, or fetch it with a post-upstream-clone action.',
    },
  );
}

/** Undefined if dist-git has none yet. */
export function readDistGitSpec(
  pkg: PackageConfig,
  { dir }: Pick<WorkTree, 'dir'>,
): Promise<SpecDocument | undefined> {
  return readSpec(join(dir, distGitSpecName(pkg)), dir);
}

/** What is read here will be published: a link out of the repository must not bring in a file of the user's. */
async function readSpec(path: string, repository: string): Promise<SpecDocument | undefined> {
  requireInside(repository, path, `The spec file ${path}`);
  try {
    return parseSpec(await readFile(path));
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The version of a spec of dist-git, expanded; undefined, with the reasons, if only code in it could tell. */
export async function versionOf(
  spec: SpecDocument,
  { distGit, macros }: SpecQuestions,
): Promise<{ version: string } | { version: undefined; problems: { line?: number; message: string }[] }> {
  const written = findTag(spec, 'version')?.value;
  if (written !== undefined && !written.includes('%')) return { version: written };
  const evaluation = await evaluateSpec(spec, distGit, { expressions: ['%{version}'], macros });
  const version = evaluation.values.get('%{version}');
  if (version !== undefined && version !== '' && !version.includes('%')) return { version };
  return { version: undefined, problems: [...evaluation.problems] };
}

/** The patches of a source-git repository, written into a work tree of dist-git. */
import { rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Buffer } from 'node:buffer';
import type { PackageConfig } from '../project/config/index.ts';
import { requireInside } from '../project/inside.ts';
import { createPatches, ignoredInPatches, keepIdentical, placePatches } from '../project/patches/index.ts';
import type { KeptPatch } from '../project/patches/index.ts';
import { evaluateSpec, parseSpec, patches as patchTags, stringifySpec } from '../spec/index.ts';
import type { Evaluate, Evaluation, SpecDocument } from '../spec/index.ts';
import type { Git } from '../tools/git/index.ts';
import type { Ui } from '../ui.ts';

export interface MakePatchesOptions {
  pkg: PackageConfig;
  /** git in the source-git repository, which is only read. */
  source: Git;
  /** The package's directory in it, relative to its top. */
  subtree: string;
  /** The last upstream commit: a ref, or a glob of tags. */
  upstreamRef: string;
  /** git at the top of the work tree patches and spec go to; what HEAD has there is what was before. */
  distGit: Git;
  /** Name of the spec file in it, which was copied already. */
  specName: string;
  /** For specs of dist-git: code in them does not run. */
  evaluate: Evaluate;
  macros: Record<string, string>;
  /** A directory of this run. */
  scratch: string;
  ui: Ui;
}

/** A patch of the result. Plain data. */
export interface MadePatch {
  name: string;
  /** Hashes of its commits, oldest first. */
  commits: readonly string[];
  /** It makes the same change as the file dist-git has, which stays. */
  kept: boolean;
}

/**
 * Makes the patches of the commits after `upstreamRef`, writes them, and names them in the spec. Files and tags dist-git has already
 * stay to the byte where they say the same.
 * @throws PackitError what `createPatches` and `placePatches` throw
 */
export async function makePatches(options: MakePatchesOptions): Promise<MadePatch[]> {
  const { pkg, source, distGit, scratch, ui } = options;
  const ignore = ignoredInPatches(pkg, options.subtree);
  const { patches, history } = await createPatches({
    git: source,
    upstreamRef: options.upstreamRef,
    scratch,
    ignore,
  });
  if (history.linear)
    ui.info('The history has merges that patches cannot follow: each merge became one patch.');
  const made = await keepIdentical(patches, {
    history,
    ignore,
    scratch,
    before: (name) => committed(distGit, name),
  });
  for (const { name, content } of made) {
    const file = join(distGit.dir, name);
    // A link of that name is replaced, not written through.
    await rm(file, { force: true });
    await writeFile(file, content);
  }
  await nameInSpec(options, made);
  return made.map(({ name, commits, kept }) => ({ name, commits, kept }));
}

async function nameInSpec(options: MakePatchesOptions, patches: readonly KeptPatch[]): Promise<void> {
  const { distGit, specName, pkg, scratch } = options;
  const file = join(distGit.dir, specName);
  requireInside(distGit.dir, file, `The spec file ${specName}`);
  if (!existsSync(file)) return;
  const synced = parseSpec(readFileSync(file));
  const bytes = await committed(distGit, specName);
  const before = bytes === undefined ? undefined : parseSpec(bytes);
  const placed = await placePatches(synced, before, patches, {
    git: distGit,
    scratch,
    digits: pkg.patch_generation_patch_id_digits,
    evaluation: await evaluationOf(before ?? synced, options),
  });
  if (placed === synced) return;
  await writeFile(file, stringifySpec(placed));
}

/** rpm is asked only where a patch is written with macros. */
async function evaluationOf(
  doc: SpecDocument,
  { evaluate, macros }: MakePatchesOptions,
): Promise<Evaluation | undefined> {
  if (patchTags(doc).every(({ location }) => !location.replaceAll('%%', '').includes('%'))) return undefined;
  return evaluateSpec(doc, evaluate, { macros });
}

/** A file as HEAD has it; undefined for none. */
async function committed(git: Git, name: string): Promise<Buffer | undefined> {
  const { exitCode, stdout } = await git.exec(['cat-file', 'blob', `HEAD:./${name}`], {
    okExitCodes: [0, 128],
  });
  return exitCode === 0 ? stdout : undefined;
}

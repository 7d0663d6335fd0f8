/** What the new spec needs from outside: downloaded, compared with the lookaside cache, written to `sources`. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, isPackitError } from '../../errors.ts';
import {
  ignoreFiles,
  parseSources,
  planUploads,
  printSources,
  replaceEntries,
} from '../../project/dist-git-sources/index.ts';
import type { SourcesFile } from '../../project/dist-git-sources/index.ts';
import { requireInside } from '../../project/inside.ts';
import { configuredSources, planDownloads, remoteSpecSources } from '../../project/sources/index.ts';
import type { RemoteSource } from '../../project/sources/index.ts';
import {
  evaluateSpec,
  parseSpec,
  patches,
  replaceSection,
  sources,
  stringifySpec,
} from '../../spec/index.ts';
import type { Evaluate, Evaluation, Source, SpecDocument } from '../../spec/index.ts';
import { replaceFile } from '../dist-git/index.ts';
import type { LookasideCache, UploadPlan } from '../dist-git/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { Download } from './downloads.ts';
import { distGitSpecName, readDistGitSpec } from './specs.ts';

const SOURCES = 'sources';
const GITIGNORE = '.gitignore';

/** Where sources come from and go to. */
export interface SourceServices {
  lookaside: LookasideCache;
  download: Download;
  /** Upload whatever the cache says it has. */
  forceNewSources: boolean;
}

/** Returns the files that belong to the lookaside cache, not to git. */
export async function handleSources(work: BranchWork, services: SourceServices): Promise<UploadPlan[]> {
  const { pkg, distGit } = work;
  const { lookaside, forceNewSources } = services;
  const before = await specSources(work);
  const tracked = await trackedFiles(work);
  const failed = await download(work, before.all, services);
  const upstreamArchives = before.sources.filter((source) => isUpstreamArchive(work, source));
  for (const { filename } of upstreamArchives) await requireFile(work, filename);

  await work.actions.run('post-modifications');

  const after = await specSources(work);
  const local = after.sources.filter((source) => !isUpstreamArchive(work, source));
  const files = [...upstreamArchives.map(({ filename }) => filename), ...(await existing(work, local))];
  const uploads = await planUploads({
    files: [...new Set(files)].map((filename) => join(distGit.dir, filename)),
    tracked,
    hashType: lookaside.hashType,
  });
  const how = { offline: !pkg.upload_sources, force: forceNewSources };
  const plans = await Promise.all(uploads.map((upload) => lookaside.plan(upload, how)));
  await reportFailed(work, failed, plans);
  await writeSources(work, plans, new Set(after.all.map(({ filename }) => filename)));
  return plans;
}

interface SpecSources {
  sources: Source[];
  /** With the patches. */
  all: Source[];
}

async function specSources(work: BranchWork): Promise<SpecSources> {
  const name = distGitSpecName(work.pkg);
  const whole = await readDistGitSpec(work.pkg, work.distGit);
  // What dist-git has added to upstream's spec names no source, and is not to run.
  const spec = whole === undefined ? undefined : replaceSection(whole, 'changelog', []);
  if (spec === undefined) {
    throw new PackitError('SPEC_NOT_FOUND', `dist-git would have no ${name}`, {
      hint: 'Let files_to_sync copy the spec file to this name, or the prepare-files action make it.',
    });
  }
  const evaluation = await evaluateSpec(spec, await evaluatorFor(work, spec), {
    macros: work.specs.macros,
  });
  if (!evaluation.ok) {
    const lines = evaluation.problems.map(({ line, message }) =>
      line === undefined ? message : `line ${line}: ${message}`,
    );
    work.notes.push(`rpm complains about the new ${name}: ${lines[0] ?? 'no reason given'}`);
    work.ui.warn({
      code: 'SPEC_UNPARSABLE',
      message: `rpm cannot read all of the new ${name}: ${lines.join('; ')}`,
    });
  }
  const inForce = sources(spec, evaluation).filter(({ valid }) => valid !== false);
  if (work.specs.edited === 'dist-git') requireKnown(inForce, evaluation, name);
  return {
    sources: inForce,
    all: [...inForce, ...patches(spec, evaluation).filter(({ valid }) => valid !== false)],
  };
}

/** Sources whose names depend on code that was not run would be looked for under a wrong name, or be missed. */
function requireKnown(inForce: readonly Source[], { problems }: Evaluation, name: string): void {
  const notRun = problems.filter(({ message }) => /not run|safely/.test(message));
  const hidden = inForce.find(({ expanded, location }) => (expanded ?? location).includes('%'));
  if (hidden === undefined || notRun.length === 0) return;
  throw new PackitError(
    'SOURCES_UNKNOWN',
    `What ${hidden.location} in ${name} is can only be told by code in the spec, which is not run`,
    {
      hint: 'Code runs for a commit your own checkout of the package has: read it, git fetch there, and start packit in it.',
      details: notRun.map(({ line, message }) => (line === undefined ? message : `line ${line}: ${message}`)),
    },
  );
}

/** A spec that is still dist-git's own was written by others; any other one came from upstream. */
async function evaluatorFor({ pkg, distGit, specs }: BranchWork, spec: SpecDocument): Promise<Evaluate> {
  if (specs.edited === 'dist-git') return specs.distGit;
  const { git, base, dir } = distGit;
  const before = await git.exec(['cat-file', 'blob', `${base}:${distGitSpecName(pkg)}`], {
    okExitCodes: [0, 128],
  });
  const unchanged =
    before.exitCode === 0 &&
    Buffer.compare(
      stringifySpec(replaceSection(parseSpec(before.stdout), 'changelog', [])),
      stringifySpec(spec),
    ) === 0;
  return unchanged ? specs.distGit : specs.own(dir);
}

/** Sources that are URLs, and the one `spec_source_id` names. */
function isUpstreamArchive({ pkg }: BranchWork, source: Source): boolean {
  return source.remote || source.number === Number(/\d+/.exec(pkg.spec_source_id)?.[0] ?? 0);
}

async function trackedFiles({ distGit }: BranchWork): Promise<Set<string>> {
  const { stdout } = await distGit.git.exec(['ls-files', '-z']);
  return new Set(
    new TextDecoder()
      .decode(stdout)
      .split('\0')
      .filter((path) => path !== ''),
  );
}

/**
 * The configuration's sources and what dist-git's `sources` names go first; what then is missing comes from
 * the URLs in the spec.
 */
async function download(
  work: BranchWork,
  all: readonly Source[],
  { lookaside, download: fetchSource }: SourceServices,
): Promise<Failed[]> {
  const { ui } = work;
  const failed: Failed[] = [];
  const { dir } = work.distGit;
  const wanted = new Set(all.map(({ filename }) => filename));
  const known = (await readSources(work)).entries.filter(({ filename }) => wanted.has(filename));
  const cached = lookaside.downloads(known).map((source) => ({ ...source, optional: true }));
  const phases: RemoteSource[][] = [
    [...configuredSources(work.pkg.sources), ...cached],
    remoteSpecSources(all),
  ];
  for (const phase of phases) {
    const { downloads } = await planDownloads(phase, [dir]);
    await Promise.all(
      downloads.map(async (source) => {
        try {
          await fetchSource(source, dir, ui);
        } catch (error) {
          if (source.optional !== true || !isPackitError(error) || error.code === 'INTERRUPTED') throw error;
          failed.push({ filename: source.filename, error });
        }
      }),
    );
  }
  return failed;
}

/** A file that `sources` names and the lookaside cache did not give. */
interface Failed {
  filename: string;
  error: PackitError;
}

/** That a file is not there is worth a word, unless it came from elsewhere; that it is another one always is. */
async function reportFailed(
  work: BranchWork,
  failed: readonly Failed[],
  uploads: readonly UploadPlan[],
): Promise<void> {
  for (const { filename, error } of failed) {
    const elsewhere = uploads.some((upload) => upload.filename === filename);
    if (elsewhere && error.code !== 'SOURCE_CHECKSUM') continue;
    const kept = elsewhere ? '' : '; its line in sources stays as it is';
    work.ui.warn({
      code: 'LOOKASIDE_FILE_MISSING',
      message: `${filename} did not come from the lookaside cache: ${error.message}${kept}`,
      hint: 'Look at the file there; if it is gone or another one, upload it again (fedpkg new-sources).',
    });
    if (!elsewhere) work.notes.push(`${filename} could not be fetched from the lookaside cache`);
  }
}

async function requireFile(work: BranchWork, filename: string): Promise<void> {
  if ((await existing(work, [{ filename }])).length > 0) return;
  throw new PackitError('SOURCE_MISSING', `The spec names the source ${filename}, which is nowhere`, {
    hint: 'Give its whole URL in the spec file (Source0: https://...), or list it under "sources" in the configuration.',
  });
}

async function existing(work: BranchWork, candidates: readonly { filename: string }[]): Promise<string[]> {
  const found: string[] = [];
  for (const { filename } of candidates) {
    requireInside(work.distGit.dir, join(work.distGit.dir, filename), `The source ${filename}`);
    const facts = await stat(join(work.distGit.dir, filename)).catch(() => undefined);
    if (facts?.isFile() === true) found.push(filename);
  }
  return found;
}

/**
 * `sources` names the files of the lookaside cache and `.gitignore` keeps them out of git. Where all are there
 * and named already, both stay as they are.
 * @param named files the new spec names
 */
async function writeSources(
  work: BranchWork,
  uploads: readonly UploadPlan[],
  named: ReadonlySet<string>,
): Promise<void> {
  const { distGit } = work;
  if (uploads.length === 0) return;
  const file = await readSources(work);
  // What the spec still names and could not be fetched is there all the same: its hash is known.
  const kept = file.entries.filter(
    ({ filename }) => named.has(filename) && !uploads.some((upload) => upload.filename === filename),
  );
  const complete = uploads.every(
    ({ filename, hash, hashType, state }) =>
      state !== 'missing' &&
      file.entries.some(
        (entry) => entry.filename === filename && entry.hash === hash && entry.hashType === hashType,
      ),
  );
  if (!complete) {
    const text = printSources(replaceEntries(file, [...kept, ...uploads]));
    if (text !== file.text) await replaceFile(distGit, SOURCES, text);
  }
  const ignored = await readText(join(distGit.dir, GITIGNORE));
  const more = ignoreFiles(
    ignored,
    uploads.map(({ filename }) => filename),
  );
  if (more !== ignored) await replaceFile(distGit, GITIGNORE, more);
}

async function readSources({ distGit }: BranchWork): Promise<SourcesFile> {
  return parseSources(await readText(join(distGit.dir, SOURCES)), SOURCES);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return '';
    throw error;
  }
}

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { Context } from '../../context.ts';
import { stringifySpec } from '../../spec/index.ts';
import { asDirectoryName, requireInside } from '../../project/inside.ts';
import { placeFile } from '../../project/workspace/index.ts';
import { buildSrpm } from '../../tools/rpm/index.ts';
import { currentSources } from './sources.ts';
import type { PackageWork } from './package-work.ts';
import type { PreparedPackage } from './prepare.ts';

/**
 * Runs rpmbuild on prepared sources and puts the SRPM where the user wants it. Returns its absolute path.
 * @param written SRPMs of this run and the packages they are of; the new one is added
 * @throws PackitError `SRPM_NAME_TAKEN`
 */
export async function buildPackage(
  ctx: Context,
  prepared: PreparedPackage,
  { output, written = new Map() }: { output?: string | undefined; written?: Map<string, string> } = {},
): Promise<string> {
  const { work, specName } = prepared;
  const stagingDir = await sourcesOf(prepared);
  const outDir = join(work.project.scratch.dir, `srpm-${asDirectoryName(prepared.pkg.name)}`);
  const macroFiles = await work.rpm.macroFiles(stringifySpec(work.spec()));
  if (work.project.foreign) {
    ctx.ui.info('rpmbuild reads the spec of this clone now: code in it, which is its authors’, runs.');
  }
  const built = await ctx.ui.step('Building the SRPM', () =>
    buildSrpm({
      run: work.rpm.run,
      specFile: join(stagingDir, specName),
      stagingDir,
      outDir,
      codeDirs: [prepared.specDir, work.root],
      displayPath: prepared.pkg.specfile_path ?? specName,
      onOutput: (chunk, stream) => ctx.ui.output(chunk, stream),
      macroFiles,
      ...(prepared.epoch === undefined ? {} : { epoch: prepared.epoch }),
    }),
  );
  const destination = output ?? join(ctx.cwd, basename(built.path));
  const other = written.get(destination);
  if (other !== undefined) {
    throw new PackitError(
      'SRPM_NAME_TAKEN',
      `The SRPM of package ${prepared.pkg.name} has the same file name as that of package ${other}: ${basename(destination)}`,
      {
        hint: `Build it alone, under another name: -p ${prepared.pkg.name} --output FILE. Or give the specs different names, versions or releases.`,
      },
    );
  }
  written.set(destination, prepared.pkg.name);
  await placeFile(built.path, destination);
  return destination;
}

/** A directory with the spec and the sources it names, nothing else: what rpmbuild sees. */
export async function sourcesOf({ work, workDir, specName, pkg }: PreparedPackage): Promise<string> {
  if (!work.project.writable) return workDir;
  const staging = join(work.project.scratch.dir, `sources-${asDirectoryName(pkg.name)}`);
  await mkdir(staging, { recursive: true });
  await copyFile(join(workDir, specName), join(staging, specName));
  for (const name of await sourceNames(work)) {
    const source = join(workDir, name);
    if (work.project.foreign) requireInside(work.project.root, source, `The source ${name}`);
    if (existsSync(source) && !existsSync(join(staging, name))) await symlink(source, join(staging, name));
  }
  return staging;
}

async function sourceNames(work: PackageWork): Promise<string[]> {
  return (await currentSources(work)).map(({ filename }) => basename(filename));
}

/**
 * `--output` as an absolute path, refused before any work if it cannot be. What it overwrites must be an RPM: a slip of the
 * keyboard is not to cost anybody a spec file.
 * @throws PackitError OUTPUT_DIRECTORY_MISSING, OUTPUT_IS_DIRECTORY, OUTPUT_NOT_A_FILE, OUTPUT_NOT_AN_RPM
 */
export function checkOutput(cwd: string, output: string | undefined): string | undefined {
  if (output === undefined) return undefined;
  const path = resolve(cwd, output);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) {
    throw new PackitError(
      'OUTPUT_IS_DIRECTORY',
      `${output === '' ? path : output} is a directory; --output names the file to write`,
      {
        hint: `Name a file in it: --output '${join(output, 'package.src.rpm')}', or change to the directory and leave --output out.`,
      },
    );
  }
  const directory = output.endsWith('/') ? path : dirname(path);
  if (!existsSync(directory)) {
    throw new PackitError(
      'OUTPUT_DIRECTORY_MISSING',
      `The directory ${directory} for the SRPM does not exist`,
      {
        hint: `Make it first: mkdir -p '${directory}'.`,
      },
    );
  }
  if (stat === undefined) return path;
  if (!stat.isFile()) {
    throw new PackitError(
      'OUTPUT_NOT_A_FILE',
      `${output} is not a regular file; the SRPM cannot replace it`,
      {
        hint: 'Name a file with --output; its path is printed on stdout.',
      },
    );
  }
  if (stat.size > 0 && !isRpm(path)) {
    throw new PackitError(
      'OUTPUT_NOT_AN_RPM',
      `${output} is there and is not an RPM; it is not overwritten`,
      {
        hint: 'Choose another name for --output, or remove the file first.',
      },
    );
  }
  return path;
}

/** True if the file begins as RPMs do (or cannot be looked at: then it may be replaced as any other). */
function isRpm(path: string): boolean {
  const start = Buffer.alloc(RPM_LEAD.length);
  try {
    const file = openSync(path, 'r');
    readSync(file, start);
    closeSync(file);
  } catch {
    return true;
  }
  return start.equals(RPM_LEAD);
}

const RPM_LEAD = Buffer.from([0xed, 0xab, 0xee, 0xdb]);

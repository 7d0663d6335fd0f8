/** What went wrong when binary packages were built: the section that failed, and the lines before that. */
import type { CommandError } from '../../errors.ts';
import { PackitError } from '../../errors.ts';
import { tail } from '../process/index.ts';
import { buildError } from './build-error.ts';
import type { BuildPlace } from './build-error.ts';

const EVIDENCE_LINES = 20;
const LONGEST = 300;

/** Turns a failed `rpmbuild -bb` into an error that names what to do. */
export function binaryBuildError(error: CommandError, place: BuildPlace): PackitError {
  const stderr = Buffer.from(error.failure.stderr).toString('utf8');
  return (
    dependencyError(stderr, place, error) ??
    architectureError(stderr, error) ??
    sectionError(stderr, place, error) ??
    buildError(error, place, { code: 'RPM_BUILD_FAILED', what: 'the RPMs' })
  );
}

function dependencyError(stderr: string, place: BuildPlace, cause: CommandError): PackitError | undefined {
  const [, list] = /^error: Failed build dependencies:\n((?:\t.*\n?)+)/m.exec(stderr) ?? [];
  if (list === undefined) return undefined;
  const details = list.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const needed = details.map((line) => line.replace(/ is needed by .*$/, ''));
  return new PackitError(
    'BUILD_DEPENDENCIES_MISSING',
    `${needed.length === 1 ? 'A package' : `${needed.length} packages`} needed for the build ${needed.length === 1 ? 'is' : 'are'} not installed: ${needed.join(', ')}`,
    {
      details,
      hint: `Install what is missing (on Fedora: sudo dnf builddep ${place.displayPath}), or build in a chroot that has it: packit build in-mock.`,
      cause,
    },
  );
}

function architectureError(stderr: string, cause: CommandError): PackitError | undefined {
  const [line] =
    /^error: (?:Architecture is (?:not included|excluded): .*|No compatible architectures found for build)$/m.exec(
      stderr,
    ) ?? [];
  if (line === undefined) return undefined;
  return new PackitError('ARCHITECTURE_EXCLUDED', `The spec does not build here: ${line.slice(7)}`, {
    hint: 'See ExclusiveArch and ExcludeArch in the spec; build on another machine or with: packit build in-copr.',
    cause,
  });
}

function sectionError(stderr: string, place: BuildPlace, cause: CommandError): PackitError | undefined {
  const match = /^error: Bad exit status from \S+ \((%\w+)\)$/m.exec(stderr);
  const [, section] = match ?? [];
  if (match === null || section === undefined) return undefined;
  const before = tail(Buffer.from(stderr.slice(0, match.index)), undefined, EVIDENCE_LINES);
  // What rpm does not know it leaves in the script as it is.
  const [unknown] = /(?<!%)%\{?[a-z_]\w{2,}\b/.exec(before.slice(-5).join('\n')) ?? [];
  return new PackitError('RPM_BUILD_FAILED', `${section} of ${place.displayPath} failed`, {
    details: before.map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line)),
    hint:
      unknown === undefined
        ? 'The last lines before the failure are above; the whole output has been shown as it came.'
        : `rpm here does not know the macro ${unknown.replace(/^%\{?/, '%')}: install what brings it, define it in ~/.rpmmacros, or build in a chroot that has it: packit build in-mock.`,
    cause,
  });
}

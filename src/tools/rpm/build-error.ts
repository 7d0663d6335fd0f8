/** What went wrong in rpmbuild, the lines that matter first. */
import type { CommandError } from '../../errors.ts';
import { PackitError } from '../../errors.ts';
import { tail } from '../process/index.ts';
import { parseComplaints } from './complaints.ts';

export interface BuildPlace {
  /** The name of the spec rpmbuild was given. */
  specName: string;
  /** The spec's path as the user knows it. */
  displayPath: string;
}

interface Explanation {
  pattern: RegExp;
  code: string;
  message: (match: RegExpExecArray) => string;
  hint: (match: RegExpExecArray) => string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'DISK_FULL',
    message: (match) => `rpmbuild could not write all its files: ${match[0].toLowerCase()}`,
    hint: () => 'Free some space, or put the SRPM and TMPDIR on another file system.',
  },
  {
    pattern: /Bad (?:file|source): (?:\.\/)?(.+?): No such file or directory/,
    code: 'SRPM_SOURCE_MISSING',
    message: (match) => `The spec names a source that is not there: ${match[1]}`,
    hint: (match) =>
      `Put ${match[1]} beside the spec and commit it, give its URL in the Source or Patch line so that it is ` +
      'downloaded, or make it in an action.',
  },
  {
    pattern: /Unknown tag: (%\S+)/,
    code: 'SRPM_BUILD_FAILED',
    message: (match) => `rpm does not know the macro ${match[1]} this spec uses`,
    hint: (match) =>
      `Install the package that brings ${match[1]} (on Fedora: dnf provides 'rpm_macro(${match[1]?.replace(/^%\{?[?!]*|\}$/g, '')})'), or define it in the spec.`,
  },
  {
    pattern: /Unknown tag: (.+)/,
    code: 'SRPM_BUILD_FAILED',
    message: (match) => `The spec has a line rpm does not understand: ${match[1]}`,
    hint: () => 'Check the spelling of the line, and that it stands in the section it belongs to.',
  },
  {
    pattern: /%changelog entries must start with \*/,
    code: 'SRPM_BUILD_FAILED',
    message: () => 'The %changelog of the spec has text that belongs to no entry',
    hint: () => 'Each entry begins with a line like "* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1.2-1".',
  },
  {
    pattern: /(?:Illegal|Invalid) (?:char|character|sequence|version)\b.* in: ((?:Version|Release).*)/,
    code: 'SRPM_BUILD_FAILED',
    message: (match) => `rpm does not accept this: ${match[1]}`,
    hint: () => 'A version holds letters, digits, ".", "_", "+", "~" and "^"; a "-" is not allowed.',
  },
];

/** Turns a failed rpmbuild into an error with its first complaint as the message. */
export function buildError(
  error: CommandError,
  place: BuildPlace,
  wanted: { code: string; what: string } = { code: 'SRPM_BUILD_FAILED', what: 'the SRPM' },
): PackitError {
  const { stdout, stderr } = error.failure;
  const text = Buffer.from(stderr).toString('utf8');
  const complaints = parseComplaints(text, place.specName);
  const errors = complaints.filter(({ message }) => !message.startsWith('warning: '));
  const location = errors.find(({ line }) => line !== undefined);
  const explained = explain(text);
  const first = errors[0]?.message ?? error.message;
  return new PackitError(
    explained?.code ?? wanted.code,
    explained?.message ?? `rpmbuild could not build ${wanted.what}: ${first}`,
    {
      hint:
        explained?.hint ??
        `Check ${place.displayPath}; "rpmspec -P ${place.displayPath}" shows how rpm reads it.`,
      details: detailLines(errors, text, stdout, place),
      ...(location?.line === undefined ? {} : { location: { file: place.displayPath, line: location.line } }),
      cause: error,
    },
  );
}

function explain(text: string): { code: string; message: string; hint: string } | undefined {
  for (const { pattern, code, message, hint } of EXPLANATIONS) {
    const match = pattern.exec(text);
    if (match !== null) return { code, message: message(match), hint: hint(match) };
  }
  return undefined;
}

function detailLines(
  errors: ReturnType<typeof parseComplaints>,
  text: string,
  stdout: Uint8Array,
  place: BuildPlace,
): string[] {
  const lines = errors.map(({ line, message }) =>
    line === undefined ? message.trim() : `${place.displayPath}:${line}: ${message}`,
  );
  if (lines.length > 0) return lines.slice(0, 20);
  return tail(text.trim() === '' ? stdout : Buffer.from(text));
}

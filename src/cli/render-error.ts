import { CommandError, EXIT, PackitError, messageOf } from '../errors.ts';
import type { Redactor } from '../tools/process/index.ts';
import { printable } from '../ui.ts';
import { annotation } from './ui/annotations.ts';
import { formatPlace } from './ui/lines.ts';

export interface RenderOptions {
  colour: boolean;
  debug: boolean;
  githubActions: boolean;
  redactor: Redactor;
}

/** @param text what the parser of the command line says: `error: unknown option '--x'`, a suggestion on the next line */
export function renderUsageError(text: string, { githubActions }: { githubActions: boolean }): string {
  if (!githubActions) return text;
  return `${annotation('error', { message: text.replace(/^error: /, '').trimEnd() })}\n`;
}

export interface ErrorDocument {
  error: {
    code: string;
    message: string;
    hint?: string;
    location?: { file: string; line?: number; column?: number };
    details?: readonly string[];
  };
}

/** Programs whose absence has a package to name. Keyed by what is run. */
const INSTALL_HINTS: Record<string, string> = {
  git: 'Install git: apt-get install git, dnf install git or zypper install git.',
  rpmbuild: 'Install rpmbuild: apt-get install rpm, dnf install rpm-build or zypper install rpm-build.',
  rpmspec: 'Install rpmspec: apt-get install rpm, dnf install rpm-build or zypper install rpm-build.',
};

/** An error as the lines a person reads on stderr. The only place that turns errors into text. */
export function renderError(error: unknown, options: RenderOptions): string {
  const document = errorDocument(error, options.redactor).error;
  const lines: string[] = [];
  const red = (text: string): string => (options.colour ? `\u001b[31m${text}\u001b[39m` : text);
  if (options.githubActions) lines.push(annotation('error', document));
  else lines.push(`${red('error:')} ${formatPlace(document.location)}${document.message}`);
  for (const detail of document.details ?? []) lines.push(`  ${detail}`);
  if (document.hint !== undefined && !options.githubActions) lines.push(`hint: ${document.hint}`);
  if (options.debug || !(error instanceof PackitError)) lines.push(...stackLines(error, options.redactor));
  if (!(error instanceof PackitError)) {
    lines.push(
      'This is a bug in packit. Please report it with the lines above and the output of the same command with --debug.',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** An error as `--json` prints it. */
export function errorDocument(error: unknown, redactor: Redactor): ErrorDocument {
  const clean = (text: string): string => printable(redactor.text(text));
  if (!(error instanceof PackitError)) return { error: { code: 'BUG', message: clean(messageOf(error)) } };
  const hint = error.hint ?? installHint(error);
  return {
    error: {
      code: error.code,
      message: clean(error.message),
      ...(hint === undefined ? {} : { hint: clean(hint) }),
      ...(error.location === undefined
        ? {}
        : { location: { ...error.location, file: clean(error.location.file) } }),
      ...(error.details.length === 0 ? {} : { details: error.details.map(clean) }),
    },
  };
}

export function exitCodeOf(error: unknown): number {
  return error instanceof PackitError ? error.exitCode : EXIT.bug;
}

function installHint(error: PackitError): string | undefined {
  if (!(error instanceof CommandError) || error.code !== 'COMMAND_NOT_FOUND') return undefined;
  const program = error.failure.argv[0] ?? '';
  return INSTALL_HINTS[program] ?? `Install ${program} or put it on PATH.`;
}

function stackLines(error: unknown, redactor: Redactor): string[] {
  const lines: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    lines.push(...printable(redactor.text(at.stack ?? at.message)).split('\n'));
  }
  return lines;
}

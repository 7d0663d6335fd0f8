/** Plain lines on stderr, for CI logs and pipes: no control characters, groups and annotations on GitHub. */
import { PackitError } from '../../errors.ts';
import type { Ui, Warning } from '../../ui.ts';
import { annotation } from './annotations.ts';
import { changeLines } from './board.ts';
import type { Terminal } from './describe-terminal.ts';

export interface LineUiOptions {
  stderr: { write(chunk: Uint8Array | string): unknown };
  terminal: Terminal;
  debug: boolean;
  quiet: boolean;
  strict: boolean;
  prefix?: string;
}

export function createLineUi(options: LineUiOptions): Ui {
  const { stderr, terminal, quiet } = options;
  const prefix = options.prefix === undefined ? '' : `[${options.prefix}] `;
  const write = (line: string): void => void stderr.write(`${prefix}${line}\n`);
  let depth = 0;

  return {
    async step(title, work) {
      if (quiet) return work();
      const grouped = terminal.githubActions && depth === 0 && prefix === '';
      write(grouped ? `::group::${title}` : title);
      depth += 1;
      try {
        return await work();
      } finally {
        depth -= 1;
        if (grouped) write('::endgroup::');
      }
    },
    info(message) {
      if (!quiet) write(message);
    },
    warn(warning) {
      failIfStrict(warning, options.strict);
      if (terminal.githubActions) write(annotation('warning', warning));
      else for (const line of warningLines(warning)) write(line);
    },
    debug(message) {
      if (options.debug) write(`debug: ${message}`);
    },
    output(chunk) {
      if (!quiet) stderr.write(prefix === '' ? chunk : prefixLines(chunk, prefix));
    },
    progress: () => ({ update() {}, end() {} }),
    board: () =>
      changeLines((line) => {
        if (!quiet) write(line);
      }),
    scoped: (scope) =>
      createLineUi({
        ...options,
        prefix: options.prefix === undefined ? scope : `${options.prefix} ${scope}`,
      }),
    debugs: options.debug,
    interactive: false,
    ask: (_question, fallback) => Promise.resolve(fallback),
    confirm: (_question, fallback) => Promise.resolve(fallback),
  };
}

/** @throws PackitError the warning itself, when warnings count as errors */
export function failIfStrict(warning: Warning, strict: boolean): void {
  if (!strict) return;
  throw new PackitError(warning.code, warning.message, {
    ...(warning.hint === undefined ? {} : { hint: warning.hint }),
    ...(warning.location === undefined ? {} : { location: warning.location }),
    details: ['This is a warning; --strict makes it an error.'],
  });
}

export function warningLines(warning: Warning): string[] {
  const place = formatPlace(warning.location);
  const lines = [`warning: ${place}${warning.message}`];
  if (warning.hint !== undefined) lines.push(`   hint: ${warning.hint}`);
  return lines;
}

export function formatPlace(location: Warning['location']): string {
  if (location === undefined) return '';
  return `${[location.file, location.line, location.column].filter((part) => part !== undefined).join(':')}: `;
}

function prefixLines(chunk: Uint8Array, prefix: string): string {
  const text = new TextDecoder().decode(chunk);
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `${body
    .split('\n')
    .map((line) => prefix + line)
    .join('\n')}\n`;
}

/** What is wrong with a configuration, collected while it is read. */
import type { YamlNode } from './yaml/index.ts';

export type Severity = 'error' | 'warning';

/** A change of the text that mends a problem without a person having to think about it. */
export type Fix =
  | { readonly kind: 'rename-key'; readonly key: YamlNode; readonly to: string }
  | { readonly kind: 'replace'; readonly node: YamlNode; readonly text: string }
  | { readonly kind: 'unnest'; readonly key: YamlNode; readonly value: YamlNode }
  | { readonly kind: 'remove-key'; readonly key: YamlNode; readonly value: YamlNode }
  | {
      readonly kind: 'to-action';
      readonly key: YamlNode;
      readonly value: YamlNode;
      readonly action: string;
      /** The mapping `actions` of the same level, if there is one. */
      readonly actions: YamlNode | undefined;
    };

export interface Problem {
  readonly severity: Severity;
  /** Stable, upper snake case: `CONFIG_UNKNOWN_KEY`. */
  readonly code: string;
  /** One sentence without a full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string | undefined;
  /** `jobs[0].targets`; empty for the whole file. */
  readonly path: string;
  /** Offsets into the text; absent where no place in the file is to blame. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** Where what is wrong began: an unclosed bracket, the first of two anchors. */
  readonly began?: number | undefined;
  readonly fix?: Fix;
}

export interface ProblemDetails {
  readonly hint?: string | undefined;
  readonly path: string;
  /** Where it stands. */
  readonly node?: YamlNode | undefined;
  readonly fix?: Fix;
}

/** Collects problems; nothing is thrown, so that one run finds all of them. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly told = new Set<string>();

  error(code: string, message: string, details: ProblemDetails): void {
    this.add('error', code, message, details);
  }

  warn(code: string, message: string, details: ProblemDetails): void {
    this.add('warning', code, message, details);
  }

  get hasErrors(): boolean {
    return this.list.some((problem) => problem.severity === 'error');
  }

  private add(severity: Severity, code: string, message: string, details: ProblemDetails): void {
    const { node, path, hint, fix } = details;
    // What several jobs share is told once.
    const id = `${code}\0${path}\0${node?.start ?? ''}\0${message}`;
    if (this.told.has(id)) return;
    this.told.add(id);
    this.list.push({
      severity,
      code,
      message,
      path,
      ...(hint === undefined ? {} : { hint }),
      ...(node === undefined || node.start < 0 ? {} : { start: node.start, end: node.end }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}

/** `jobs[0]` and `targets` -> `jobs[0].targets`. */
export function joinPath(path: string, key: string): string {
  const shown = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? shown : `${path}.${shown}`;
}

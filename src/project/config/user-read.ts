import type * as YamlModule from 'yaml';
import { PackitError } from '../../errors.ts';
import type { SourceLocation } from '../../errors.ts';
import type { Warning } from '../../ui.ts';
import { credentialsOf } from './user-authentication.ts';
import type { ServiceCredentials } from './user-authentication.ts';
import { USER_KEYS, userKey } from './user-schema.ts';
import type { UserKey } from './user-schema.ts';

/** What the file says, checked but without defaults. */
export interface UserValues {
  strings?: Record<string, string | undefined>;
  booleans?: Record<string, boolean | undefined>;
  macros?: Record<string, string | null>;
  authentication?: ServiceCredentials[];
}

type Yaml = Pick<typeof YamlModule, 'isMap' | 'isNode' | 'isScalar'>;
type Pair = { key: unknown; value: unknown };

interface Problem extends SourceLocation {
  message: string;
}

const HINT = 'The keys of the user configuration are in docs/user-configuration.md.';

/**
 * Reads and checks the text of a user configuration file; all problems are reported at once.
 * @throws PackitError `USER_CONFIG_SYNTAX`, `USER_CONFIG_INVALID`
 */
export async function readUserValues(
  file: string,
  text: string,
): Promise<{ values: UserValues; warnings: Warning[] }> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, merge: true, uniqueKeys: false });
  const place = (offset: number | undefined): SourceLocation => {
    if (offset === undefined) return { file };
    const at = lines.linePos(offset);
    return { file, line: at.line, column: at.col };
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw new PackitError(
      'USER_CONFIG_SYNTAX',
      `The user configuration is not YAML: ${syntax.message.split('\n')[0] ?? ''}`,
      {
        location: place(syntax.pos[0]),
        hint: 'Correct the line; the file is a map of keys such as "fas_user: name".',
      },
    );
  }
  const root = document.contents;
  if (root === null || (yaml.isScalar(root) && root.value === null)) return { values: {}, warnings: [] };
  if (!yaml.isMap(root)) {
    throw invalid(file, [{ file, line: 1, message: 'the file must be a map of keys, not a list or a text' }]);
  }
  const reader = new UserReader(yaml, place);
  for (const pair of root.items) reader.read(pair);
  if (reader.problems.length > 0) throw invalid(file, reader.problems);
  return { values: reader.values, warnings: reader.warnings };
}

/** Collects what the pairs of the file say, and everything that is wrong with them. */
class UserReader {
  readonly values: { strings: Record<string, string>; booleans: Record<string, boolean> } & UserValues = {
    strings: {},
    booleans: {},
  };
  readonly warnings: Warning[] = [];
  readonly problems: Problem[] = [];
  readonly #yaml: Yaml;
  readonly #place: (offset: number | undefined) => SourceLocation;

  constructor(yaml: Yaml, place: (offset: number | undefined) => SourceLocation) {
    this.#yaml = yaml;
    this.#place = place;
  }

  read(pair: Pair): void {
    const name = this.#text(pair.key) ?? '';
    const key = userKey(name);
    if (key === undefined) {
      this.#problem(pair.key, `unknown key "${name}"${didYouMean(name)}`);
      return;
    }
    if (key.deprecated !== undefined) {
      this.warnings.push({
        code: 'USER_CONFIG_DEPRECATED',
        message: `${name} in the user configuration is deprecated`,
        hint: `Use "${key.deprecated}" instead.`,
        location: this.#at(pair.key),
      });
    }
    if (key.ignored !== true && !this.#isNull(pair.value)) this.#value(name, key, pair.value);
  }

  #value(name: string, key: UserKey, node: unknown): void {
    const text = this.#text(node);
    if (key.type === 'string') {
      if (text === undefined) this.#problem(node, `${name} must be a text`);
      else this.values.strings[name] = text;
    } else if (key.type === 'boolean') {
      const found = booleanOf(text);
      if (found === undefined) this.#problem(node, `${name} must be true or false`);
      else this.values.booleans[name] = found;
    } else if (!this.#yaml.isMap(node)) {
      this.#problem(node, `${name} must be a map`);
    } else if (name === 'authentication') {
      this.values.authentication = node.items.flatMap((entry) => this.#credentials(entry));
    } else {
      const macros = node.items.map((item) => [this.#text(item.key) ?? '', this.#text(item.value) ?? null]);
      this.values.macros = Object.fromEntries(macros);
    }
  }

  #credentials(entry: Pair): ServiceCredentials[] {
    const service = this.#text(entry.key) ?? '';
    if (!this.#yaml.isMap(entry.value)) {
      this.#problem(entry.value ?? entry.key, `authentication: ${service} must be a map with a "token"`);
      return [];
    }
    const values = Object.fromEntries(
      entry.value.items.map((item) => [this.#text(item.key) ?? '', this.#text(item.value)]),
    );
    const { token, instance_url, type } = values;
    const credentials = credentialsOf(service, { token, instance_url, type });
    if (credentials.instanceUrl === undefined) {
      this.#problem(
        entry.key,
        `authentication: "${service}" is no forge packit knows; add "type" (github, gitlab, pagure, forgejo) and "instance_url"`,
      );
    }
    return [credentials];
  }

  /** The text of a scalar: a token of digits keeps its zeros. */
  #text(node: unknown): string | undefined {
    if (!this.#yaml.isScalar(node) || node.value === null) return undefined;
    return typeof node.value === 'string' ? node.value : node.source;
  }

  #isNull(node: unknown): boolean {
    return node === null || (this.#yaml.isScalar(node) && node.value === null);
  }

  #at(node: unknown): SourceLocation {
    return this.#place(this.#yaml.isNode(node) ? node.range?.[0] : undefined);
  }

  #problem(node: unknown, message: string): void {
    this.problems.push({ ...this.#at(node), message });
  }
}

function booleanOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:true|yes|on|y|t|1)$/i.test(text)) return true;
  return /^(?:false|no|off|n|f|0)$/i.test(text) ? false : undefined;
}

function invalid(file: string, problems: readonly Problem[]): PackitError {
  const [first, ...others] = problems;
  return new PackitError(
    'USER_CONFIG_INVALID',
    `The user configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}: ${first?.message ?? ''}`,
    {
      location: placeOf(first) ?? { file },
      details: others.map((problem) => `${problem.file}:${problem.line ?? 1}: ${problem.message}`),
      hint: HINT,
    },
  );
}

function placeOf(problem: Problem | undefined): SourceLocation | undefined {
  if (problem === undefined) return undefined;
  const { message: _message, ...location } = problem;
  return location;
}

function didYouMean(name: string): string {
  const near = Object.keys(USER_KEYS)
    .map((key) => ({ key, distance: editDistance(name.toLowerCase(), key) }))
    .filter(({ key, distance }) => distance <= Math.max(2, key.length / 4))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : `, did you mean "${near.key}"?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

import { PackitError } from '../../errors.ts';
import type { SourceLocation } from '../../errors.ts';
import type { Warning } from '../../ui.ts';
import { nearest } from './suggest.ts';
import { credentialsOf } from './user-authentication.ts';
import type { ServiceCredentials } from './user-authentication.ts';
import { USER_KEYS, userKey } from './user-schema.ts';
import type { UserKey } from './user-schema.ts';
import { Reader, YamlError, composeYaml } from './yaml/index.ts';
import type { Entry, YamlKey, YamlNode } from './yaml/index.ts';

/** What the file says, checked but without defaults. */
export interface UserValues {
  strings: Record<string, string | undefined>;
  booleans: Record<string, boolean | undefined>;
  macros: Record<string, string | null>;
  authentication?: ServiceCredentials[];
}

interface Problem {
  location: SourceLocation;
  message: string;
}

/**
 * Reads and checks the text of a user configuration file; all problems are reported at once.
 * @throws PackitError `USER_CONFIG_SYNTAX`, `USER_CONFIG_INVALID`
 */
export function readUserValues(file: string, text: string): { values: UserValues; warnings: Warning[] } {
  const reader = new UserReader(file, text);
  try {
    reader.readFile();
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new PackitError('USER_CONFIG_SYNTAX', `The user configuration is not YAML: ${error.message}`, {
      location: reader.place(error.offset),
      hint: error.hint ?? 'Correct the line; the file is a map of keys such as "fas_user: name".',
    });
  }
  const [first, ...others] = reader.problems;
  if (first !== undefined) {
    const count = reader.problems.length === 1 ? 'a mistake' : `${reader.problems.length} mistakes`;
    throw new PackitError('USER_CONFIG_INVALID', `The user configuration has ${count}: ${first.message}`, {
      location: first.location,
      details: others.map(({ location, message }) => `${location.file}:${location.line ?? 1}: ${message}`),
      hint: 'The keys of the user configuration are in docs/user-configuration.md.',
    });
  }
  return { values: reader.values, warnings: reader.warnings };
}

/** Collects what the file says, and everything that is wrong with it. */
class UserReader {
  readonly values: UserValues = { strings: {}, booleans: {}, macros: {} };
  readonly warnings: Warning[] = [];
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #reader = new Reader();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  readFile(): void {
    const root = composeYaml(this.#text);
    if (root === undefined || this.#isNull(root)) return;
    if (root.kind !== 'mapping') {
      this.#problem(root, 'the file must be a map of keys, not a list or a text');
      return;
    }
    for (const [name, entry] of this.#reader.entries(root)) this.#read(String(name), entry);
  }

  place(offset: number): SourceLocation {
    const before = this.#text.slice(0, Math.max(0, offset)).split('\n');
    return { file: this.#file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  #read(name: string, { key: keyNode, value }: Entry): void {
    const key = userKey(name);
    if (key === undefined) {
      const near = nearest(name, Object.keys(USER_KEYS));
      const question = near === undefined ? '' : `, did you mean "${near}"?`;
      this.#problem(keyNode, `unknown key "${name}"${question}`);
      return;
    }
    if (key.deprecated !== undefined) {
      this.warnings.push({
        code: 'USER_CONFIG_DEPRECATED',
        message: `${name} in the user configuration is deprecated`,
        hint: `Use "${key.deprecated}" instead.`,
        location: this.place(keyNode.start),
      });
    }
    if (key.ignored !== true && !this.#isNull(value)) this.#value(name, key, value);
  }

  #value(name: string, key: UserKey, node: YamlNode): void {
    const text = this.#scalar(node);
    if (key.type === 'string') {
      if (text === undefined) this.#problem(node, `${name} must be a text`);
      else this.values.strings[name] = text;
    } else if (key.type === 'boolean') {
      const found = booleanOf(text);
      if (found === undefined) this.#problem(node, `${name} must be true or false`);
      else this.values.booleans[name] = found;
    } else if (node.kind !== 'mapping') {
      this.#problem(node, `${name} must be a map`);
    } else if (name === 'authentication') {
      const entries = [...this.#reader.entries(node)];
      this.values.authentication = entries.flatMap(([service, entry]) => this.#credentials(service, entry));
    } else {
      for (const [macro, entry] of this.#reader.entries(node)) {
        this.values.macros[String(macro)] = this.#scalar(entry.value) ?? null;
      }
    }
  }

  #credentials(name: YamlKey, entry: Entry): ServiceCredentials[] {
    const service = String(name);
    if (entry.value.kind !== 'mapping') {
      this.#problem(entry.value, `authentication: ${service} must be a map with a "token"`);
      return [];
    }
    const fields = this.#reader.entries(entry.value);
    const field = (name: string): string | undefined => {
      const found = fields.get(name);
      return found === undefined ? undefined : this.#scalar(found.value);
    };
    const credentials = credentialsOf(service, {
      token: field('token'),
      instance_url: field('instance_url'),
      type: field('type'),
    });
    if (credentials.instanceUrl === undefined) {
      this.#problem(
        entry.key,
        `authentication: "${service}" is no forge packit knows; add "type" (github, gitlab, pagure, forgejo) and "instance_url"`,
      );
    }
    return [credentials];
  }

  /** The text of a scalar as it is written: a token of digits keeps its zeros. */
  #scalar(node: YamlNode): string | undefined {
    return node.kind !== 'scalar' || this.#isNull(node) ? undefined : node.value;
  }

  #isNull(node: YamlNode): boolean {
    return node.kind === 'scalar' && this.#reader.data(node) === null;
  }

  #problem(node: YamlNode, message: string): void {
    this.problems.push({ location: this.place(node.start), message });
  }
}

function booleanOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:true|yes|on|y|t|1)$/i.test(text)) return true;
  return /^(?:false|no|off|n|f|0)$/i.test(text) ? false : undefined;
}

/**
 * The allow-list of a project: whose pull requests from forks may start something though they cannot push. A YAML file with lists of
 * `HOST/USER`, `HOST/NAMESPACE` and `HOST/NAMESPACE/PROJECT`.
 */
import {
  composeYaml,
  configError,
  diagnose,
  joinPath,
  nearest,
  Problems,
  Reader,
  YamlError,
} from '../../../project/config/index.ts';
import type { FileKind, YamlNode } from '../../../project/config/index.ts';
import { lowerCase } from '../../../remote/forge/index.ts';

export const ALLOW_LIST_FILE = '.packit-allow.yaml';

export type Standing = 'allow' | 'deny' | 'waiting';

export interface AllowList {
  /** Path in the repository, or of a local file. */
  file: string;
  /** `github.com/jane`, as written but for the case of the host. */
  allow: string[];
  deny: string[];
  waiting: string[];
  /** Members of Fedora's group of packagers are allowed. */
  packagers: boolean;
}

const STANDINGS: readonly Standing[] = ['allow', 'deny', 'waiting'];
const KEYS: readonly string[] = [...STANDINGS, 'packagers'];
const EXAMPLE = 'Write "- github.com/jane" or "- github.com/jane/hello".';

const KIND: FileKind = {
  code: 'ALLOW_LIST',
  name: 'allow-list',
  hint: 'Correct them: nobody is allowed by a list that cannot be read.',
};

/**
 * @param file what it is called in errors
 * @throws PackitError `ALLOW_LIST_SYNTAX`, `ALLOW_LIST_INVALID`, with line and key of every problem
 */
export function parseAllowList(text: string, file: string): AllowList {
  const list: AllowList = { file, allow: [], deny: [], waiting: [], packagers: false };
  const problems = new Problems();
  try {
    const root = composeYaml(text);
    if (root !== undefined) readRoot(root, list, { reader: new Reader(), problems });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    problems.list.push({
      severity: 'error',
      code: 'CONFIG_SYNTAX',
      message: error.message,
      path: '',
      start: error.offset,
      end: error.offset + 1,
      hint: error.hint ?? EXAMPLE,
    });
  }
  if (problems.hasErrors) throw configError(diagnose(problems.list, text, file), text, '.', KIND);
  return list;
}

interface Reading {
  reader: Reader;
  problems: Problems;
}

function readRoot(root: YamlNode, list: AllowList, { reader, problems }: Reading): void {
  if (root.kind === 'scalar' && reader.data(root) === null) return;
  if (root.kind !== 'mapping') {
    problems.error('ALLOW_LIST_TYPE', 'The allow-list must be a mapping of "allow", "deny" and "waiting"', {
      path: '',
      node: root,
      hint: 'Write "allow:", and below it the list.',
    });
    return;
  }
  for (const [key, { key: node, value }] of reader.entries(root)) {
    const name = String(key);
    if (name === 'packagers') {
      const given = value.kind === 'scalar' ? reader.data(value) : undefined;
      if (typeof given === 'boolean') list.packagers = given;
      else {
        problems.error('ALLOW_LIST_TYPE', 'packagers must be true or false', {
          path: name,
          node: value,
          hint: 'Write "packagers: true" to allow the members of Fedora\'s packager group.',
        });
      }
      continue;
    }
    const standing = STANDINGS.find((known) => known === name);
    if (standing !== undefined) {
      readEntries(value, standing, list, { reader, problems });
      continue;
    }
    const near = nearest(name, [...KEYS]);
    problems.error('ALLOW_LIST_KEY', `Unknown key "${name}"`, {
      path: joinPath('', name),
      node,
      hint: near === undefined ? `The keys are ${KEYS.join(', ')}.` : `Did you mean "${near}"?`,
    });
  }
}

function readEntries(
  value: YamlNode,
  standing: Standing,
  list: AllowList,
  { reader, problems }: Reading,
): void {
  if (value.kind === 'scalar' && reader.data(value) === null) return;
  if (value.kind !== 'sequence') {
    problems.error('ALLOW_LIST_TYPE', `${standing} must be a list`, {
      path: standing,
      node: value,
      hint: EXAMPLE,
    });
    return;
  }
  for (const [index, item] of value.items.entries()) {
    const data = item.kind === 'scalar' ? reader.data(item) : undefined;
    const entry =
      typeof data === 'string' ? entryOf(data) : { problem: 'An entry must be a text', hint: EXAMPLE };
    if (typeof entry === 'string') list[standing].push(entry);
    else {
      problems.error('ALLOW_LIST_ENTRY', entry.problem, {
        path: `${standing}[${index}]`,
        node: item,
        hint: entry.hint,
      });
    }
  }
}

/** `HOST/PATH` as it is compared, or what is wrong with it. */
function entryOf(text: string): string | { problem: string; hint: string } {
  const plain = text
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(plain)?.[0];
  if (scheme !== undefined) {
    return { problem: `"${text}" is an address`, hint: `Leave out "${scheme}".` };
  }
  const [host = '', ...path] = plain.split('/');
  if (/[*?]/.test(plain)) {
    return { problem: `"${text}" is a pattern`, hint: 'Name each user, namespace or project.' };
  }
  if (!/^(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d+)?$/.test(host)) {
    return { problem: `"${text}" does not begin with a host`, hint: EXAMPLE };
  }
  if (path.length === 0) {
    return { problem: `"${text}" is a whole host`, hint: `Name who is meant there: "${host}/USER".` };
  }
  if (path.some((part) => !/^[\w.+~[\]-]+$/.test(part) || /^\.+$/.test(part))) {
    return { problem: `"${text}" is no user, namespace or project`, hint: EXAMPLE };
  }
  return [lowerCase(host), ...path].join('/');
}

import { PackitError } from '../../errors.ts';
import { YamlError, composeYaml } from '../../project/config/index.ts';
import type { MappingNode, YamlNode } from '../../project/config/index.ts';

const HOOK = [
  'repo: local',
  'hooks:',
  '  - id: validate-config',
  '    name: packit config validate',
  '    entry: packit config validate --offline',
  '    language: system',
  '    files: ^\\.?packit\\.ya?ml$',
  '    pass_filenames: false',
];

/**
 * Adds a hook that validates the configuration to the text of `.pre-commit-config.yaml`, every other byte
 * kept; undefined if such a hook is there already.
 * @throws PackitError `PRE_COMMIT_INVALID`
 */
export function addPreCommitHook(text: string): string | undefined {
  const root = read(text);
  if (root === undefined) return `${text}${separator(text)}repos:\n${item('')}`;
  if (root.kind !== 'mapping') throw invalid('its top level must be a mapping with "repos"');
  const repos = valueOf(root, 'repos');
  if (repos === undefined) {
    if (root.flow) throw invalid('it is written with braces, which packit does not edit');
    return `${text}${separator(text)}repos:\n${item('')}`;
  }
  if (repos.kind === 'scalar' && repos.value === '') {
    return insertAfterLine(text, repos.start, item(''));
  }
  if (repos.kind !== 'sequence') throw invalid('"repos" must be a list');
  if (repos.items.some((repo) => validates(repo))) return undefined;
  const last = repos.items.at(-1);
  if (repos.flow || last === undefined) {
    if (last !== undefined) throw invalid('"repos" is written with brackets, which packit does not edit');
    return `${text.slice(0, repos.start)}\n${item('')}${text.slice(repos.end).replace(/^[^\n]*\n?/, '')}`;
  }
  const first = repos.items[0] ?? last;
  const indent = ' '.repeat(columnOf(text, text.lastIndexOf('-', first.start - 1)));
  return insertAfterLine(text, lastContent(text, last), item(indent));
}

function read(text: string): YamlNode | undefined {
  try {
    const root = composeYaml(text);
    return root?.kind === 'scalar' && root.value === '' ? undefined : root;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const line = text.slice(0, error.offset).split('\n').length;
    throw invalid(`line ${line}: ${error.message}`);
  }
}

/** A hook of ours or of the Python Packit: both validate. */
function validates(repo: YamlNode): boolean {
  if (repo.kind !== 'mapping') return false;
  const hooks = valueOf(repo, 'hooks');
  if (hooks?.kind !== 'sequence') return false;
  const url = textOf(valueOf(repo, 'repo')) ?? '';
  return hooks.items.some((hook) => {
    if (hook.kind !== 'mapping') return false;
    const id = textOf(valueOf(hook, 'id'));
    const entry = textOf(valueOf(hook, 'entry')) ?? '';
    return (id === 'validate-config' && /packit|^local$/.test(url)) || /\bpackit\b.*\bvalidate/.test(entry);
  });
}

function valueOf(node: MappingNode, key: string): YamlNode | undefined {
  return node.pairs.find(([name]) => name.kind === 'scalar' && name.value === key)?.[1];
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.value : undefined;
}

function item(indent: string): string {
  return HOOK.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}\n`).join('');
}

function separator(text: string): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** The offset of a node's last character that says something: not of the blank lines after it. */
function lastContent(text: string, node: YamlNode): number {
  const upTo = node.kind === 'scalar' ? node.end : lastEnd(node);
  return text.slice(0, upTo).trimEnd().length;
}

function lastEnd(node: YamlNode): number {
  if (node.kind === 'scalar') return node.end;
  if (node.flow) return node.end;
  const last = node.kind === 'sequence' ? node.items.at(-1) : node.pairs.at(-1)?.[1];
  const key = node.kind === 'mapping' ? node.pairs.at(-1)?.[0] : undefined;
  return Math.max(last === undefined ? node.end : lastEnd(last), key?.end ?? 0);
}

function insertAfterLine(text: string, offset: number, lines: string): string {
  const end = text.indexOf('\n', offset);
  if (end < 0) return `${text}\n${lines}`;
  return text.slice(0, end + 1) + lines + text.slice(end + 1);
}

function invalid(problem: string): PackitError {
  return new PackitError('PRE_COMMIT_INVALID', `Cannot add a hook to .pre-commit-config.yaml: ${problem}`, {
    location: { file: '.pre-commit-config.yaml' },
    hint: 'Correct the file (https://pre-commit.com describes it), or leave it alone with --without-precommit.',
  });
}

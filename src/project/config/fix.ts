/** `--fix`: what can be mended without asking, as edits of the text, so that comments and layout stay. */
import type { Fix, Problem } from './problems.ts';
import { composeYaml, Reader, YamlError } from './yaml/index.ts';
import type { MappingNode, YamlNode } from './yaml/index.ts';

interface Edit {
  start: number;
  end: number;
  text: string;
}

export interface FixResult {
  text: string;
  /** The problems that were mended, in the order in which it was done. */
  fixed: Problem[];
}

/** Edits may uncover further problems (a renamed key inside `metadata`); this many rounds are enough for any file. */
const MAX_ROUNDS = 50;

/** What a text says and what is wrong with it. */
export interface Reading {
  problems: readonly Problem[];
  /** The configuration, in a form that can be compared; undefined if it has errors. */
  meaning: string | undefined;
}

/**
 * Mends problem after problem. A change is kept only if the text is still YAML, has fewer problems than before and, where it
 * was valid, means the same: the keys of a `metadata` that other jobs merge cannot move without changing those jobs.
 */
export async function fixText(
  original: string,
  read: (text: string) => Promise<Reading>,
): Promise<FixResult> {
  let text = original;
  let { problems, meaning } = await read(text);
  const fixed: Problem[] = [];
  const refused = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const problem = nextToMend(problems, refused);
    if (problem?.fix === undefined) break;
    const edit = editFor(problem.fix, text);
    const next = edit === undefined ? undefined : apply(text, edit);
    const after = next === undefined || !isYaml(next) ? undefined : await read(next);
    if (next === undefined || after === undefined || !improves({ problems, meaning }, after)) {
      refused.add(identity(problem));
      continue;
    }
    text = next;
    ({ problems, meaning } = after);
    fixed.push(problem);
  }
  return { text, fixed };
}

function improves(before: Reading, after: Reading): boolean {
  if (after.problems.length >= before.problems.length) return false;
  return before.meaning === undefined || before.meaning === after.meaning;
}

/** Names first: a key that moves should have its right name already. */
const ORDER: readonly Fix['kind'][] = ['rename-key', 'replace', 'to-action', 'unnest', 'remove-key'];

function nextToMend(problems: readonly Problem[], refused: ReadonlySet<string>): Problem | undefined {
  const candidates = problems.filter((problem) => !refused.has(identity(problem)));
  for (const kind of ORDER) {
    const found = candidates.find(({ fix }) => fix?.kind === kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

function identity(problem: Problem): string {
  return `${problem.code} ${problem.path}`;
}

function apply(text: string, edit: Edit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

function isYaml(text: string): boolean {
  try {
    composeYaml(text);
    return true;
  } catch (error) {
    if (error instanceof YamlError) return false;
    throw error;
  }
}

function editFor(fix: Fix, text: string): Edit | undefined {
  switch (fix.kind) {
    case 'rename-key':
      return { start: fix.key.start, end: fix.key.end, text: fix.to };
    case 'replace':
      return { start: fix.node.start, end: fix.node.end, text: fix.text };
    case 'remove-key':
      return removal(fix.key, fix.value, text);
    case 'unnest':
      return unnesting(fix.key, fix.value, text);
    case 'to-action':
      return actionEdit(fix, text);
  }
  return undefined;
}

/** Whole lines, so that no empty one is left behind. */
function removal(key: YamlNode, value: YamlNode, text: string): Edit | undefined {
  const start = lineStart(text, key.start);
  if (text.slice(start, key.start).trim() !== '') return undefined;
  // An alias' target stands elsewhere: its own end is the end of the line.
  const end = lineEnd(text, value.start >= key.start ? contentEnd(value) : key.end);
  return { start, end, text: '' };
}

/** The keys below `metadata:` move one level up. */
function unnesting(key: YamlNode, value: YamlNode, text: string): Edit | undefined {
  if (value.kind === 'scalar') return removal(key, value, text);
  if (value.kind !== 'mapping') return undefined;
  const between = text.slice(key.end, Math.max(key.end, value.start));
  // An alias, or an anchor that others refer to: merge it, and leave it where it is.
  if (value.start < key.end || text.startsWith('&', value.start)) {
    return { start: key.start, end: key.end, text: '<<' };
  }
  const first = value.pairs[0]?.[0];
  if (first === undefined) return removal(key, value, text);
  if (value.flow) return unnestFlow(key, value, text);
  const indent = column(text, key.start);
  const shift = column(text, first.start) - indent;
  if (shift <= 0 || !/^\s*:/.test(between)) return undefined;
  const end = contentEnd(value);
  const body = text.slice(lineStart(text, first.start), end);
  const dedented = body
    .split('\n')
    .map((line) => line.replace(new RegExp(`^ {0,${shift}}`), ''))
    .join('\n');
  const keyLine = lineStart(text, key.start);
  const header = text.slice(key.end, lineStart(text, first.start)).replace(/^\s*:[ \t]*/, '');
  const comments = header
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (text.slice(keyLine, key.start).trim() === '') {
    const kept = comments.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
    return { start: keyLine, end, text: kept + dedented };
  }
  // "- metadata:" - the first key takes its place after the dash.
  return comments.length > 0 ? undefined : { start: key.start, end, text: dedented.replace(/^ +/, '') };
}

function unnestFlow(key: YamlNode, value: MappingNode, text: string): Edit {
  const indent = ' '.repeat(column(text, key.start));
  const lines = value.pairs.map(([name, item]) => `${source(name, text)}: ${source(item, text)}`.trimEnd());
  return { start: key.start, end: value.end, text: lines.join(`\n${indent}`) };
}

/** A command of old becomes an action; a list of words becomes a list of one command. */
function actionEdit(fix: Extract<Fix, { kind: 'to-action' }>, text: string): Edit | undefined {
  const { key, value, action, actions } = fix;
  if (value.start < key.start) return undefined;
  const data = new Reader().data(value);
  let command: string;
  if (typeof data === 'string') command = source(value, text);
  else if (Array.isArray(data) && data.every((word) => typeof word === 'string')) {
    command = `[${value.kind === 'sequence' && value.flow ? source(value, text) : JSON.stringify(data)}]`;
  } else return undefined;
  const indent = column(text, key.start);
  if (actions === undefined) {
    const inner = ' '.repeat(indent + 2);
    return { start: key.start, end: contentEnd(value), text: `actions:\n${inner}${action}: ${command}` };
  }
  const [firstPair] = actions.kind === 'mapping' ? actions.pairs : [];
  if (actions.kind !== 'mapping' || actions.flow || firstPair === undefined) return undefined;
  const names = actions.pairs.map(([name]) => (name.kind === 'scalar' ? name.value : ''));
  if (names.includes(action)) return removal(key, value, text);
  const removed = removal(key, value, text);
  if (removed === undefined) return undefined;
  const at = lineStart(text, firstPair[0].start);
  const line = `${' '.repeat(column(text, firstPair[0].start))}${action}: ${command}\n`;
  // One edit that spans both places.
  return at < removed.start
    ? { start: at, end: removed.end, text: line + text.slice(at, removed.start) }
    : { start: removed.start, end: at, text: text.slice(removed.end, at) + line };
}

/** Where the last value below a node ends: a block's own end is where the next thing begins. */
function contentEnd(node: YamlNode): number {
  if (node.kind === 'scalar' || node.flow) return node.end;
  const children = node.kind === 'sequence' ? node.items : node.pairs.flat();
  // What an alias stands for lies elsewhere.
  return children.reduce(
    (end, child) => (child.start < node.start ? end : Math.max(end, contentEnd(child))),
    node.start,
  );
}

function source(node: YamlNode, text: string): string {
  return text.slice(node.start, node.end);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Past the line break. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found + 1;
}

function column(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

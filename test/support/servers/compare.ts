/** Holds what a stand-in answers against what the real server answered to the same questions. */
import { loadSession } from '../../../src/session/index.ts';
import type { SessionRecord } from '../../../src/session/index.ts';

/**
 * One line for each difference that a client could see: another status, another type of answer, a value of another type, a key that the
 * real server does not have. Keys that the stand-in leaves out are no difference: it has what is read.
 */
export function compareServers(real: string, standIn: string): { compared: number; differences: string[] } {
  const theirs = group(real);
  const ours = group(standIn);
  const differences = new Set<string>();
  let compared = 0;
  for (const [key, answers] of theirs) {
    const own = ours.get(key);
    if (own === undefined) {
      differences.add(`${key}: asked of the real server only`);
      continue;
    }
    compared += 1;
    for (const line of compareAnswers(answers, own)) differences.add(`${key}: ${line}`);
  }
  for (const key of ours.keys()) if (!theirs.has(key)) differences.add(`${key}: asked of the stand-in only`);
  return { compared, differences: [...differences].toSorted() };
}

type Answer = NonNullable<Extract<SessionRecord, { kind: 'http' }>['answer']>;

/** By method and path, without what is chance: ports, numbers of forks and comments, commits. */
function group(directory: string): Map<string, Answer[]> {
  const groups = new Map<string, Answer[]>();
  for (const { record } of loadSession(directory).records) {
    if (record.kind !== 'http' || record.answer === undefined) continue;
    const [line = '', ...rest] = record.key;
    const path = line
      .replace(/^(\S+) https?:\/\/[^/]+/, '$1 ')
      .replace(/[0-9a-f]{40}/g, 'SHA')
      .replace(/\/comments\/\d+/, '/comments/N');
    const asked = rest.map((one) =>
      one
        .trim()
        .replace(/[0-9a-f]{40,}/g, 'SHA')
        .replace(/^\?/, ''),
    );
    const key = [path, ...asked].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), record.answer]);
  }
  return groups;
}

function compareAnswers(real: readonly Answer[], own: readonly Answer[]): string[] {
  const statuses = (answers: readonly Answer[]): string =>
    [...new Set(answers.map(({ status }) => status))].toSorted((one, other) => one - other).join(', ');
  if (statuses(real) !== statuses(own)) return [`status ${statuses(real)}, the stand-in ${statuses(own)}`];
  const result: string[] = [];
  for (const status of new Set(real.map((answer) => answer.status))) {
    const [theirs, ours] = [real, own].map((answers) => answers.filter((answer) => answer.status === status));
    const shapes = merge((theirs ?? []).map(({ body }) => body));
    for (const [path, type] of merge((ours ?? []).map(({ body }) => body))) {
      const known = shapes.get(path);
      if (known === undefined) result.push(`${status}: the stand-in alone has ${path}`);
      else if (![...type].some((one) => known.has(one)))
        result.push(
          `${status}: ${path} is ${[...known].join(' or ')}, the stand-in's ${[...type].join(' or ')}`,
        );
    }
  }
  return result;
}

/** The types of what is at each place of the answers: `pullrequest.user.name` -> string. */
function merge(bodies: readonly Answer['body'][]): Map<string, Set<string>> {
  const shapes = new Map<string, Set<string>>();
  for (const body of bodies) {
    const json = 'json' in body ? body.json : 'lines' in body ? parse(body.lines) : undefined;
    if (json !== undefined) walk(json, '', shapes);
    else add(shapes, '(body)', 'lines' in body ? 'text' : 'bytes');
  }
  return shapes;
}

/** JSON that is laid out in another way than ours, such as Pagure's with a line feed at the end. */
function parse(lines: readonly string[]): unknown {
  try {
    return JSON.parse(lines.join('\n')) as unknown;
  } catch {
    return undefined;
  }
}

function walk(value: unknown, path: string, shapes: Map<string, Set<string>>): void {
  if (Array.isArray(value)) {
    add(shapes, path === '' ? '(body)' : path, 'list');
    for (const one of value) walk(one, `${path}[]`, shapes);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      walk(one, path === '' ? key : `${path}.${key.replace(/^[0-9a-f]{40}$/, 'SHA')}`, shapes);
    }
  } else add(shapes, path, value === null ? 'null' : typeof value);
}

function add(shapes: Map<string, Set<string>>, path: string, type: string): void {
  shapes.set(path, (shapes.get(path) ?? new Set()).add(type));
}

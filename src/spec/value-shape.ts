import type { Evaluation } from './types.ts';
import { parseValue, type ValueNode } from './value.ts';

export interface Shape {
  /** Matches values of that shape; its groups are macros and the literals between them. */
  readonly pattern: RegExp;
  /** Names of the groups that are macros, in order. */
  readonly macros: readonly string[];
  /** Macros whose definitions must be switched on or off for it to hold. */
  readonly flipped: ReadonlySet<string>;
  /** The value with the literals that were matched. */
  render(groups: Record<string, string | undefined>): string;
}

export interface ShapeContext {
  readonly modifiable: ReadonlySet<string>;
  readonly flippable: ReadonlySet<string>;
  readonly evaluation: Evaluation;
  /** Whether a macro is defined at the end of the spec. */
  readonly isDefined: (name: string) => boolean;
}

/** A piece of a value: what must match as it is, a literal that may change, or a macro that may change. */
interface Piece {
  readonly type: 'constant' | 'literal' | 'macro';
  /** What a constant expands to, the text of a literal, the name of a macro. */
  readonly match: string;
  /** As written. */
  readonly raw: string;
}

const LITERAL_GROUP = 'sub_';

/**
 * The shape of a value; undefined where it cannot be told (macros side by side with nothing between,
 * an expansion that is not known).
 */
export function buildShape(value: string, context: ShapeContext): Shape | undefined {
  const nodes = parseValue(value);
  if (!nodes) return undefined;
  const flipped = new Set<string>();
  const pieces = squash(piecesOf(nodes, context, { flipped, processed: new Set() }));
  if (!pieces) return undefined;
  const source: string[] = [];
  const template: ({ text: string } | { group: string })[] = [];
  const macros: string[] = [];
  let literals = 0;
  pieces.forEach((piece, i) => {
    if (piece.type === 'constant') {
      source.push(escapeRegExp(piece.match));
      template.push({ text: piece.raw });
    } else if (piece.type === 'macro') {
      if (macros.includes(piece.match)) source.push(`\\k<${piece.match}>`);
      else {
        source.push(`(?<${piece.match}>.+)`);
        macros.push(piece.match);
      }
      template.push({ text: piece.raw });
    } else {
      const parts = splitLiteral(
        piece.raw,
        macroNearby(pieces.slice(0, i).toReversed()),
        macroNearby(pieces.slice(i + 1)),
      );
      source.push(escapeRegExp(parts.before));
      template.push({ text: parts.before });
      if (parts.free !== '') {
        const group = `${LITERAL_GROUP}${literals++}`;
        source.push(`(?<${group}>.+?)`);
        template.push({ group });
      }
      source.push(escapeRegExp(parts.after));
      template.push({ text: parts.after });
    }
  });
  const pattern = toRegExp(`^${source.join('')}$`);
  if (!pattern) return undefined;
  const render = (groups: Record<string, string | undefined>): string =>
    template.map((part) => ('text' in part ? part.text : (groups[part.group] ?? ''))).join('');
  return { pattern, macros, flipped, render };
}

function piecesOf(
  nodes: readonly ValueNode[],
  context: ShapeContext,
  seen: { flipped: Set<string>; processed: Set<string> },
): Piece[] {
  const { modifiable, evaluation } = context;
  return nodes.flatMap((node): Piece[] => {
    if (node.type === 'text') return [{ type: 'literal', match: node.raw, raw: node.raw }];
    const constant: Piece = {
      type: 'constant',
      match: evaluation.values.get(node.raw) ?? node.raw,
      raw: node.raw,
    };
    if (node.type === 'conditional') {
      if (!holds(node, context, seen)) return [{ type: 'constant', match: '', raw: node.raw }];
      return [
        { type: 'constant', match: '', raw: `%{${node.prefix}${node.name}:` },
        ...piecesOf(node.body, context, seen),
        { type: 'constant', match: '', raw: '}' },
      ];
    }
    const mayChange =
      node.type === 'macro' && !isNegative(node.prefix) && node.args === '' && modifiable.has(node.name);
    return mayChange ? [{ type: 'macro', match: node.name, raw: node.raw }] : [constant];
  });
}

/** Whether the body of `%{?name:...}` is taken, switching definitions on or off where that is allowed. */
function holds(
  node: { prefix: string; name: string },
  { modifiable, flippable, isDefined }: ShapeContext,
  { flipped, processed }: { flipped: Set<string>; processed: Set<string> },
): boolean {
  if (!modifiable.has(node.name)) return false;
  if (isNegative(node.prefix) === isDefined(node.name)) {
    if (!flippable.has(node.name)) return false;
    // One that was used as it is cannot be switched later.
    if (processed.has(node.name) && !flipped.has(node.name)) return false;
    flipped.add(node.name);
  } else if (flipped.has(node.name)) return false;
  processed.add(node.name);
  return true;
}

/** Neighbours of one kind joined; undefined where two macros have nothing between them. */
function squash(pieces: readonly Piece[]): readonly Piece[] | undefined {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.type !== piece.type) result.push(piece);
    else if (piece.type === 'macro') return undefined;
    else
      result[result.length - 1] = {
        type: last.type,
        match: last.match + piece.match,
        raw: last.raw + piece.raw,
      };
  }
  return result;
}

/** True if a macro follows, with nothing but empty constants before it. */
function macroNearby(pieces: readonly Piece[]): boolean {
  return pieces.find((piece) => piece.type !== 'constant' || piece.match !== '')?.type === 'macro';
}

/** A literal beside a macro keeps at least one delimiter there. */
function splitLiteral(
  text: string,
  macroBefore: boolean,
  macroAfter: boolean,
): { before: string; free: string; after: string } {
  const before = macroBefore ? '(?<before>\\w*[^\\w])' : '(?<before>)';
  const after = macroAfter ? '(?<after>[^\\w]\\w*)' : '(?<after>)';
  const groups = new RegExp(`^${before}(?<free>.*)${after}$`, 's').exec(text)?.groups;
  if (!groups) return { before: text, free: '', after: '' };
  return { before: groups.before ?? '', free: groups.free ?? '', after: groups.after ?? '' };
}

function isNegative(prefix: string): boolean {
  return (prefix.split('!').length - 1) % 2 === 1;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function toRegExp(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 's');
  } catch {
    return undefined;
  }
}

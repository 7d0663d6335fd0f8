/**
 * YAML text to nodes, with the `yaml` library doing the grammar. What PyYAML's safe loader, which the
 * reference reads its configuration with, sees differently is done here: plain scalars have YAML 1.1's types,
 * an anchor defined twice and a tab between tokens are errors, there is one document.
 */
import { Composer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { CST, Document, ParsedNode, Scalar, YAMLParseError } from 'yaml';
import { checkDepth, MAX_DEPTH, tooDeep } from './depth.ts';
import { syntaxWords } from './hints.ts';
import { lenientTokens } from './lexer.ts';
import { TAG, YamlError } from './nodes.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './nodes.ts';
import { resolvePlain } from './resolve.ts';
import { checkTabs } from './tabs.ts';

/** Nodes after every alias is replaced by what it stands for. */
const MAX_EXPANDED = 1_000_000;
// The Basic Multilingual Plane without controls and surrogates; pairs are checked on their own.
const NOT_PRINTABLE =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\ud800-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const LONE_BREAK = /\r(?!\n)|[\x85\u2028\u2029]/g;

/**
 * The only document of a text; undefined if there is none.
 *
 * @throws YamlError also for what is legal YAML but more than one document, nested too deeply or a
 * "billion laughs": aliases of aliases that stand for more nodes than memory holds.
 */
export function composeYaml(text: string): YamlNode | undefined {
  const bad = NOT_PRINTABLE.exec(text);
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new YamlError(`The character U+${code} is not allowed in YAML`, bad.index, {
      hint: 'Remove it; in a double-quoted text it can be written as an escape.',
    });
  }
  // PyYAML ends lines there too; the length, and so every position, stays.
  const contents = onlyDocument(text.replaceAll(LONE_BREAK, '\n'))?.contents ?? undefined;
  if (contents === undefined) return undefined;
  const root = new Converter(text).node(contents);
  checkExpansion(root);
  return root;
}

function onlyDocument(text: string): Document.Parsed | undefined {
  let read = readDocuments(text, (source) => [...new Parser().parse(source)]);
  if (read.problem !== undefined) {
    // Only now, because of a text with errors the stricter reading knows better where they are.
    const lenient = readDocuments(text, lenientTokens);
    if (lenient.problem !== undefined) throw syntaxError(read.problem, text, read.tokens);
    read = lenient;
  }
  if (text.includes('\t')) checkTabs(read.tokens);
  const [first, second] = read.documents;
  if (first !== undefined && second !== undefined) {
    throw new YamlError('Only one document is allowed in a configuration', second.range[0], {
      began: first.range[0],
      hint: 'Remove the second "---".',
    });
  }
  return first;
}

interface ReadDocuments {
  documents: Document.Parsed[];
  tokens: CST.Token[];
  problem: YAMLParseError | undefined;
}

function readDocuments(text: string, tokensOf: (text: string) => CST.Token[]): ReadDocuments {
  const composer = new Composer({
    version: '1.2',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
  });
  try {
    const tokens = tokensOf(text);
    checkDepth(tokens);
    const documents = [...composer.compose(tokens)];
    return { documents, tokens, problem: documents[0]?.errors[0] };
  } catch (error) {
    // All the library's parser can run into is the end of the stack.
    throw error instanceof YamlError ? error : tooDeep(0);
  }
}

function syntaxError(error: YAMLParseError, text: string, tokens: readonly CST.Token[]): YamlError {
  const { message, hint, offset, began } = syntaxWords(error, text, tokens);
  return new YamlError(message, offset ?? error.pos[0], { hint, ...(began === undefined ? {} : { began }) });
}

/** The library's nodes as ours, each alias replaced by the node it refers to. */
class Converter {
  private readonly anchors = new Map<string, { node: YamlNode | undefined; start: number }>();
  private readonly text: string;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  node(parsed: ParsedNode | null, emptyAt = 0): YamlNode {
    if (parsed === null) return emptyScalar(emptyAt);
    // The library's ranges begin behind the anchor.
    const start =
      parsed.anchor === undefined
        ? parsed.range[0]
        : this.text.lastIndexOf(`&${parsed.anchor}`, parsed.range[0]);
    if (isAlias(parsed)) return this.alias(parsed.source, start);
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw tooDeep(start);
    const { anchor } = parsed;
    if (anchor !== undefined) this.define(anchor, start);
    const node = this.content(parsed);
    if (anchor !== undefined) this.anchors.set(anchor, { node, start });
    this.depth -= 1;
    return node;
  }

  private content(parsed: Exclude<ParsedNode, { source: string; anchor?: never }>): YamlNode {
    const [start, end] = parsed.range;
    const tag = parsed.tag === '!' ? undefined : parsed.tag;
    if (isScalar(parsed)) return this.scalar(parsed, tag, start, end);
    const flow = 'flow' in parsed && parsed.flow;
    if (isSeq(parsed)) {
      const items = parsed.items.map((item) => this.node(isPairLike(item) ? null : item, end));
      return { kind: 'sequence', tag: tag ?? `${TAG}seq`, items, start, end, flow } satisfies SequenceNode;
    }
    if (!isMap(parsed)) return emptyScalar(start);
    const pairs = parsed.items.map(({ key, value }): [YamlNode, YamlNode] => {
      const name = this.node(key, start);
      if (name.kind === 'scalar' && name.value === '' && name.style === undefined) {
        throw new YamlError('There is no key before this ":"', name.start, {
          hint: 'Write the key, or put a value that starts with ":" into quotes.',
        });
      }
      return [name, this.node(value, name.end)];
    });
    return { kind: 'mapping', tag: tag ?? `${TAG}map`, pairs, start, end, flow } satisfies MappingNode;
  }

  private scalar(parsed: Scalar, tag: string | undefined, start: number, end: number): ScalarNode {
    const style = STYLES[parsed.type ?? 'PLAIN'];
    let value = typeof parsed.value === 'string' ? parsed.value : (parsed.source ?? '');
    // A block text at the end of a file without a last line break has none for PyYAML either.
    const isBlock = style === '|' || style === '>';
    if (isBlock && end >= this.text.length && !this.text.endsWith('\n')) value = value.replace(/\n$/, '');
    const implicit = style === undefined ? resolvePlain(value) : `${TAG}str`;
    return { kind: 'scalar', tag: tag ?? implicit, value, start, end, style };
  }

  private define(anchor: string, start: number): void {
    const first = this.anchors.get(anchor);
    if (first !== undefined) {
      throw new YamlError(`The anchor "${anchor}" is defined twice`, start, {
        began: first.start,
        hint: 'Give one of the two another name, and the aliases that mean it.',
      });
    }
    this.anchors.set(anchor, { node: undefined, start });
  }

  private alias(name: string, start: number): YamlNode {
    const target = this.anchors.get(name);
    if (target === undefined) {
      throw new YamlError(`The alias "*${name}" has no anchor "&${name}" above it`, start, {
        hint: 'Put a value that starts with * into quotes, or define the anchor first.',
      });
    }
    if (target.node === undefined) {
      throw new YamlError(`The alias "*${name}" stands inside what it refers to`, start, {
        began: target.start,
      });
    }
    return target.node;
  }
}

function isPairLike(item: unknown): item is never {
  return typeof item !== 'object';
}

const STYLES: Readonly<Record<string, ScalarNode['style']>> = {
  QUOTE_DOUBLE: '"',
  QUOTE_SINGLE: "'",
  BLOCK_LITERAL: '|',
  BLOCK_FOLDED: '>',
};

function emptyScalar(offset: number): ScalarNode {
  return { kind: 'scalar', tag: `${TAG}null`, value: '', start: offset, end: offset, style: undefined };
}

/** Counts what the aliases stand for; a node that is reached twice is counted twice but visited once. */
function checkExpansion(root: YamlNode): void {
  const weights = new Map<YamlNode, number>();
  const weigh = (node: YamlNode): number => {
    const known = weights.get(node);
    if (known !== undefined) return known;
    let weight = 1;
    if (node.kind === 'sequence') for (const item of node.items) weight += weigh(item);
    if (node.kind === 'mapping') for (const [key, value] of node.pairs) weight += weigh(key) + weigh(value);
    if (weight > MAX_EXPANDED) {
      throw new YamlError(`Its aliases stand for more than ${MAX_EXPANDED} values`, node.start, {
        hint: 'No configuration needs that many; check what the anchors contain.',
      });
    }
    weights.set(node, weight);
    return weight;
  };
  weigh(root);
}

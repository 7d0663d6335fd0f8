/** Tokens to nodes: the grammar of YAML 1.1 as PyYAML applies it, anchors and aliases resolved. */
import { TAG, YamlError } from './nodes.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './nodes.ts';
import { resolvePlain } from './resolve.ts';
import { Scanner } from './scan.ts';
import { tokenName } from './tokens.ts';
import type { Token, TokenType } from './tokens.ts';

/** Deeper nesting than this is refused: no configuration has it, and it would exhaust the stack. */
const MAX_DEPTH = 200;
/** Nodes after every alias is replaced by what it stands for. */
const MAX_EXPANDED = 1_000_000;
// The Basic Multilingual Plane without controls and surrogates; pairs are checked on their own.
const NOT_PRINTABLE =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\ud800-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

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
  return new Composer(text).document();
}

interface Properties {
  anchor: string | undefined;
  tag: string | undefined;
  start: number;
  end: number;
}

interface Anchored {
  node: YamlNode;
  start: number;
  complete: boolean;
}

class Composer {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, Anchored>();
  private handles = new Map<string, string>();
  private depth = 0;
  /** Number of nodes an aliased node stands for. */
  private readonly weights = new Map<YamlNode, number>();
  private weight = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  document(): YamlNode | undefined {
    const { scanner } = this;
    if (this.sees('stream-end')) return undefined;
    let root: YamlNode;
    if (this.sees('directive', 'document-start')) {
      root = this.explicitDocument();
    } else {
      this.handles = new Map(DEFAULT_HANDLES);
      root = this.node(true, false);
    }
    while (this.sees('document-end')) scanner.next();
    if (!this.sees('stream-end')) {
      const second = scanner.peek().start;
      this.documentStart();
      throw new YamlError('Only one document is allowed in a configuration', second, {
        began: root.start,
        hint: 'Remove the second "---".',
      });
    }
    return root;
  }

  private explicitDocument(): YamlNode {
    this.documentStart();
    return this.sees('directive', 'document-start', 'document-end', 'stream-end')
      ? emptyScalar(this.scanner.peek().start)
      : this.node(true, false);
  }

  private documentStart(): void {
    const given = new Map<string, string>();
    let version = false;
    while (this.sees('directive')) {
      const token = this.scanner.next();
      const [first, second] = token.args ?? ['', ''];
      if (token.value === 'YAML') {
        if (version) throw new YamlError('A second %YAML line', token.start);
        if (first !== '1') throw new YamlError('Only YAML 1.x is understood', token.start);
        version = true;
      } else if (token.value === 'TAG') {
        if (given.has(first)) throw new YamlError(`A second %TAG line for ${first}`, token.start);
        given.set(first, second);
      }
    }
    this.handles = new Map([...DEFAULT_HANDLES, ...given]);
    const token = this.scanner.peek();
    if (token.type !== 'document-start') {
      throw new YamlError(`Unexpected ${tokenName(token)} after the end of the configuration`, token.start, {
        hint: 'Check the indentation: this line does not belong to what is above it.',
      });
    }
    this.scanner.next();
  }

  private sees(...types: TokenType[]): boolean {
    return types.includes(this.scanner.peek().type);
  }

  private node(block: boolean, indentless: boolean): YamlNode {
    if (this.sees('alias')) return this.alias(this.scanner.next());
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw new YamlError(`Nested more than ${MAX_DEPTH} levels deep`, this.scanner.peek().start);
    }
    const before = this.weight;
    this.count(1);
    const props = this.properties();
    const anchor = props.anchor;
    if (anchor !== undefined) {
      const first = this.anchors.get(anchor);
      if (first !== undefined) {
        throw new YamlError(`The anchor "${anchor}" is defined twice`, props.start, {
          began: first.start,
          hint: 'Give one of the two another name, and the aliases that mean it.',
        });
      }
    }
    const node = this.content(props, block, indentless, (started) => {
      if (anchor !== undefined)
        this.anchors.set(anchor, { node: started, start: props.start, complete: false });
    });
    if (anchor !== undefined) {
      this.anchors.set(anchor, { node, start: props.start, complete: true });
      this.weights.set(node, this.weight - before);
    }
    this.depth -= 1;
    return node;
  }

  private alias(token: Token): YamlNode {
    const target = this.anchors.get(token.value);
    if (target === undefined) {
      throw new YamlError(
        `The alias "*${token.value}" has no anchor "&${token.value}" above it`,
        token.start,
        {
          hint: 'Put a value that starts with * into quotes, or define the anchor first.',
        },
      );
    }
    if (!target.complete) {
      throw new YamlError(`The alias "*${token.value}" stands inside what it refers to`, token.start, {
        began: target.start,
      });
    }
    this.count(this.weights.get(target.node) ?? 1, token.start);
    return target.node;
  }

  private count(nodes: number, offset = 0): void {
    this.weight += nodes;
    if (this.weight > MAX_EXPANDED) {
      throw new YamlError(`Its aliases stand for more than ${MAX_EXPANDED} values`, offset, {
        hint: 'No configuration needs that many; check what the anchors contain.',
      });
    }
  }

  private properties(): Properties {
    let anchor: string | undefined;
    let tagToken: Token | undefined;
    let first: Token | undefined;
    let last: Token | undefined;
    for (let round = 0; round < 2; round += 1) {
      if (anchor === undefined && this.sees('anchor')) {
        last = this.scanner.next();
        anchor = last.value;
      } else if (tagToken === undefined && this.sees('tag')) {
        last = this.scanner.next();
        tagToken = last;
      } else break;
      first ??= last;
    }
    const next = this.scanner.peek().start;
    return {
      anchor,
      tag: tagToken === undefined ? undefined : this.tag(tagToken),
      start: first?.start ?? next,
      end: last?.end ?? next,
    };
  }

  private tag(token: Token): string {
    if (token.style === undefined) return token.value;
    const prefix = this.handles.get(token.style);
    if (prefix === undefined)
      throw new YamlError(`The tag handle ${token.style} is not defined`, token.start);
    return prefix + token.value;
  }

  private content(
    props: Properties,
    block: boolean,
    indentless: boolean,
    started: (node: YamlNode) => void,
  ): YamlNode {
    const { scanner } = this;
    const token = scanner.peek();
    const tag = props.tag === '!' ? undefined : props.tag;
    if (token.type === 'scalar') {
      scanner.next();
      return scalarOf(token, props, tag);
    }
    if (token.type === 'flow-sequence-start' || token.type === 'flow-mapping-start') {
      scanner.next();
      return token.type === 'flow-sequence-start'
        ? this.flowSequence(sequence(tag, props.start, true), token, started)
        : this.flowMapping(mapping(tag, props.start, true), token, started);
    }
    if (indentless && token.type === 'block-entry') {
      return this.indentlessSequence(sequence(tag, props.start, false), started);
    }
    if (block && token.type === 'block-sequence-start') {
      scanner.next();
      return this.blockSequence(sequence(tag, props.start, false), token, started);
    }
    if (block && token.type === 'block-mapping-start') {
      scanner.next();
      return this.blockMapping(mapping(tag, props.start, false), token, started);
    }
    if (props.anchor !== undefined || props.tag !== undefined) {
      return { ...emptyScalar(props.start), end: props.end, tag: tag ?? `${TAG}null` };
    }
    throw new YamlError(`A value is expected here, not ${tokenName(token)}`, token.start, {
      began: props.start,
      ...(token.type === 'block-entry' ? { hint: 'Check the indentation of this list.' } : {}),
    });
  }

  private blockSequence(node: SequenceNode, open: Token, started: (node: YamlNode) => void): SequenceNode {
    started(node);
    while (this.sees('block-entry')) {
      const dash = this.scanner.next();
      node.items.push(this.sees('block-entry', 'block-end') ? this.empty(dash.end) : this.node(true, false));
    }
    node.end = this.blockEnd('list', open);
    return node;
  }

  private indentlessSequence(node: SequenceNode, started: (node: YamlNode) => void): SequenceNode {
    started(node);
    while (this.sees('block-entry')) {
      const dash = this.scanner.next();
      const isEmpty = this.sees('block-entry', 'key', 'value', 'block-end');
      node.items.push(isEmpty ? this.empty(dash.end) : this.node(true, false));
    }
    node.end = this.scanner.peek().start;
    return node;
  }

  private blockMapping(node: MappingNode, open: Token, started: (node: YamlNode) => void): MappingNode {
    started(node);
    while (this.sees('key')) {
      const { end } = this.scanner.next();
      const key = this.sees('key', 'value', 'block-end') ? this.empty(end) : this.node(true, true);
      node.pairs.push([key, this.blockValue()]);
    }
    node.end = this.blockEnd('mapping', open);
    return node;
  }

  private blockValue(): YamlNode {
    if (!this.sees('value')) return this.empty(this.scanner.peek().start);
    const { end } = this.scanner.next();
    return this.sees('key', 'value', 'block-end') ? this.empty(end) : this.node(true, true);
  }

  private blockEnd(what: string, open: Token): number {
    const token = this.scanner.peek();
    if (token.type !== 'block-end') {
      throw new YamlError(
        `This line does not belong to the ${what} it stands in: unexpected ${tokenName(token)}`,
        token.start,
        {
          began: open.start,
          hint: 'Check its indentation: entries of one list or mapping start in the same column.',
        },
      );
    }
    return this.scanner.next().end;
  }

  private flowSequence(node: SequenceNode, open: Token, started: (node: YamlNode) => void): SequenceNode {
    started(node);
    while (!this.sees('flow-sequence-end')) {
      if (node.items.length > 0) {
        this.comma(open, 'list', ']');
        if (this.sees('flow-sequence-end')) break;
      }
      node.items.push(this.sees('key') ? this.flowPair() : this.node(false, false));
    }
    node.end = this.scanner.next().end;
    return node;
  }

  /** `[a: b]`: a list with a mapping of one key. */
  private flowPair(): MappingNode {
    const open = this.scanner.next();
    const node = mapping(undefined, open.start, true);
    this.count(1, open.start);
    const key = this.sees('value', 'flow-entry', 'flow-sequence-end')
      ? this.empty(open.end)
      : this.node(false, false);
    node.pairs.push([key, this.flowValue('flow-sequence-end')]);
    node.end = this.scanner.peek().start;
    return node;
  }

  private flowMapping(node: MappingNode, open: Token, started: (node: YamlNode) => void): MappingNode {
    started(node);
    while (!this.sees('flow-mapping-end')) {
      if (node.pairs.length > 0) {
        this.comma(open, 'mapping', '}');
        if (this.sees('flow-mapping-end')) break;
      }
      if (this.sees('key')) {
        const { end } = this.scanner.next();
        const key = this.sees('value', 'flow-entry', 'flow-mapping-end')
          ? this.empty(end)
          : this.node(false, false);
        node.pairs.push([key, this.flowValue('flow-mapping-end')]);
      } else {
        node.pairs.push([this.node(false, false), this.empty(this.scanner.peek().start)]);
      }
    }
    node.end = this.scanner.next().end;
    return node;
  }

  private flowValue(close: TokenType): YamlNode {
    if (!this.sees('value')) return this.empty(this.scanner.peek().start);
    const { end } = this.scanner.next();
    return this.sees('flow-entry', close) ? this.empty(end) : this.node(false, false);
  }

  private comma(open: Token, what: string, close: string): void {
    const token = this.scanner.peek();
    if (token.type !== 'flow-entry') {
      throw new YamlError(
        `A "," or "${close}" is expected in this ${what}, not ${tokenName(token)}`,
        token.start,
        {
          began: open.start,
          hint: `Close the ${what} with "${close}", or put a value with special characters into quotes.`,
        },
      );
    }
    this.scanner.next();
  }

  private empty(offset: number): ScalarNode {
    this.count(1, offset);
    return emptyScalar(offset);
  }
}

const DEFAULT_HANDLES: readonly [string, string][] = [
  ['!', '!'],
  ['!!', TAG],
];

function scalarOf(token: Token, props: Properties, tag: string | undefined): ScalarNode {
  const style = token.style as ScalarNode['style'];
  const implicit = style === undefined || props.tag === '!';
  return {
    kind: 'scalar',
    tag: tag ?? (implicit ? resolvePlain(token.value) : `${TAG}str`),
    value: token.value,
    start: props.start,
    end: token.end,
    style,
  };
}

function emptyScalar(offset: number): ScalarNode {
  return { kind: 'scalar', tag: `${TAG}null`, value: '', start: offset, end: offset, style: undefined };
}

function sequence(tag: string | undefined, start: number, flow: boolean): SequenceNode {
  return { kind: 'sequence', tag: tag ?? `${TAG}seq`, items: [], start, end: start, flow };
}

function mapping(tag: string | undefined, start: number, flow: boolean): MappingNode {
  return { kind: 'mapping', tag: tag ?? `${TAG}map`, pairs: [], start, end: start, flow };
}

/** Nodes to plain data, and the view of a mapping that keeps where each key and value stands. */
import { TAG, YamlError } from './nodes.ts';
import type { MappingNode, YamlNode } from './nodes.ts';
import { scalarValue } from './resolve.ts';

export type YamlKey = string | number | boolean | null;

/** One key of a mapping with its value. */
export interface Entry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface Duplicate {
  /** The key that loses. */
  readonly first: YamlNode;
  readonly second: YamlNode;
}

/**
 * Reads nodes as PyYAML's safe constructor does: merge keys (`<<`) are followed, of two equal keys the later wins.
 * Every answer is remembered, so that what an alias repeats is read once.
 */
export class Reader {
  private readonly entryMaps = new Map<MappingNode, Map<YamlKey, Entry>>();
  private readonly values = new Map<YamlNode, unknown>();
  /** Keys that occur twice in one mapping. */
  readonly duplicates: Duplicate[] = [];

  /** Reads everything below a node once, so that whatever cannot be read is found. @throws YamlError */
  check(node: YamlNode): void {
    this.data(node);
  }

  /** The keys of a mapping, merged ones included. @throws YamlError */
  entries(node: MappingNode): Map<YamlKey, Entry> {
    const known = this.entryMaps.get(node);
    if (known !== undefined) return known;
    const merged = new Map<YamlKey, Entry>();
    const own = new Map<YamlKey, Entry>();
    for (const [key, value] of node.pairs) {
      if (key.kind === 'scalar' && key.tag === `${TAG}merge`) {
        for (const source of this.mergeSources(value)) {
          for (const [name, entry] of this.entries(source)) merged.set(name, entry);
        }
        continue;
      }
      const name = this.key(key);
      const first = own.get(name);
      if (first !== undefined) this.duplicates.push({ first: first.key, second: key });
      own.set(name, { key, value });
    }
    for (const [name, entry] of own) merged.set(name, entry);
    this.entryMaps.set(node, merged);
    return merged;
  }

  /** The value of a node as JSON has it. The same node gives the same object: do not change it. @throws YamlError */
  data(node: YamlNode): unknown {
    if (this.values.has(node)) return this.values.get(node);
    const value = this.construct(node);
    this.values.set(node, value);
    return value;
  }

  private construct(node: YamlNode): unknown {
    if (node.kind === 'scalar') {
      const value = scalarValue(node.tag, node.value);
      if (value === undefined) throw this.unreadable(node, node.value);
      return value;
    }
    if (node.tag !== `${TAG}${node.kind === 'sequence' ? 'seq' : 'map'}`) throw this.unreadable(node, '');
    if (node.kind === 'sequence') return node.items.map((item) => this.data(item));
    const object: Record<string, unknown> = {};
    for (const [name, entry] of this.entries(node)) setOwn(object, String(name), this.data(entry.value));
    return object;
  }

  private key(node: YamlNode): YamlKey {
    if (node.kind !== 'scalar') {
      throw new YamlError('A key cannot be a list or a mapping', node.start, {
        hint: 'Put a key that starts with [ or { into quotes.',
      });
    }
    // PyYAML reads the key "=" as text, though not the value "=".
    if (node.tag === `${TAG}value`) return node.value;
    const value = scalarValue(node.tag, node.value);
    if (value === undefined) throw this.unreadable(node, node.value);
    return value;
  }

  /** What a `<<` stands for, those that win last. */
  private mergeSources(value: YamlNode): MappingNode[] {
    if (value.kind === 'mapping') return [value];
    const sources: MappingNode[] = [];
    for (const item of value.kind === 'sequence' ? value.items : [value]) {
      if (item.kind !== 'mapping') {
        throw new YamlError('"<<" merges a mapping or a list of mappings', item.start, {
          hint: 'Let it refer to the anchor of a mapping: "<<: *name".',
        });
      }
      sources.unshift(item);
    }
    return sources;
  }

  private unreadable(node: YamlNode, text: string): YamlError {
    const type = node.tag.startsWith(TAG) ? node.tag.slice(TAG.length) : undefined;
    if (type === 'timestamp') {
      return new YamlError(`"${text}" is read as a date`, node.start, {
        hint: `Put it into quotes: "${text}".`,
      });
    }
    if (type === 'value' || type === 'merge') {
      return new YamlError(`"${text}" has a meaning of its own in YAML`, node.start, {
        hint: `Put it into quotes: "${text}".`,
      });
    }
    if (type === 'int' || type === 'float' || type === 'bool') {
      return new YamlError(`"${text}" is no ${type === 'bool' ? 'truth value' : 'number'}`, node.start, {
        hint: 'Put it into quotes if it is a text.',
      });
    }
    const tag = type === undefined ? node.tag : `!!${type}`;
    return new YamlError(`The tag ${tag} cannot be used here`, node.start, {
      hint: 'Put a value that starts with ! into quotes, or remove the tag.',
    });
  }
}

/** Sets a property even if it is called `__proto__`. */
export function setOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A node for a value that stands in no file, such as a default. */
export function nodeOf(value: unknown): YamlNode {
  if (Array.isArray(value)) {
    return { kind: 'sequence', tag: `${TAG}seq`, items: value.map(nodeOf), start: -1, end: -1, flow: true };
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, item]): [YamlNode, YamlNode] => [
      nodeOf(key),
      nodeOf(item),
    ]);
    return { kind: 'mapping', tag: `${TAG}map`, pairs, start: -1, end: -1, flow: true };
  }
  const type =
    value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'int' : 'str';
  return { kind: 'scalar', tag: TAG + type, value: String(value), start: -1, end: -1, style: undefined };
}

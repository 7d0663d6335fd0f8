/** One level of the configuration: its keys, each with its place. */
import { joinPath } from './problems.ts';
import { badKey } from './value-context.ts';
import type { ValueContext } from './value-context.ts';
import type { MappingNode, YamlNode } from './yaml/index.ts';

/** A key's value and where it stands. */
export interface Located {
  /** The key; absent for a default. */
  readonly key: YamlNode | undefined;
  readonly value: YamlNode;
  /** Path in the file: `packages.a.specfile_path`. */
  readonly path: string;
  /** Why it has this value, if it is not from the file. */
  readonly origin?: string;
  /** The mapping it stands in. */
  readonly parent?: MappingNode;
}

export type Layer = Map<string, Located>;

/** The keys of a mapping with their places. */
export function layerOf(node: MappingNode, path: string, context: ValueContext): Layer {
  const layer: Layer = new Map();
  for (const [name, entry] of context.reader.entries(node)) {
    if (typeof name !== 'string') {
      badKey(entry.key, path, context);
      continue;
    }
    layer.set(name, { key: entry.key, value: entry.value, path: joinPath(path, name), parent: node });
  }
  return layer;
}

/** False, 0, nothing, an empty text, list or mapping: what Python takes for false. */
export function isFalsy(node: YamlNode, context: ValueContext): boolean {
  if (node.kind === 'sequence') return node.items.length === 0;
  if (node.kind === 'mapping') return context.reader.entries(node).size === 0;
  const value = context.reader.data(node);
  return value === null || value === false || value === 0 || value === '';
}

export { composeYaml } from './compose.ts';
export { composeKept } from './kept.ts';
export { nodeOf, Reader, setOwn } from './construct.ts';
export type { Duplicate, Entry, YamlKey } from './construct.ts';
export { YamlError } from './nodes.ts';
export type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './nodes.ts';

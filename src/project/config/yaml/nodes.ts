/** What a YAML text is made of. Positions are offsets into the text; -1 marks a node that is in no file. */

export interface ScalarNode {
  readonly kind: 'scalar';
  /** Full tag: `tag:yaml.org,2002:str`. */
  tag: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Undefined for a plain scalar. */
  readonly style: '"' | "'" | '|' | '>' | undefined;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly tag: string;
  readonly items: YamlNode[];
  readonly start: number;
  end: number;
  readonly flow: boolean;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly tag: string;
  readonly pairs: [key: YamlNode, value: YamlNode][];
  readonly start: number;
  end: number;
  readonly flow: boolean;
}

export type YamlNode = ScalarNode | SequenceNode | MappingNode;

export const TAG = 'tag:yaml.org,2002:';

/** The text is not YAML, or not YAML the way the reference's loader reads it. */
export class YamlError extends Error {
  /** Where the problem is. */
  readonly offset: number;
  /** Where that began: the start of an unclosed bracket, the first of two anchors. */
  readonly began: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, offset: number, more: { began?: number; hint?: string } = {}) {
    super(message);
    this.name = 'YamlError';
    this.offset = offset;
    this.began = more.began;
    this.hint = more.hint;
  }
}

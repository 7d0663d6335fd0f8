/**
 * Fits a new value into the shape of an old one: the macros and literals the old value is made of
 * become groups of a pattern, and what a group matches becomes the new body of that macro.
 */
import type { DefinitionToken } from './lexer.ts';
import type { Evaluation, Tag } from './types.ts';
import { buildShape } from './value-shape.ts';
import { parseValue, type ValueNode } from './value.ts';

/** A macro definition or tag that may change. */
export interface Entity {
  readonly name: string;
  value: string;
  readonly isMacro: boolean;
  readonly position: number;
  /** Commented out, or a body that is empty: switching it on is a change, too. */
  readonly disabled: boolean;
  locked: boolean;
  updated: boolean;
  flipPending: boolean;
  readonly target: DefinitionToken | Tag;
}

/** The value to write; entities it is built from are changed in place. */
export function updateValue(
  entities: Entity[],
  request: { value: string; wanted: string; position: number },
  evaluation: Evaluation,
): string {
  const { value, wanted, position } = request;
  if (value === wanted) return wanted;
  const above = entities.filter((entity) => entity.position < position);
  const modifiable = new Set<string>();
  for (const entity of above) {
    if (!entity.flipPending || entity.disabled) modifiable.add(entity.name);
    // rpm defines %{version} and %{VERSION} from a tag.
    if (!entity.isMacro) modifiable.add(entity.name.toUpperCase());
  }
  const flippable = new Set(
    above.filter((entity) => entity.isMacro && !entity.flipPending).map((entity) => entity.name),
  );
  // What rpm could not tell is read from the text: a definition that is not commented out, or a tag.
  const isDefined = (name: string): boolean => {
    const known = evaluation.values.get(`%{?${name}:1}`);
    return known === undefined
      ? above.some((entity) => isNamed(entity, name) && !entity.disabled)
      : known !== '';
  };
  // If it does not fit with definitions switched on or off, try with all of them as they are.
  for (const candidates of [flippable, new Set<string>()]) {
    const shape = buildShape(value, { modifiable, flippable: candidates, evaluation, isDefined });
    const groups = shape?.pattern.exec(wanted)?.groups;
    if (!shape || !groups) continue;
    for (const name of shape.macros) {
      const part = groups[name] ?? '';
      const entity = above.findLast((candidate) => isNamed(candidate, name));
      // Neither loop nor let a macro refer to itself.
      if (!entity || entity.locked || refersTo(entity, part)) return wanted;
      entity.locked = true;
      entity.value = updateValue(
        entities,
        { value: entity.value, wanted: part, position: entity.position },
        evaluation,
      );
      entity.locked = false;
      entity.updated = true;
    }
    for (const entity of above) if (shape.flipped.has(entity.name)) entity.flipPending = true;
    return shape.render(groups);
  }
  return wanted;
}

function isNamed(entity: Entity, name: string): boolean {
  return entity.isMacro ? entity.name === name : entity.name === name.toLowerCase();
}

function refersTo(entity: Entity, value: string): boolean {
  const visit = (nodes: readonly ValueNode[]): boolean =>
    nodes.some(
      (node) =>
        ((node.type === 'macro' || node.type === 'conditional') && isNamed(entity, node.name)) ||
        (node.type === 'conditional' && visit(node.body)),
    );
  return visit(parseValue(value) ?? []);
}

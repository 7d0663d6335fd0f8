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
  readonly commentedOut: boolean;
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
      const entity = effective(above, name);
      // Neither loop nor let a macro refer to itself.
      if (!entity || entity.locked || refersTo(entity, part)) return wanted;
      // A definition that is commented out gives no value, whatever is written into it.
      if (entity.commentedOut && !shape.flipped.has(name)) return wanted;
      entity.locked = true;
      entity.value = updateValue(
        entities,
        { value: entity.value, wanted: part, position: entity.position },
        evaluation,
      );
      entity.locked = false;
      entity.updated = true;
    }
    for (const name of shape.flipped) for (const entity of switched(above, name)) entity.flipPending = true;
    return shape.render(groups);
  }
  return wanted;
}

/** The definition that counts: the last one, and one that is commented out only where there is no other. */
function effective(entities: readonly Entity[], name: string): Entity | undefined {
  const named = entities.filter((entity) => isNamed(entity, name));
  return named.findLast(({ commentedOut }) => !commentedOut) ?? named.at(-1);
}

/** What has to be switched for a macro to be defined, or not to be: all that define it, or one that could. */
function switched(entities: readonly Entity[], name: string): readonly Entity[] {
  const named = entities.filter((entity) => entity.isMacro && entity.name === name);
  const on = named.filter(({ disabled }) => !disabled);
  return on.length > 0 ? on : named.slice(-1);
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

import { conditionReader } from './condition-lines.ts';
import { endsWithBackslash, inBlock, inDefinition, lex } from './lexer.ts';
import { perDocument } from './memo.ts';
import type { Branch, Condition, SpecDocument } from './types.ts';

interface Conditions {
  readonly list: readonly Condition[];
  readonly branches: readonly Branch[];
  /** The innermost branch of each line; -1 outside of conditions. */
  readonly branchOf: Int32Array;
  readonly byMacro: boolean;
}

interface OpenCondition {
  line: number;
  parent: number | undefined;
  branches: { index: number; keyword: string; expression: string; line: number; start: number }[];
  ends: number[];
}

/** The `%if` ... `%endif` of a spec in the order of their `%if`, also those within others. */
export function conditions(doc: SpecDocument): readonly Condition[] {
  return readConditions(doc).list;
}

/** All branches; a branch's `index` is its place here. */
export function branches(doc: SpecDocument): readonly Branch[] {
  return readConditions(doc).branches;
}

/** The index of the innermost branch a line stands in. */
export function branchOf(doc: SpecDocument, line: number): number | undefined {
  const index = readConditions(doc).branchOf[line] ?? -1;
  return index < 0 ? undefined : index;
}

/** True if a condition of the spec is opened or closed by a macro: the text then does not tell which branch a line is in. */
export function hasMacroConditions(doc: SpecDocument): boolean {
  return readConditions(doc).byMacro;
}

const readConditions: (doc: SpecDocument) => Conditions = perDocument((doc) => {
  const lexed = lex(doc);
  const { lines } = doc;
  const branchOfLine = new Int32Array(lines.length).fill(-1);
  const closed: Condition[] = [];
  const stack: OpenCondition[] = [];
  const read = conditionReader(doc);
  let nextIndex = 0;
  let byMacro = false;
  const current = (): number => stack.at(-1)?.branches.at(-1)?.index ?? -1;

  for (let i = 0; i < lines.length; i++) {
    branchOfLine[i] = current();
    const line = lines[i] ?? '';
    if (!line.includes('%')) continue;
    const found = read(line);
    if (found === undefined || inDefinition(lexed, i) || inBlock(lexed, i)) continue;
    const { keyword, kind } = found;
    byMacro ||= found.byMacro;
    const opening = kind === 'open';
    const top = stack.at(-1);
    if (!opening && !top) {
      // What it closes was opened by a macro that the spec does not define.
      byMacro = true;
      continue;
    }
    const header = i;
    let { expression } = found;
    if (opening || keyword.startsWith('%elif')) {
      while (endsWithBackslash(expression) && i + 1 < lines.length) {
        i += 1;
        branchOfLine[i] = branchOfLine[header] ?? -1;
        expression = expression.slice(0, -1) + (lines[i] ?? '');
      }
    }
    if (!opening) top?.ends.push(header);
    if (kind === 'close' && top) {
      stack.pop();
      branchOfLine[header] = top.parent ?? -1;
      closed.push(close(top, i + 1));
      continue;
    }
    const branch = { index: nextIndex++, keyword, expression: expression.trim(), line: header, start: i + 1 };
    if (opening) {
      const parent = current();
      stack.push({ line: header, parent: parent < 0 ? undefined : parent, branches: [branch], ends: [] });
    } else if (top) {
      for (let at = header; at <= i; at++) branchOfLine[at] = top.parent ?? -1;
      top.branches.push(branch);
    }
  }
  for (const open of stack.toReversed()) {
    open.ends.push(lines.length);
    closed.push(close(open, lines.length));
  }
  const list = closed.sort((a, b) => a.line - b.line);
  const all = list.flatMap((condition) => condition.branches).sort((a, b) => a.index - b.index);
  return { list, branches: all, branchOf: branchOfLine, byMacro };
});

function close(open: OpenCondition, end: number): Condition {
  return {
    line: open.line,
    end,
    parent: open.parent,
    branches: open.branches.map((branch, i) => ({
      index: branch.index,
      keyword: branch.keyword,
      expression: branch.expression,
      line: branch.line,
      content: { start: branch.start, end: open.ends[i] ?? end },
    })),
  };
}

/** Texts, truth values, numbers and words from a list: what marshmallow makes of them. */
import { didYouMean } from './suggest.ts';
import { describe, INVALID, lastKey, wrongType } from './value-context.ts';
import type { Converted, ValueContext } from './value-context.ts';
import type { YamlNode } from './yaml/index.ts';

/** A text; a number or a truth value is none, and is told to be quoted. */
export function stringValue(
  node: YamlNode,
  path: string,
  context: ValueContext,
  check?: 'file-name' | 'specifiers',
): Converted<string> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (typeof value !== 'string') {
    const quote =
      node.kind === 'scalar' && value !== null ? `Put it into quotes: "${node.value}".` : undefined;
    return wrongType(node, path, 'a text', context, quote);
  }
  if (value.includes('\0')) {
    context.problems.error('CONFIG_VALUE', `${lastKey(path)} holds a NUL character`, {
      path,
      node,
      hint: 'Neither a file name nor a command can hold one: remove it.',
    });
    return INVALID;
  }
  if (check === 'file-name' && /[/\0]/.test(value)) {
    context.problems.error('CONFIG_VALUE', `${lastKey(path)} must not contain a slash`, {
      path,
      node,
      hint: 'It is the name of the repository or archive, without owner and directory.',
    });
    return INVALID;
  }
  if (check === 'specifiers' && !isSpecifierSet(value)) {
    context.problems.error('CONFIG_VALUE', `"${value}" is not a list of version specifiers`, {
      path,
      node,
      hint: 'Write comparisons as PEP 440 has them, with commas between: ">=1.0, <2.0" or "~=1.4.2".',
    });
    return INVALID;
  }
  return value;
}

// PEP 440 as the `packaging` library reads it.
const PRE = '(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?';
const POST = '(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?';
const DEV = '(?:[-_.]?dev[-_.]?[0-9]*)?';
const LOCAL = '(?:\\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?';
const RELEASE = 'v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)*';
const SPECIFIER = new RegExp(
  `^(?:===\\s*[^\\s;)]*|(?:==|!=)\\s*${RELEASE}(?:\\.\\*|${PRE}${POST}${DEV}${LOCAL})|` +
    `~=\\s*v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)+${PRE}${POST}${DEV}|(?:<=|>=|<|>)\\s*${RELEASE}${PRE}${POST}${DEV})$`,
  'i',
);

function isSpecifierSet(text: string): boolean {
  const clauses = text.split(',').map((clause) => clause.trim());
  return clauses.every((clause) => clause === '' || SPECIFIER.test(clause));
}

const TRUE = new Set([
  't',
  'T',
  'true',
  'True',
  'TRUE',
  'on',
  'On',
  'ON',
  'y',
  'Y',
  'yes',
  'Yes',
  'YES',
  '1',
]);
const FALSE = new Set([
  'f',
  'F',
  'false',
  'False',
  'FALSE',
  'off',
  'Off',
  'OFF',
  'n',
  'N',
  'no',
  'No',
  'NO',
  '0',
]);

export function booleanValue(node: YamlNode, path: string, context: ValueContext): Converted<boolean> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (value === true || value === 1 || (typeof value === 'string' && TRUE.has(value))) return true;
  if (value === false || value === 0 || (typeof value === 'string' && FALSE.has(value))) return false;
  return wrongType(node, path, 'true or false', context);
}

export function integerValue(
  type: { readonly minimum?: number },
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<number> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  let number = Number.NaN;
  if (typeof value === 'number') number = Math.trunc(value);
  else if (typeof value === 'string' && /^\s*[+-]?[0-9]+(?:_[0-9]+)*\s*$/.test(value)) {
    number = Number(value.replaceAll('_', ''));
  }
  if (!Number.isFinite(number)) return wrongType(node, path, 'a whole number', context);
  if (type.minimum !== undefined && number < type.minimum) {
    return wrongType(node, path, `${type.minimum} or more`, context);
  }
  return number;
}

export function enumValue(
  {
    values,
    renamed = {},
  }: { readonly values: readonly string[]; readonly renamed?: Readonly<Record<string, string>> },
  node: YamlNode,
  path: string,
  context: ValueContext,
): Converted<string> {
  const value = node.kind === 'scalar' ? context.reader.data(node) : undefined;
  if (typeof value === 'string' && values.includes(value)) return value;
  if (typeof value === 'boolean' && node.kind === 'scalar' && values.includes(node.value)) {
    context.problems.error('CONFIG_TYPE', `${node.value} without quotes is a truth value in YAML`, {
      path,
      node,
      hint: `Put it into quotes: "${node.value}".`,
      fix: { kind: 'replace', node, text: `"${node.value}"` },
    });
    return INVALID;
  }
  const now = typeof value === 'string' && Object.hasOwn(renamed, value) ? renamed[value] : undefined;
  if (now !== undefined) {
    context.problems.error(
      'CONFIG_RENAMED_VALUE',
      `${lastKey(path)} "${String(value)}" is called ${now} now`,
      {
        path,
        node,
        hint: `Write ${now}.`,
        fix: { kind: 'replace', node, text: now },
      },
    );
    return INVALID;
  }
  const found = typeof value === 'string' ? `"${value}"` : describe(node, context);
  const hint = typeof value === 'string' ? didYouMean(value, values) : `Allowed: ${values.join(', ')}.`;
  context.problems.error('CONFIG_VALUE', `${lastKey(path)} cannot be ${found}`, { path, node, hint });
  return INVALID;
}

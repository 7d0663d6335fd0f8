import { PackitError } from '../../errors.ts';

/**
 * Fills `{name}` fields as Python's `str.format` does; `{{` and `}}` are braces.
 * @throws PackitError `TEMPLATE_INVALID` for a field that does not exist or a brace without its partner
 */
export function formatTemplate(
  template: string,
  fields: Readonly<Record<string, string>>,
  key: string,
): string {
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (found: string, name: string | undefined) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    const value = name === undefined ? undefined : fields[name];
    if (value !== undefined) return value;
    const problem = name === undefined ? `a single "${found}"` : `unknown field "{${name}}"`;
    throw new PackitError('TEMPLATE_INVALID', `${key} "${template}" cannot be filled in: ${problem}`, {
      hint: `Change ${key}; it may use ${Object.keys(fields)
        .map((field) => `{${field}}`)
        .join(', ')}.`,
    });
  });
}

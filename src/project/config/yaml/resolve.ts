/** Which type a plain scalar has: YAML 1.1's rules, as PyYAML's resolver and constructor apply them. */
import { TAG } from './nodes.ts';

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TIMESTAMP =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/;

/** The tag of a plain scalar. `version: 1.10` is a float: a value that is a version wants quotes. */
export function resolvePlain(value: string): string {
  const first = value.charAt(0);
  // Most scalars are words: do not try seven patterns on them.
  if (/[0-9.+-]/.test(first)) {
    if (FLOAT.test(value)) return `${TAG}float`;
    if (INT.test(value)) return `${TAG}int`;
    if (TIMESTAMP.test(value)) return `${TAG}timestamp`;
  } else if (value.length < 6) {
    if (BOOL.test(value)) return `${TAG}bool`;
    if (NULL.test(value)) return `${TAG}null`;
    if (value === '<<') return `${TAG}merge`;
    if (value === '=') return `${TAG}value`;
  }
  return `${TAG}str`;
}

/** The value of a scalar of one of the core tags; undefined if it is not one. */
export function scalarValue(tag: string, value: string): string | number | boolean | null | undefined {
  switch (tag) {
    case `${TAG}str`:
      return value;
    case `${TAG}null`:
      return null;
    case `${TAG}bool`:
      return BOOL_VALUES[value.toLowerCase()];
    case `${TAG}int`:
      return intValue(value.replaceAll('_', ''));
    case `${TAG}float`:
      return floatValue(value.replaceAll('_', '').toLowerCase());
  }
  return undefined;
}

const BOOL_VALUES: Record<string, boolean> = {
  yes: true,
  no: false,
  true: true,
  false: false,
  on: true,
  off: false,
};

function intValue(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  let value: number;
  if (digits.startsWith('0b')) value = /^0b[01]+$/.test(digits) ? Number(digits) : Number.NaN;
  else if (digits.startsWith('0x')) value = /^0x[0-9a-f]+$/i.test(digits) ? Number(digits) : Number.NaN;
  else if (digits.includes(':')) value = sexagesimal(digits);
  else if (digits.startsWith('0') && digits !== '0') {
    value = /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  } else value = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isNaN(value) ? undefined : value * sign + 0;
}

function floatValue(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  if (digits.includes(':')) return sign * sexagesimal(digits);
  const value = digits === '' || digits === '.' ? Number.NaN : Number(digits);
  return Number.isNaN(value) ? undefined : sign * value;
}

/** `1:30:00`: base 60, as YAML 1.1 has it. */
function sexagesimal(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** XML-RPC as a Koji hub speaks it: the standard's values, `nil` and `i8` both ways, times as plain texts. */
import { DOMParser } from '@xmldom/xmldom';
import type { Element } from '@xmldom/xmldom';
import { PackitError, ServiceError } from '../../errors.ts';

/** A whole number is an `int` or `i8`, any other a `double`; `undefined` in a struct is left out. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** What the server says instead of an answer. `text` may be a whole Python traceback. */
export interface Fault {
  code: number;
  text: string;
}

export type Reply = { value: Value } | { fault: Fault };

/** A call's document, UTF-8. Keyword arguments are one last struct with a mark, as Koji's own clients send them. */
export function encodeCall(
  method: string,
  args: readonly Value[],
  keywords: Readonly<Record<string, Value | undefined>> = {},
): string {
  const named = Object.values(keywords).some((value) => value !== undefined);
  const all: readonly Value[] = named ? [...args, { ...keywords, __starstar: true }] : args;
  const parameters = all.map((value) => `<param><value>${encode(value)}</value></param>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<methodCall><methodName>${escape(method)}</methodName><params>${parameters}</params></methodCall>\n`;
}

const INT = 2 ** 31;

function encode(value: Value): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'bigint') return `<i8>${value}</i8>`;
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') return `<string>${escape(value)}</string>`;
  if (value instanceof Uint8Array) return `<base64>${Buffer.from(value).toString('base64')}</base64>`;
  if (isList(value)) {
    return `<array><data>${value.map((one) => `<value>${encode(one)}</value>`).join('')}</data></array>`;
  }
  const members = Object.entries(value).flatMap(([name, one]) =>
    one === undefined ? [] : [`<member><name>${escape(name)}</name><value>${encode(one)}</value></member>`],
  );
  return `<struct>${members.join('')}</struct>`;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`XML-RPC has no ${value}`);
  if (!Number.isSafeInteger(value)) return `<double>${value}</double>`;
  return value >= -INT && value < INT ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** @throws PackitError `XMLRPC_TEXT` for characters no XML document can hold */
function escape(text: string): string {
  const bad = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (bad !== null) {
    const code = bad[0].codePointAt(0)?.toString(16) ?? '';
    throw new PackitError('XMLRPC_TEXT', `Koji cannot be sent the character U+${code.padStart(4, '0')}`, {
      hint: 'Take the control character out of the text.',
    });
  }
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/**
 * Reads a `methodResponse`. Whole numbers are numbers where they fit, else bigints; `dateTime.iso8601` stays a text.
 * @throws ServiceError `KOJI_ANSWER` if it is none
 */
export function decodeReply(text: string): Reply {
  try {
    const document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    }).parseFromString(text, 'text/xml');
    const root = document.documentElement;
    if (root === null || root.nodeName !== 'methodResponse') throw new Error('no methodResponse');
    const [body] = elements(root);
    if (body?.nodeName === 'fault') return { fault: faultOf(decode(only(body, 'value'))) };
    if (body?.nodeName !== 'params') throw new Error('neither params nor fault');
    return { value: decode(only(only(body, 'param'), 'value')) };
  } catch (error) {
    throw new ServiceError(
      'KOJI_ANSWER',
      'The answer is no XML-RPC: this is not a Koji hub, or it is out of order',
      {
        details: text.trim().split('\n').slice(0, 5),
        hint: 'Check the address of the hub (PACKIT_KOJI_URL), and try again later.',
        cause: error,
      },
    );
  }
}

function faultOf(value: Value): Fault {
  const { faultCode, faultString } = value as { faultCode?: unknown; faultString?: unknown };
  if (typeof faultCode !== 'number') throw new Error('a fault without a code');
  return { code: faultCode, text: typeof faultString === 'string' ? faultString : '' };
}

function decode(value: Element): Value {
  const [typed] = elements(value);
  const text = value.textContent ?? '';
  if (typed === undefined) return text;
  const word = text.trim();
  switch (typed.nodeName.replace(/^ex:/, '')) {
    case 'string':
    case 'dateTime.iso8601':
      return typed.textContent ?? '';
    case 'int':
    case 'i1':
    case 'i2':
    case 'i4':
    case 'i8':
    case 'biginteger': {
      if (!/^[+-]?\d+$/.test(word)) throw new Error(`${word} is no whole number`);
      return Number.isSafeInteger(Number(word)) ? Number(word) : BigInt(word.replace(/^\+/, ''));
    }
    case 'double':
    case 'float': {
      const number = Number(word);
      if (word === '' || Number.isNaN(number)) throw new Error(`${word} is no number`);
      return number;
    }
    case 'boolean':
      if (word !== '0' && word !== '1') throw new Error(`${word} is no boolean`);
      return word === '1';
    case 'nil':
      return null;
    case 'base64':
      return new Uint8Array(Buffer.from(word, 'base64'));
    case 'array':
      return elements(only(typed, 'data')).map(decode);
    case 'struct':
      return Object.fromEntries(
        elements(typed).map((member) => [
          only(member, 'name').textContent ?? '',
          decode(only(member, 'value')),
        ]),
      );
    default:
      throw new Error(`unknown type ${typed.nodeName}`);
  }
}

function elements(parent: Element): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeType === 1);
}

function only(parent: Element, name: string): Element {
  const found = elements(parent).find(({ nodeName }) => nodeName === name);
  if (found === undefined) throw new Error(`no ${name} in ${parent.nodeName}`);
  return found;
}

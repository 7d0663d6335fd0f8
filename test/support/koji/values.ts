/** XML-RPC from the hub's side. Independent of the client's codec, so that both must agree with the standard. */
import { DOMParser } from '@xmldom/xmldom';
import type { Element } from '@xmldom/xmldom';

export interface Call {
  method: string;
  args: unknown[];
  keywords: Record<string, unknown>;
}

/** @throws Error for what a hub would not understand */
export function readCall(text: string): Call {
  const root = new DOMParser({
    onError: (_level, message) => {
      throw new Error(message);
    },
  }).parseFromString(text, 'text/xml').documentElement;
  if (root?.nodeName !== 'methodCall') throw new Error('no methodCall');
  const [name, params] = childrenOf(root);
  if (name?.nodeName !== 'methodName' || params?.nodeName !== 'params')
    throw new Error('name and params, please');
  const args = childrenOf(params).map((param) => {
    const [value] = childrenOf(param);
    if (param.nodeName !== 'param' || value === undefined) throw new Error('a param has a value');
    return readValue(value);
  });
  const last = args.at(-1);
  if (typeof last === 'object' && last !== null && '__starstar' in last) {
    const { __starstar: mark, ...keywords } = last;
    if (mark !== true) throw new Error('__starstar must be true');
    return { method: name.textContent ?? '', args: args.slice(0, -1), keywords };
  }
  return { method: name.textContent ?? '', args, keywords: {} };
}

function readValue(value: Element): unknown {
  if (value.nodeName !== 'value') throw new Error(`${value.nodeName} instead of value`);
  const [typed] = childrenOf(value);
  const text = value.textContent ?? '';
  if (typed === undefined) return text;
  switch (typed.nodeName) {
    case 'int':
    case 'i4':
    case 'i8':
    case 'double':
      if (typed.nodeName === 'int' && Math.abs(Number(text)) > 2 ** 31)
        throw new Error('too large for an int');
      return Number(text);
    case 'boolean':
      return text === '1';
    case 'string':
      return typed.textContent ?? '';
    case 'nil':
      return null;
    case 'base64':
      return Buffer.from(text, 'base64');
    case 'array':
      return childrenOf(childrenOf(typed)[0] ?? typed).map(readValue);
    case 'struct':
      return Object.fromEntries(
        childrenOf(typed).map((member) => {
          const [name, inner] = childrenOf(member);
          if (name?.nodeName !== 'name' || inner === undefined)
            throw new Error('a member has a name and a value');
          return [name.textContent ?? '', readValue(inner)];
        }),
      );
    default:
      throw new Error(`the type ${typed.nodeName}`);
  }
}

function childrenOf(parent: Element): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeType === 1);
}

export function answer(value: unknown): string {
  return `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n${write(value)}</param>\n</params>\n</methodResponse>\n`;
}

/** As hubs with `KojiTraceback = normal` have it. */
export function faultAnswer(code: number, name: string, text: string): string {
  const faultString = `Traceback (most recent call last):\n  File "/usr/lib/python3/kojihub/kojixmlrpc.py", line 1, in _marshaled_dispatch\n    response = self._dispatch(method, params)\nkoji.${name}: ${text}\n`;
  return `<?xml version='1.0'?>\n<methodResponse>\n<fault>\n${write({ faultCode: code, faultString })}</fault>\n</methodResponse>\n`;
}

function write(value: unknown): string {
  return `<value>${typed(value)}</value>\n`;
}

function typed(value: unknown): string {
  if (value === null || value === undefined) return '<nil/>';
  if (typeof value === 'boolean') return `<boolean>${Number(value)}</boolean>`;
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return `<double>${value}</double>`;
    return Math.abs(value) < 2 ** 31 ? `<int>${value}</int>` : `<i8>${value}</i8>`;
  }
  if (Array.isArray(value)) return `<array><data>\n${value.map(write).join('')}</data></array>`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(
      ([name, one]) => `<member>\n<name>${name}</name>\n${write(one)}</member>\n`,
    );
    return `<struct>\n${members.join('')}</struct>`;
  }
  if (typeof value !== 'string') throw new Error(`no XML-RPC for ${typeof value}`);
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<string>${text}</string>`;
}

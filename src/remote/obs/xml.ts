/** The little of XML that OBS speaks: elements, attributes, text. */
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import type { Document, Element } from '@xmldom/xmldom';
import { ServiceError } from '../../errors.ts';

export type { Document, Element };

/** @throws ServiceError `OBS_ANSWER` if it is no XML document with that root */
export function parseXml(text: string, root: string): Document {
  try {
    const document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    }).parseFromString(text, 'text/xml');
    if (document.documentElement?.nodeName === root) return document;
  } catch {
    // Said below.
  }
  throw new ServiceError('OBS_ANSWER', `OBS did not answer with a <${root}> document`, {
    details: text.trim().split('\n').slice(0, 5),
    hint: 'Is OSC_APIURL the address of an OBS API? Try again later if it is.',
  });
}

export function stringifyXml(document: Document): string {
  return new XMLSerializer().serializeToString(document);
}

/** The child elements of a name, in order. */
export function children(parent: Element | Document, name: string): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeName === name);
}

export function attribute(element: Element, name: string): string | undefined {
  return element.getAttribute(name) ?? undefined;
}

export function textOf(element: Element | undefined): string {
  return element?.textContent?.trim() ?? '';
}

/** A new element with attributes and children or a text. */
export function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  content: readonly Element[] | string = [],
): Element {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (typeof content === 'string') made.appendChild(document.createTextNode(content));
  else for (const child of content) made.appendChild(child);
  return made;
}

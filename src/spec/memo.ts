import type { SpecDocument } from './types.ts';

/** Computes once for each document: documents never change, so what is read from them stays true. */
export function perDocument<T>(compute: (doc: SpecDocument) => T): (doc: SpecDocument) => T {
  const known = new WeakMap<SpecDocument, { readonly value: T }>();
  return (doc) => {
    const found = known.get(doc);
    if (found) return found.value;
    const value = compute(doc);
    known.set(doc, { value });
    return value;
  };
}

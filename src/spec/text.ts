/**
 * Bytes to string and back without loss. UTF-8 is decoded as such; a byte that is not part of valid
 * UTF-8 becomes the lone surrogate U+DC00 + byte (as Python's `surrogateescape` does), so that text can
 * be read and edited as text while every byte survives.
 */

const ESCAPE_BASE = 0xdc00;
/** Quick to say no; the halves of a character beyond U+FFFF match as well. */
const ANY_ESCAPE = /[\uDC80-\uDCFF]/;
const LONE_ESCAPE = /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/;

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

export function encodeText(text: string): Uint8Array {
  return ANY_ESCAPE.test(text) && LONE_ESCAPE.test(text) ? encodeEscaped(text) : encoder.encode(text);
}

/** Text for display: bytes that are not UTF-8 become U+FFFD. */
export function displayText(text: string): string {
  return text.replace(/(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/g, '\uFFFD');
}

function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > start) parts.push(strictDecoder.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0)));
    at += 1;
    start = at;
  }
  if (at > start) parts.push(strictDecoder.decode(bytes.subarray(start, at)));
  return parts.join('');
}

/** Length of the valid UTF-8 sequence at `at`; 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isTail(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // Overlong forms and surrogates are not UTF-8.
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isTail(bytes[at + 2]) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

function encodeEscaped(text: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const add = (piece: Uint8Array): void => {
    pieces.push(piece);
    total += piece.length;
  };
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next <= 0xdfff) at += 1;
      continue;
    }
    if (unit < 0xdc80 || unit > 0xdcff) continue;
    if (at > start) add(encoder.encode(text.slice(start, at)));
    add(Uint8Array.of(unit - ESCAPE_BASE));
    start = at + 1;
  }
  if (start < text.length) add(encoder.encode(text.slice(start)));
  const result = new Uint8Array(total);
  let offset = 0;
  for (const piece of pieces) {
    result.set(piece, offset);
    offset += piece.length;
  }
  return result;
}

/** Broken configurations made of whole ones, the same for the same seed. */

const FRAGMENTS = [
  ': ',
  '- ',
  '\t',
  ' ',
  '   ',
  '\n',
  "'",
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '<<: *a\n',
  '#',
  '!',
  '!!str ',
  '|\n',
  '>-\n',
  '%',
  '@',
  '`',
  '---\n',
  '...\n',
  '? ',
  'jobs:\n',
  'packages:\n',
  'metadata: ',
  'yes',
  '017',
  '2024-01-01',
  '=',
  '~',
  '\r',
  '\uFEFF',
  '\u{1F600}',
  '\u0000',
  '\x85',
  '\\x',
  'trigger: a | b\n',
  'targets: ',
  'null',
  '[[]]',
  '{}',
  '__proto__: 1\n',
];

/** A text with one to four random changes. */
export function mutate(text: string, random: () => number): string {
  let result = text;
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let changes = 1 + below(4); changes > 0; changes -= 1) {
    const at = below(result.length + 1);
    const lines = result.split('\n');
    const line = below(lines.length);
    switch (below(6)) {
      case 0:
      case 1:
        result = result.slice(0, at) + (FRAGMENTS[below(FRAGMENTS.length)] ?? '') + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + result.slice(at + 1 + below(20));
        break;
      case 3:
        lines[line] = `${' '.repeat(1 + below(4))}${lines[line] ?? ''}`;
        result = lines.join('\n');
        break;
      case 4:
        lines.splice(below(lines.length), 0, lines[line] ?? '');
        result = lines.join('\n');
        break;
      default:
        lines[line] = (lines[line] ?? '').replace(/:.*$/, `: ${FRAGMENTS[below(FRAGMENTS.length)] ?? ''}`);
        result = lines.join('\n');
    }
  }
  return result;
}

/** Numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

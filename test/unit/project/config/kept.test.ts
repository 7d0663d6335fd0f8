/** Nodes of long texts that an earlier run has kept: used for the very same text only, and never where others can write. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { composeKept, composeYaml, YamlError } from '../../../../src/project/config/yaml/index.ts';
import type { YamlNode } from '../../../../src/project/config/yaml/index.ts';
import { tempDir } from '../../../support/temp.ts';

const FILLING = `# ${'x'.repeat(78)}\n`.repeat(60);
const text = (name: string): string => `${FILLING}name: &n ${name}\nother: *n\nlist: [a, "b"]\n`;

function keeping(reader: string | undefined = 'this one') {
  const cache = join(tempDir('packit-kept'), 'packit');
  const directory = join(cache, 'configurations');
  return { cache, reader, directory, files: () => (existsSync(directory) ? readdirSync(directory) : []) };
}

/** Marks what is kept, so that it is told from what was read. */
function mark(directory: string, change: (kept: { root: YamlNode; text: string }) => void): void {
  for (const name of readdirSync(directory)) {
    const kept = deserialize(readFileSync(join(directory, name))) as { root: YamlNode; text: string };
    change(kept);
    writeFileSync(join(directory, name), serialize(kept));
  }
}
const MARKED: YamlNode = { kind: 'sequence', tag: 'marked', items: [], start: 0, end: 0, flow: true };
const withMark = (kept: { root: YamlNode }): void => {
  kept.root = MARKED;
};

describe('what was made of a long text', () => {
  test('is kept for the next run, with nodes that two places share', () => {
    const at = keeping();
    const first = composeKept(text('a'), at);
    expect(at.files()).toHaveLength(1);
    expect(first).toEqual(composeYaml(text('a')));
    const second = composeKept(text('a'), at);
    expect(second).toEqual(first);
    expect(second?.kind === 'mapping' && second.pairs[0]?.[1] === second.pairs[1]?.[1]).toBe(true);
    mark(at.directory, withMark);
    expect(composeKept(text('a'), at)).toEqual(MARKED);
  });

  test('is of that text only, whatever the name of the file', () => {
    const at = keeping();
    composeKept(text('a'), at);
    mark(at.directory, (kept) => {
      kept.root = MARKED;
      kept.text = text('b');
    });
    expect(composeKept(text('a'), at)).toEqual(composeYaml(text('a')));
  });

  test('is of that reader only', () => {
    const at = keeping();
    composeKept(text('a'), at);
    mark(at.directory, withMark);
    expect(composeKept(text('a'), { ...at, reader: 'another' })).toEqual(composeYaml(text('a')));
  });

  test('is not kept where the reader is not known, the text is short or wrong', () => {
    const at = keeping();
    composeKept(text('a'), { cache: at.cache });
    composeKept('name: a\n', at);
    composeKept(FILLING, at);
    expect(() => composeKept(`${FILLING}a: [`, at)).toThrow(YamlError);
    expect(at.files()).toEqual([]);
  });

  test.each(['the directory', 'the cache', 'what the cache is in'])(
    'is neither read nor kept where others can write to %s',
    (which) => {
      const at = keeping();
      composeKept(text('a'), at);
      mark(at.directory, withMark);
      const writable =
        { 'the directory': at.directory, 'the cache': at.cache }[which] ?? join(at.cache, '..');
      chmodSync(writable, 0o777);
      expect(composeKept(text('a'), at)).toEqual(composeYaml(text('a')));
      composeKept(text('b'), at);
      expect(at.files()).toHaveLength(1);
    },
  );

  test('is read anew where the file is broken, and mended', () => {
    const at = keeping();
    composeKept(text('a'), at);
    const [name = ''] = at.files();
    for (const bytes of [Buffer.alloc(0), readFileSync(join(at.directory, name)).subarray(0, 200)]) {
      writeFileSync(join(at.directory, name), bytes);
      expect(composeKept(text('a'), at)).toEqual(composeYaml(text('a')));
    }
    mark(at.directory, withMark);
    expect(composeKept(text('a'), at)).toEqual(MARKED);
  });

  test('costs nothing where the cache cannot be made', () => {
    const at = keeping();
    writeFileSync(at.cache, 'a file');
    expect(composeKept(text('a'), at)).toEqual(composeYaml(text('a')));
  });

  test('is kept of sixteen texts, those that were written last', () => {
    const at = keeping();
    mkdirSync(at.directory, { recursive: true, mode: 0o700 });
    composeKept(text('first'), at);
    const [first = ''] = at.files();
    utimesSync(join(at.directory, first), 1, 1);
    for (let number = 0; number < 20; number += 1) composeKept(text(`name${number}`), at);
    expect(at.files()).toHaveLength(16);
    expect(at.files()).not.toContain(first);
  });
});

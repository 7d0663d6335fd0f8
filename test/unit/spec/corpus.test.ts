/** The public specs beside the repository, where they are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  conditions,
  findTag,
  parseSpec,
  prepMacros,
  setVersion,
  sources,
  stringifySpec,
  tags,
} from '../../../src/spec/index.ts';

const corpus = resolve(import.meta.dirname, '../../../../shared/corpus/specs');
const name = 'every public spec comes back byte for byte, and an edit changes one stretch of it';

if (!existsSync(corpus)) test.skip(`${name} (skipped: there is no ${corpus})`, () => {});
else {
  test(name, () => {
    const files = readdirSync(corpus);
    expect(files.length).toBeGreaterThan(200);
    for (const file of files) {
      const bytes = readFileSync(join(corpus, file));
      const doc = parseSpec(bytes);
      expect([file, bytes.equals(stringifySpec(doc))]).toEqual([file, true]);
      for (const { line, end, prefix, name: written, separator, value, suffix } of tags(doc, { all: true })) {
        expect(doc.lines.slice(line, end).join('\n')).toBe(prefix + written + separator + value + suffix);
      }
      sources(doc);
      conditions(doc);
      prepMacros(doc);
      const version = findTag(doc, 'version');
      if (!version) continue;
      const edited = setVersion(doc, '9.8.7');
      expect(findTag(edited, 'version')?.value).toBe('9.8.7');
      expect(edited.lines.slice(0, version.line)).toEqual(doc.lines.slice(0, version.line));
      expect(edited.lines.slice(version.line + 1)).toEqual(doc.lines.slice(version.end));
    }
  });
}

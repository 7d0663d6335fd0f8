/** Every page as a reader of Markdown has it: tables that hold together, and links that lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readPages } from '../../support/docs/pages.ts';
import type { Page } from '../../support/docs/pages.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

function withoutBlocks(text: string): string {
  return text.replaceAll(/^ *(`{3,})[^]*?^ *\1$/gm, '');
}

/** Runs of lines that begin with a bar. */
function tables(text: string): string[][] {
  return [...withoutBlocks(text).matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trimEnd().split('\n'));
}

function cells(row: string): number {
  return row.replaceAll(/`[^`]*`|\\\|/g, '').split('|').length;
}

/** The anchors that forges make of headings. */
function anchors(text: string): Set<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .replaceAll(/\]\([^)]*\)/g, ']')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks({ path, text }: Page): string[] {
  const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(ROOT, target))) return true;
    if (anchor === undefined || !target.endsWith('.md')) return false;
    return !anchors(readFileSync(join(ROOT, target), 'utf8')).has(anchor);
  });
}

describe.each(readPages())('$path', (page) => {
  test('every row of a table stands below a head, with as many cells', () => {
    for (const [head = '', rule = '', ...rows] of tables(page.text)) {
      expect([head, rule]).toEqual([head, expect.stringMatching(/^\|(?: :?-+:? \|)+$/)]);
      expect(rows.filter((row) => cells(row) !== cells(head))).toEqual([]);
    }
  });

  test('links lead to files and headings that are there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });
});

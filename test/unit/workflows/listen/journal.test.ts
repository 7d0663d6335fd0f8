import { describe, expect, it } from '@jest/globals';
import { appendFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../../../src/workflows/listen/journal.ts';
import type { Journal } from '../../../../src/workflows/listen/journal.ts';
import { tempDir } from '../../../support/temp.ts';

const DAY = 86_400_000;

function world(start = '2026-08-01T10:00:00Z') {
  const directory = join(tempDir(), 'state');
  const clock = { at: new Date(start) };
  const gone = new Set<string>();
  const open = (
    holder: string,
    lives: (who: string) => boolean | undefined = (who) => !gone.has(who),
  ): Journal => openJournal({ directory, now: () => clock.at, holder, lives });
  const later = (milliseconds: number): void => void (clock.at = new Date(clock.at.getTime() + milliseconds));
  return { directory, open, later, gone };
}

describe('the journal', () => {
  it('gives a name to one of several, and remembers that it is done', () => {
    const { open } = world();
    const [a, b] = [open('a'), open('b')];
    expect([a.take('x'), b.take('x'), a.take('x')]).toEqual(['mine', 'busy', 'busy']);
    a.done('x');
    expect([a.take('x'), b.take('x')]).toEqual(['done', 'done']);
    expect(open('c').take('x')).toBe('done');
  });

  it('gives away what was freed, by whoever held it', () => {
    const { open } = world();
    const [a, b] = [open('a'), open('b')];
    a.take('x');
    b.free('x');
    expect(b.take('x')).toBe('busy');
    a.free('x');
    expect(b.take('x')).toBe('mine');
  });

  it('gives away what somebody held who is gone, to one', () => {
    const { open, gone } = world();
    open('a').take('x');
    gone.add('a');
    const [b, c] = [open('b'), open('c')];
    expect([b.take('x'), c.take('x')]).toEqual(['mine', 'busy']);
    expect(open('d').take('x')).toBe('busy');
  });

  it('waits three minutes for somebody on another machine, who says now and then that he is there', () => {
    const { open, later } = world();
    const a = open('a', () => undefined);
    const b = open('b', () => undefined);
    a.take('x');
    later(170_000);
    a.beat();
    later(170_000);
    expect(b.take('x')).toBe('busy');
    later(170_000);
    expect(b.take('x')).toBe('mine');
    a.free('x');
    expect(a.take('x')).toBe('busy');
  });

  it('lives through a line that somebody did not finish, and through rubbish', () => {
    const { directory, open } = world();
    const a = open('a');
    a.take('x');
    a.done('x');
    appendFileSync(join(directory, 'journal-2026-08-01.jsonl'), '{"t":1,"op":"done","key":"y","by');
    a.take('y');
    appendFileSync(join(directory, 'journal-2026-08-01.jsonl'), '\u0000\n[]\n"text"\n{"op":"take"}');
    expect(open('b').take('x')).toBe('done');
    expect(open('b').take('y')).toBe('busy');
  });

  it('takes names in any writing', () => {
    const { open } = world();
    const name = 'é\n"日本" \u{1f600} \u0000';
    expect(open('a').take(name)).toBe('mine');
    expect(open('b').take(name)).toBe('busy');
  });

  it('begins a file a day and keeps a week of them', () => {
    const { directory, open, later } = world();
    const [a, b] = [open('a'), open('b')];
    for (let day = 0; day < 12; day += 1) {
      expect(a.take(`day ${day}`)).toBe('mine');
      a.done(`day ${day}`);
      expect(b.take(`day ${day}`)).toBe('done');
      later(DAY);
    }
    expect(b.take('day 11')).toBe('done');
    expect(b.take('day 2')).toBe('mine');
    expect(readdirSync(directory).sort().at(0)).toBe('journal-2026-08-06.jsonl');
    expect(readdirSync(directory)).toHaveLength(8);
  });

  it('does not count what is written into a file of yesterday that somebody has closed', () => {
    const { directory, open, later } = world('2026-08-01T23:59:59Z');
    const [a, b] = [open('a'), open('b')];
    a.take('before');
    later(2000);
    expect(b.take('x')).toBe('mine');
    // A line that was on its way when the day ended.
    appendFileSync(
      join(directory, 'journal-2026-08-01.jsonl'),
      `\n${JSON.stringify({ t: 1, op: 'take', key: 'y', by: 'a' })}\n`,
    );
    expect(b.take('y')).toBe('mine');
    expect(a.take('y')).toBe('busy');
    // What was held before stays held.
    expect(b.take('before')).toBe('busy');
  });

  it('remembers texts for a week, and says them once', () => {
    const { directory, open, later } = world();
    const a = open('a');
    a.remember('one');
    const size = statSync(join(directory, 'journal-2026-08-01.jsonl')).size;
    a.remember('one');
    expect(statSync(join(directory, 'journal-2026-08-01.jsonl')).size).toBe(size);
    expect(open('b').remembered()).toEqual(['one']);
    later(6 * DAY);
    a.remember('two');
    expect(open('b').remembered()).toEqual(['one', 'two']);
    later(2 * DAY);
    expect(open('b').remembered()).toEqual(['two']);
    expect(a.remembered()).toEqual(['two']);
  });

  it('knows its own process and those that have ended', () => {
    const { directory } = world();
    const options = { directory, now: () => new Date('2026-08-01T10:00:00Z') };
    const mine = openJournal(options);
    expect(mine.take('x')).toBe('mine');
    expect(openJournal(options).take('x')).toBe('busy');
  });

  it('says which directory cannot be used', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(() => openJournal({ directory: file, now: () => new Date() })).toThrow(
      `The journal in ${file} cannot be written: `,
    );
  });
});

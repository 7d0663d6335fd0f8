import { describe, expect, test } from '@jest/globals';
import type { HttpRecord, LoadedSession } from '../../../src/session/format.ts';
import { createShelf } from '../../../src/session/shelf.ts';
import type { Shelf } from '../../../src/session/shelf.ts';

function ask(url: string, status: number, times?: number): HttpRecord {
  return {
    kind: 'http',
    asks: true,
    key: [`GET ${url}`],
    answer: { status, headers: {}, body: { lines: [] } },
    ...(times === undefined ? {} : { times }),
  };
}

function change(url: string, status = 200): HttpRecord {
  return { kind: 'http', key: [`POST ${url}`], answer: { status, headers: {}, body: { lines: [] } } };
}

function shelfOf(...records: HttpRecord[]): Shelf {
  const session: LoadedSession = {
    directory: '/nowhere',
    header: { format: 1, versions: {}, command: [], startedAt: '2024-01-01T00:00:00Z', variables: {} },
    records: records.map((record, index) => ({ file: `000${index + 1}-x.json`, record })),
  };
  return createShelf(session);
}

function status(shelf: Shelf, key: string): number | undefined {
  const record = shelf.take('http', [key]);
  return record.kind === 'http' ? record.answer?.status : undefined;
}

describe('questions', () => {
  test('asked again and again get the answers in order, as often as they came, and keep the last', () => {
    const shelf = shelfOf(ask('/build', 201, 3), ask('/build', 202), ask('/build', 200));
    const seen = Array.from({ length: 7 }, () => status(shelf, 'GET /build'));
    expect(seen).toEqual([201, 201, 201, 202, 200, 200, 200]);
    expect(shelf.problem()).toBeUndefined();
  });

  test('are answered by what has been changed so far, not by turns', () => {
    const shelf = shelfOf(
      ask('/list', 201),
      ask('/list', 201),
      change('/a'),
      ask('/list', 202),
      change('/b'),
    );
    expect(status(shelf, 'GET /list')).toBe(201);
    expect(status(shelf, 'GET /list')).toBe(201);
    expect(status(shelf, 'GET /list')).toBe(201);
    shelf.take('http', ['POST /a']);
    expect(status(shelf, 'GET /list')).toBe(202);
    shelf.take('http', ['POST /b']);
    expect(status(shelf, 'GET /list')).toBe(202);
    expect(shelf.problem()).toBeUndefined();
  });

  test('asked earlier than they were recorded get the first answer', () => {
    const shelf = shelfOf(change('/a'), ask('/list', 201), change('/b'), ask('/list', 202));
    expect(status(shelf, 'GET /list')).toBe(201);
  });
});

describe('changes', () => {
  test('are given once, in order', () => {
    const shelf = shelfOf(change('/a', 500), change('/a', 200));
    expect(status(shelf, 'POST /a')).toBe(500);
    expect(status(shelf, 'POST /a')).toBe(200);
    expect(() => status(shelf, 'POST /a')).toThrow('came more often than was recorded: POST /a');
    expect(shelf.problem()?.code).toBe('REPLAY_UNEXPECTED');
  });

  test('that were not made are named, and so is a question that was never asked', () => {
    const shelf = shelfOf(ask('/x', 200), change('/a'));
    const problem = shelf.problem();
    expect(problem?.message).toBe('2 of the recorded requests and programs were not asked for');
    expect(problem?.details).toEqual(['0001-x.json: GET /x', '0002-x.json: POST /a']);
  });
});

test('what was not recorded is remembered, even if the caller goes on without it', () => {
  const shelf = shelfOf(ask('/api/projects/hello/branches', 200));
  expect(() => shelf.take('http', ['GET /api/projects/hello/tags'])).toThrow('was not recorded');
  status(shelf, 'GET /api/projects/hello/branches');
  expect(shelf.problem()?.details).toEqual([
    'The nearest that was recorded (-) and what came (+):',
    '- GET /api/projects/hello/branches',
    '+ GET /api/projects/hello/tags',
  ]);
});

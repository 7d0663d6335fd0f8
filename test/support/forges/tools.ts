import type { Call, Reply } from './server.ts';
import type { ForgeState, TestProject } from './state.ts';

/** What a forge's dialect lends its parts. */
export interface Tools {
  state: ForgeState;
  url: string;
  /** The path of a project's routes. */
  at: string;
  /** The project of a call; answers 404 itself. */
  projectOf: (call: Call) => TestProject;
  /** A page of a list. `parameters`: what may be asked besides the page. */
  list: (call: Call, all: unknown[], parameters?: string[]) => Reply;
  ok: (body: unknown, status?: number) => Reply;
  refused: (status: number, message: string, errors?: unknown[]) => Reply;
  missing: Reply;
}

/** A text field of a body that was checked. */
export function textIn(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** As forges count: not in UTF-16's halves. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

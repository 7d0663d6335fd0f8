/** Drives a server and records what is said. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../../src/context.ts';
import type { Context } from '../../../src/context.ts';
import { createHttpClient } from '../../../src/remote/http/index.ts';
import type { HttpClient } from '../../../src/remote/http/index.ts';
import { openRecorder } from '../../../src/session/index.ts';
import { testEnvironment } from '../git.ts';

export interface RecordOptions {
  /** Where the recording goes; must not be there. */
  recording: string;
  /** An empty directory for everything else. */
  dir: string;
}

export async function recordDrive(
  { recording, dir }: RecordOptions,
  drive: (http: HttpClient, ctx: Context, dir: string) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const work = join(dir, 'work');
  const temp = join(dir, 'tmp');
  for (const path of [work, temp]) mkdirSync(path, { recursive: true });
  const session = await openRecorder({
    directory: recording,
    command: ['drive'],
    cwd: work,
    env: { ...testEnvironment(dir), TMPDIR: temp },
    paths: { config: join(dir, 'config'), temp },
    version: '0',
  });
  const ctx = createContext({ session, cwd: work });
  const http = createHttpClient({ ...ctx, retries: 0 });
  try {
    const seen = await drive(http, ctx, work);
    await session.finish({ exitCode: 0, stdout: [JSON.stringify(seen)] });
    return seen;
  } finally {
    await http.close();
  }
}

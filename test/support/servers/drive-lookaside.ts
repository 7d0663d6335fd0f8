/**
 * Everything packit asks of a lookaside cache, once and in a fixed order: against the real upload.cgi, whose session is recorded, and
 * against the stand-in of the tests. The server has the package `rpms/hello` and no file of it.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLookaside } from '../../../src/remote/lookaside/index.ts';
import type { HttpClient } from '../../../src/remote/http/index.ts';
import type { Run } from '../../../src/tools/process/index.ts';

export interface DriveLookasideOptions {
  url: string;
  run: Run;
  /** An empty directory. */
  dir: string;
}

export async function driveLookaside(
  http: HttpClient,
  { url, run, dir }: DriveLookasideOptions,
): Promise<Record<string, unknown>> {
  const lookaside = createLookaside({
    service: {
      url: `${url}/repo/pkgs`,
      cgi: `${url}/repo/pkgs/upload.cgi`,
      hash: 'sha512',
      namespaced: true,
      auth: 'none',
    },
    http,
    run,
    cwd: dir,
    retries: 0,
  });
  const seen: Record<string, unknown> = {};
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    seen[name] = await work().catch((error: unknown) => (error as { code?: string }).code ?? String(error));
  };
  const content = 'not really an archive';
  const hashOf = (type: string): string => createHash(type).update(content).digest('hex');
  const path = join(dir, 'hello 1.0+x.tar.gz');
  writeFileSync(path, content);
  const file = { filename: 'hello 1.0+x.tar.gz', path, hashType: 'sha512', hash: hashOf('sha512') };
  await step('has before', () => lookaside.has('hello', file));
  await step('check before', () => lookaside.check('hello', file));
  await step('upload', () => lookaside.upload('hello', file));
  await step('check after', () => lookaside.check('hello', file));
  await step('upload again', () => lookaside.upload('hello', file));
  await step('has after', () => lookaside.has('hello', file));
  const [download] = lookaside.downloads('hello', [file]);
  await step('download', async () => {
    const { size } = await http.download({
      url: download?.url ?? '',
      file: join(dir, 'downloaded'),
      keepTime: false,
    });
    return size;
  });
  await step('upload with a wrong hash', () => lookaside.upload('hello', { ...file, hash: 'f'.repeat(128) }));
  await step('upload with MD5', () =>
    lookaside.upload('hello', { ...file, hashType: 'md5', hash: hashOf('md5') }),
  );
  await step('package that is not there', () => lookaside.check('nothing', file));
  await step('upload for it', () => lookaside.upload('nothing', file));
  return seen;
}

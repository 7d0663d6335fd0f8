/** The forge clients as they are shipped: bundled and split, each loaded only when it is needed. */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { startForge } from '../../../support/forges/index.ts';
import { tempDir } from '../../../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..', '..');
const BANNER =
  "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);";

test('the bundle works without node_modules, for every forge', async () => {
  const dir = tempDir();
  await promisify(execFile)(
    join(ROOT, 'node_modules', '.bin', 'esbuild'),
    [
      'src/remote/forge/index.ts',
      'src/remote/http/index.ts',
      '--bundle',
      '--splitting',
      '--format=esm',
      '--platform=node',
      '--minify',
      '--log-level=error',
      `--banner:js=${BANNER}`,
      `--outdir=${dir}`,
      '--out-extension:.js=.mjs',
    ],
    { cwd: ROOT },
  );
  const entry = readFileSync(join(dir, 'forge', 'index.mjs'), 'utf8');
  expect(entry).not.toMatch(/x-github-api-version|Sudo/i);
  expect(readdirSync(dir, { recursive: true }).length).toBeGreaterThan(6);
  for (const kind of ['github', 'gitlab', 'pagure', 'forgejo'] as const) {
    const server = await startForge(kind, {
      users: [{ name: 'jane', token: 'jane-token' }],
      projects: [{ namespace: 'rpms', name: 'hello', branches: { rawhide: { a: 'b' } } }],
    });
    try {
      const script = `
        import { createForge } from './forge/index.mjs';
        import { createHttpClient } from './http/index.mjs';
        const { fetch } = createHttpClient({ env: {} });
        const forge = await createForge({ url: ${JSON.stringify(server.url)}, fetch, token: 'jane-token' });
        const branches = await forge.listBranches({ namespace: 'rpms', name: 'hello' });
        console.log(JSON.stringify([forge.kind, await forge.whoami(), branches]));
        process.exit(0);`;
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', script],
        { cwd: dir },
      );
      expect(JSON.parse(stdout)).toEqual([kind, 'jane', ['rawhide']]);
      expect(stderr).toBe('');
    } finally {
      await server.close();
    }
  }
}, 30_000);

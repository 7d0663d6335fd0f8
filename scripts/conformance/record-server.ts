/**
 * Records what a real server answers to everything packit asks, for `test/integration/session/real-servers.test.ts`:
 *   node scripts/run-ts.mjs scripts/conformance/record-server.ts KIND URL DIRECTORY
 * KIND is a forge or `lookaside`; the token of the user jane is taken from JANE_TOKEN. What the server must hold is said in
 * test/support/servers/.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ForgeKind } from '../../src/remote/forge/index.ts';
import { driveForge } from '../../test/support/servers/drive-forge.ts';
import { driveLookaside } from '../../test/support/servers/drive-lookaside.ts';
import { recordDrive } from '../../test/support/servers/session.ts';

const [kind = '', url = '', directory = ''] = process.argv.slice(2);
const token = process.env.JANE_TOKEN ?? '';
if (url === '' || directory === '' || (kind !== 'lookaside' && token === '')) {
  console.error('Usage: JANE_TOKEN=... record-server.ts KIND URL DIRECTORY');
  process.exit(2);
}
const dir = mkdtempSync(join(tmpdir(), 'packit-record-'));
try {
  const seen = await recordDrive({ recording: resolve(directory), dir }, (http, ctx, work) => {
    ctx.redactor.add(token);
    return kind === 'lookaside'
      ? driveLookaside(http, { url, run: ctx.run, dir: work })
      : driveForge(http, { kind: kind as ForgeKind, url, token, dir: work });
  });
  console.log(JSON.stringify(seen, undefined, 2));
} finally {
  rmSync(dir, { recursive: true, force: true });
}

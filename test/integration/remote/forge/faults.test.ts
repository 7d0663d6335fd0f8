/** One request fails, the command is run again: the forge is then as if nothing had happened. A sample; test/long has all. */
import { describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import type { ForgeKind } from '../../../../src/remote/forge/index.ts';
import { disturbed, undisturbed } from '../../../support/forges/flow.ts';
import { tempDir } from '../../../support/temp.ts';

describe.each(['github', 'gitlab', 'pagure', 'forgejo'] satisfies ForgeKind[])('%s', (kind) => {
  test('the answer to each request that changes something is lost', async () => {
    const dir = tempDir();
    const good = await undisturbed(kind, dir);
    const writes = good.requests.filter(
      ({ method, url }) => method !== 'GET' && !/upload-pack|whoami/.test(url),
    );
    expect(writes.length).toBeGreaterThanOrEqual(3);
    for (const { number, method, url } of writes) {
      const { snapshot, failure } = await disturbed(kind, { number, fault: 'cut-after', dir });
      expect({ request: `${method} ${url}`, snapshot }).toEqual({
        request: `${method} ${url}`,
        snapshot: good.snapshot,
      });
      if (failure instanceof PackitError) expect(failure.hint).toBeDefined();
    }
  }, 60_000);
});

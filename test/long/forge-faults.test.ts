/** Every request of a proposal fails in every way, and the run after it mends all: no duplicates, nothing missing. */
import { describe, expect, test } from '@jest/globals';
import { isPackitError } from '../../src/errors.ts';
import type { ForgeKind } from '../../src/remote/forge/index.ts';
import type { Fault } from '../support/forges/index.ts';
import { disturbed, undisturbed } from '../support/forges/flow.ts';
import { tempDir } from '../support/temp.ts';

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['cut before', 'cut'],
  ['cut after', 'cut-after'],
  ['cut in the answer', 'cut-body'],
  ['500', { status: 500 }],
  ['401', { status: 401, body: { message: 'No', error: 'No' } }],
  ['403', { status: 403, body: { message: 'No', error: 'No' } }],
  ['429', { status: 429, headers: { 'retry-after': '3600' } }],
];

describe.each(['github', 'gitlab', 'pagure', 'forgejo'] satisfies ForgeKind[])('%s', (kind) => {
  test.each(FAULTS)(
    '%s',
    async (_name, fault) => {
      const dir = tempDir();
      const good = await undisturbed(kind, dir);
      for (const { number, method, url } of good.requests) {
        const { snapshot, failure } = await disturbed(kind, { number, fault, dir });
        const request = `${number}: ${method} ${url}`;
        expect({ request, snapshot }).toEqual({ request, snapshot: good.snapshot });
        if (isPackitError(failure))
          expect({ request, hint: failure.hint }).toEqual({ request, hint: expect.any(String) as unknown });
      }
    },
    600_000,
  );
});

/** A source-git repository proposed to dist-git: its commits become patches there. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World } from '../../../support/release-world.ts';

jest.setTimeout(90_000);

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const OLD_PATCH = `Ten, as a plain diff.

--- hello.orig/numbers	2024-01-01 10:00:00.000000000 +0100
+++ hello/numbers	2024-01-01 10:00:01.000000000 +0100
@@ -1,3 +1,3 @@
 one
-two
+zwei
 three
`;
const ENTRY = '* Mon Jan 01 2024 Jane Doe <jane@example.com> - 1.0.0-3\n- First\n';

test('commits after upstream_ref become patches; what dist-git has of them stays; the commit says where it is from', async () => {
  const here = await createWorld({
    branches: { rawhide: '1.0.0' },
    upstreamFiles: { numbers: 'one\ntwo\nthree\n' },
    config: 'upstream_ref: "v*"\npatch_generation_patch_id_digits: 1\n',
    distGitFiles: { 'zwei.patch': OLD_PATCH },
    distGitSpec: (version) =>
      spec(version, {
        release: '3%{?dist}',
        source: '# Zwei: %{url}\nPatch3: zwei.patch\n',
        changelog: ENTRY,
      }),
  });
  world = here;
  const { upstream } = here;
  upstream.write('numbers', 'one\nzwei\nthree\n');
  upstream.commit('Zwei\n\nPatch-name: zwei.patch\nPatch-status: |\n    # Zwei: %{url}\nPatch-id: 3');
  upstream.write('numbers', 'one\nzwei\ndrei\n');
  const head = upstream.commit('Drei');

  const result = await proposeUpdate(here.context(), { version: '1.1.0' }, '0.0.1');
  expect(
    result.packages.flatMap(({ failure, branches }) => [failure, ...branches.map(({ status }) => status)]),
  ).toEqual([undefined, 'proposed']);
  const show = (path: string): string =>
    gitIn(here.forge.project('rpms', 'hello', 'jane').directory, ['show', `rawhide-update:${path}`]);
  expect(show('zwei.patch')).toBe(OLD_PATCH.trimEnd());
  expect(show('0002-Drei.patch')).toContain('Subject: [PATCH] Drei\n');
  expect(show('hello.spec')).toContain(
    'License:        MIT\n# Zwei: %{url}\nPatch3: zwei.patch\n# Drei\nPatch4: 0002-Drei.patch\n',
  );
  const message = gitIn(here.forge.project('rpms', 'hello', 'jane').directory, [
    'log',
    '-1',
    '--format=%(trailers:key=From-source-git-commit,valueonly)',
    'rawhide-update',
  ]);
  expect(message.trim()).toBe(head);
});

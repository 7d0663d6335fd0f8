import { describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { PackitError } from '../../../../src/errors.ts';
import type { Forge } from '../../../../src/remote/forge/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { silentUi } from '../../../../src/ui.ts';
import type { Warning } from '../../../../src/ui.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { handedOn } from '../../../../src/workflows/ci/handling/fan-out.ts';
import { nothing } from '../../../../src/workflows/ci/handling/result.ts';
import type { CiRunResult } from '../../../../src/workflows/ci/handling/result.ts';
import { inspectText } from '../../../support/configs.ts';

const EVENT: CiEvent = {
  forge: 'pagure',
  instanceUrl: 'https://src.fedoraproject.org',
  project: { namespace: 'rpms', name: 'libhello' },
  defaultBranch: 'rawhide',
  kind: 'message',
  trigger: undefined,
  sha: undefined,
  actor: 'bodhi',
  message: { of: 'koji-tag', tag: 'f42-build-side-1', nvr: 'libhello-1-1.fc42', user: 'bodhi' },
};

async function handOn(
  job: string,
  handle: (event: CiEvent) => Promise<CiRunResult>,
  event = EVENT,
): Promise<{ result: CiRunResult | undefined; warnings: Warning[] }> {
  const { jobs } = await inspectText(
    `downstream_package_name: libhello\nspecfile_path: libhello.spec\njobs:\n  - ${job}\n`,
  );
  const warnings: Warning[] = [];
  const ctx = createContext({ ui: silentUi(warnings) });
  const desk = { ctx, http: createHttpClient(ctx), forge: {} as Forge, me: undefined };
  return { result: await handedOn(desk, event, { jobs }, handle), warnings };
}

const GROUP = '{job: koji_build, trigger: commit, sidetag_group: g, dependents: [hello, world]}';

describe('a build in a side tag', () => {
  test('is handled for every package that waits for it, and the results are one', async () => {
    const handled: string[] = [];
    const { result } = await handOn(GROUP, (event) => {
      handled.push(event.project.name);
      const one = nothing(event, 'nothing to do');
      return Promise.resolve({
        ...one,
        exitCode: event.project.name === 'world' ? 5 : 0,
        finished: event.project.name === 'hello',
      });
    });
    expect(handled).toEqual(['hello', 'world']);
    expect(result).toMatchObject({ exitCode: 5, finished: false });
  });

  test('one that fails keeps nobody from the others', async () => {
    const { result, warnings } = await handOn(GROUP, (event) => {
      if (event.project.name === 'hello') throw new PackitError('CONFIG_INVALID', 'no such key');
      return Promise.resolve(nothing(event, 'nothing to do'));
    });
    expect(result).toMatchObject({ event: { project: { name: 'world' } } });
    expect(warnings).toMatchObject([{ code: 'CONFIG_INVALID', message: 'hello: no such key' }]);
  });

  test.each([
    ['nobody waits for it', '{job: koji_build, trigger: commit, sidetag_group: g}', EVENT],
    ['it is of no group', '{job: koji_build, trigger: commit}', EVENT],
    ['it is another event', GROUP, { ...EVENT, message: undefined } as unknown as CiEvent],
  ])('is the package’s own affair where %s', async (_, job, event) => {
    const { result } = await handOn(job, () => Promise.reject(new Error('not to be handed on')), event);
    expect(result).toBeUndefined();
  });
});

import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../../src/errors.ts';
import type { Permission } from '../../../../../src/remote/forge/index.ts';
import type { CiEvent, CommandName } from '../../../../../src/workflows/ci/event/index.ts';
import { mayCommand } from '../../../../../src/workflows/ci/trust/index.ts';

type On = 'pull-request' | 'issue' | 'commit';

function commentEvent(author: string, name: CommandName, on: On = 'pull-request'): CiEvent {
  return {
    forge: 'github',
    instanceUrl: 'https://github.com',
    project: { namespace: 'jane', name: 'hello' },
    defaultBranch: 'main',
    kind: 'comment',
    trigger: on === 'pull-request' ? 'pull_request' : undefined,
    sha: undefined,
    actor: author,
    comment: {
      id: '1',
      author,
      url: '',
      on,
      command: { name, packages: [], otherRequests: [], env: {}, allBranches: false },
    },
    ...(on === 'pull-request'
      ? {
          pullRequest: {
            number: 7,
            author: 'jo',
            title: '',
            url: '',
            source: { namespace: 'jo', name: 'hello' },
            sourceBranch: 'fix',
            targetBranch: 'main',
            headSha: undefined,
            labels: [],
            open: true,
          },
        }
      : {}),
  };
}

const RIGHTS: Readonly<Record<string, Permission>> = { jane: 'admin', ann: 'write', jo: 'read', eve: 'read' };
const forge = { permissionOf: (_: unknown, user: string) => Promise.resolve(RIGHTS[user] ?? 'none') };

describe('who may give which command', () => {
  test.each<[string, CommandName, On, boolean]>([
    ['ann', 'build', 'pull-request', true],
    ['jo', 'build', 'pull-request', true],
    ['JO', 'build', 'pull-request', true],
    ['jo', 'test', 'pull-request', true],
    ['jo', 'retest-failed', 'pull-request', true],
    ['eve', 'build', 'pull-request', false],
    ['nobody', 'test', 'pull-request', false],
    ['', 'build', 'pull-request', false],
    ['eve', 'help', 'pull-request', true],
    // The author of a pull request approves nothing and starts nothing that lasts.
    ['jo', 'ok-to-test', 'pull-request', false],
    ['jo', 'vm-image-build', 'pull-request', false],
    ['jo', 'upstream-koji-build', 'pull-request', true],
    ['jo', 'koji-build', 'pull-request', false],
    ['jo', 'create-update', 'pull-request', false],
    ['jo', 'pull-from-upstream', 'pull-request', false],
    ['jo', 'propose-downstream', 'issue', false],
    ['jo', 'build', 'commit', false],
    ['ann', 'ok-to-test', 'pull-request', true],
    ['ann', 'propose-downstream', 'issue', true],
    ['ann', 'build', 'commit', true],
    ['jane', 'koji-build', 'pull-request', true],
  ])('%s, %s on a %s: %s', async (author, name, on, allowed) => {
    const verdict = await mayCommand(commentEvent(author, name, on), forge);
    expect(verdict.trusted).toBe(allowed);
    if (!verdict.trusted) {
      expect(verdict.text).toBe('User cannot trigger!');
      expect(verdict.advice).toContain(`\`${name}\``);
    }
  });

  test('packit’s account may not ask: nobody is believed, and the text says why', async () => {
    const closed = {
      permissionOf: () => Promise.reject(new ServiceError('FORGE_FORBIDDEN', 'no', { status: 403 })),
    };
    expect(await mayCommand(commentEvent('ann', 'build'), closed)).toMatchObject({
      trusted: false,
      advice: expect.stringContaining('could not be asked'),
    });
  });

  test('a forge that is out of order is no answer', async () => {
    const down = {
      permissionOf: () => Promise.reject(new ServiceError('FORGE_FAILED', 'down', { status: 502 })),
    };
    await expect(mayCommand(commentEvent('ann', 'build'), down)).rejects.toMatchObject({
      code: 'FORGE_FAILED',
    });
  });
});

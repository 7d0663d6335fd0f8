import { describe, expect, test } from '@jest/globals';
import { createClock } from '../../../src/session/clock.ts';
import { createSecrets } from '../../../src/session/secrets.ts';
import { recordedVariables, replayedEnvironment } from '../../../src/session/settings.ts';

const secrets = createSecrets(() => []);

describe('variables', () => {
  test("packit's own are recorded, secrets masked, what names programs left out", () => {
    const env = {
      PATH: '/bin',
      HOME: '/home/jane',
      PACKIT_BODHI_URL: 'https://jane:pw@bodhi.example/',
      PACKIT_PAGURE_TOKEN: 'abcdefghijkl',
      GITHUB_TOKEN: 'mnopqrstuvwx',
      DISTGIT_LOOKASIDE_AUTH: 'none',
      PACKIT_GIT_PASSWORD: 'abcdefghijkl',
      PACKIT_KOJI_BUILD_COMMAND: 'evil',
      LD_PRELOAD: '/evil.so',
    };
    expect(recordedVariables(env, secrets)).toEqual({
      PACKIT_BODHI_URL: 'https://masked-by-packit@bodhi.example/',
      PACKIT_PAGURE_TOKEN: 'masked-by-packit',
      GITHUB_TOKEN: 'masked-by-packit',
      DISTGIT_LOOKASIDE_AUTH: 'none',
    });
  });

  test('a replay has the recorded ones in place of its own, and none that a recording may not set', () => {
    const own = { PATH: '/bin', PACKIT_GITLAB_TOKEN: 'mine', PACKIT_BODHI_URL: 'https://mine.example' };
    const recorded = { PACKIT_BODHI_URL: 'https://theirs.example', PATH: '/evil', GIT_SSH_COMMAND: 'evil' };
    expect(replayedEnvironment(own, recorded)).toEqual({
      PATH: '/bin',
      PACKIT_BODHI_URL: 'https://theirs.example',
    });
  });
});

test('the clock stands still but for the time that is waited', async () => {
  const clock = createClock(new Date('2024-05-06T07:08:09Z'), false);
  expect(clock.now().toISOString()).toBe('2024-05-06T07:08:09.000Z');
  await clock.sleep(3_600_000);
  expect(clock.now().toISOString()).toBe('2024-05-06T08:08:09.000Z');
});

import { describe, expect, test } from '@jest/globals';
import { detectForge, normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { CiEvent, EventSource } from '../../../../src/workflows/ci/event/index.ts';
import {
  SHA,
  githubComment,
  githubPullRequest,
  githubPush,
  githubRelease,
  gitlabMergeRequest,
  gitlabPipeline,
  pagureMessage,
  pagurePush,
} from '../../../support/ci/payloads.ts';

function event(source: Partial<EventSource>): CiEvent {
  const result = normalise({ env: {}, prefix: '/packit', ...source });
  if (result.event === undefined) throw new Error(result.ignored);
  return result.event;
}

function ignored(source: Partial<EventSource>): string | undefined {
  return normalise({ env: {}, prefix: '/packit', ...source }).ignored;
}

const ACTIONS = { GITHUB_ACTIONS: 'true' };

describe('a pull request says the same on every forge', () => {
  test.each<[string, Partial<EventSource>]>([
    ['github', { name: 'pull_request', payload: githubPullRequest(), env: ACTIONS }],
    [
      'github',
      { name: 'pull_request_target', payload: githubPullRequest({ action: 'synchronize' }), env: ACTIONS },
    ],
    [
      'forgejo',
      {
        name: 'pull_request',
        payload: githubPullRequest({ action: 'synchronized', host: 'https://codeberg.org' }),
        env: { ...ACTIONS, FORGEJO_ACTIONS: 'true' },
      },
    ],
    ['gitlab', { payload: gitlabMergeRequest() }],
    [
      'gitlab',
      {
        env: gitlabPipeline({
          CI_PIPELINE_SOURCE: 'merge_request_event',
          CI_MERGE_REQUEST_IID: '7',
          CI_MERGE_REQUEST_TITLE: 'Fix it',
          CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'fix',
          CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
          CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'jo/hello',
          CI_MERGE_REQUEST_PROJECT_PATH: 'group/sub/hello',
        }),
      },
    ],
    ['pagure', { name: 'org.fedoraproject.prod.pagure.pull-request.new', payload: pagureMessage() }],
  ])('%s', (forge, source) => {
    const found = event(source);
    expect(found).toMatchObject({
      forge,
      kind: 'pull_request',
      trigger: 'pull_request',
      sha: SHA,
      actor: 'jo',
    });
    expect(found.pullRequest).toMatchObject({
      number: 7,
      title: 'Fix it',
      sourceBranch: 'fix',
      headSha: SHA,
      open: true,
    });
    expect(found.pullRequest?.source?.name).toBe('hello');
  });

  test('where it is', () => {
    expect(event({ name: 'pull_request', payload: githubPullRequest(), env: ACTIONS })).toMatchObject({
      instanceUrl: 'https://github.com',
      project: { namespace: 'jane', name: 'hello' },
    });
    expect(event({ payload: gitlabMergeRequest() })).toMatchObject({
      instanceUrl: 'https://gitlab.example.org',
      project: { namespace: 'group/sub', name: 'hello' },
      pullRequest: { url: 'https://gitlab.example.org/group/sub/hello/-/merge_requests/7' },
    });
    expect(event({ name: 'pagure.pull-request.new', payload: pagureMessage() })).toMatchObject({
      instanceUrl: 'https://src.fedoraproject.org',
      project: { namespace: 'rpms', name: 'hello' },
      pullRequest: { source: { forkOwner: 'jo' } },
    });
  });

  test('the merge commit that GitHub checks out is not the commit that is reported on', () => {
    const env = { ...ACTIONS, GITHUB_SHA: 'ffffffffffffffffffffffffffffffffffffffff' };
    expect(event({ name: 'pull_request', payload: githubPullRequest(), env }).sha).toBe(SHA);
    const merged = gitlabPipeline({
      CI_MERGE_REQUEST_IID: '7',
      CI_COMMIT_SHA: env.GITHUB_SHA,
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: SHA,
    });
    expect(event({ env: merged }).sha).toBe(SHA);
  });
});

describe('pushes and releases', () => {
  test.each<[string, Partial<EventSource>, Partial<CiEvent>]>([
    [
      'GitHub',
      { name: 'push', payload: githubPush(), env: ACTIONS },
      { branch: 'main', changedFiles: ['a', 'hello.spec'] },
    ],
    [
      'GitLab',
      { env: gitlabPipeline({ CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' }) },
      { branch: 'main' },
    ],
    [
      'Pagure',
      { name: 'pagure.git.receive', payload: pagurePush() },
      { branch: 'rawhide', changedFiles: ['hello.spec'] },
    ],
  ])('a push on %s', (_forge, source, more) => {
    expect(event(source)).toMatchObject({ kind: 'commit', trigger: 'commit', sha: SHA, ...more });
  });

  test.each<[string, Partial<EventSource>]>([
    ['GitHub', { name: 'release', payload: githubRelease(), env: ACTIONS }],
    ['GitLab', { env: gitlabPipeline({ CI_COMMIT_TAG: 'v1.1.0' }) }],
  ])('a release on %s', (_forge, source) => {
    expect(event(source)).toMatchObject({ kind: 'release', trigger: 'release', tag: 'v1.1.0' });
  });
});

describe('comments', () => {
  test('on a pull request', () => {
    const found = event({ name: 'issue_comment', payload: githubComment(), env: ACTIONS });
    expect(found).toMatchObject({
      kind: 'comment',
      trigger: 'pull_request',
      actor: 'jane',
      pullRequest: { number: 7, author: 'jo', headSha: undefined },
      comment: { id: '99', author: 'jane', on: 'pull-request', command: { name: 'build' } },
    });
  });

  test('the last comment of a message of Pagure is the new one', () => {
    const payload = pagureMessage({ body: 'please\n/packit build' });
    expect(event({ name: 'pagure.pull-request.comment.added', payload })).toMatchObject({
      kind: 'comment',
      actor: 'jane',
      comment: { id: '5', command: { name: 'build' } },
    });
  });
});

describe('what starts nothing says why', () => {
  test.each<[string, Partial<EventSource>, RegExp]>([
    [
      'a closed request',
      { name: 'pull_request', payload: githubPullRequest({ state: 'closed' }) },
      /is closed/,
    ],
    [
      'a request that was assigned',
      { name: 'pull_request', payload: githubPullRequest({ action: 'assigned' }) },
      /assigned starts nothing/,
    ],
    [
      'an edited comment',
      { name: 'issue_comment', payload: githubComment({ action: 'edited' }) },
      /edited starts nothing/,
    ],
    [
      'talk',
      { name: 'issue_comment', payload: githubComment({ body: 'I think /packit build is good' }) },
      /no line that begins/,
    ],
    [
      'a quoted command',
      { name: 'issue_comment', payload: githubComment({ body: '> /packit build' }) },
      /no line that begins/,
    ],
    [
      'a command that is none',
      { name: 'issue_comment', payload: githubComment({ body: '/packit dance' }) },
      /no command "dance"/,
    ],
    ['a tag', { name: 'push', payload: { ...githubPush(), ref: 'refs/tags/v1' } }, /a tag starts nothing/],
    ['a deleted branch', { name: 'push', payload: { ...githubPush(), deleted: true } }, /was deleted/],
    ['a draft release', { name: 'release', payload: githubRelease({ action: 'created' }) }, /published does/],
    [
      'an update of a merge request without commits',
      { payload: gitlabMergeRequest({ action: 'update' }) },
      /no new commits/,
    ],
    [
      'a schedule of GitLab',
      { env: gitlabPipeline({ CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BRANCH: 'main' }) },
      /sweep/,
    ],
    ['an event nobody knows', { name: 'star', payload: githubPush() }, /kind "star"/],
    ['no CI at all', {}, /no CI job/],
  ])('%s', (_name, source, words) => {
    const env = source.payload === undefined || 'object_kind' in (source.payload as object) ? {} : ACTIONS;
    expect(ignored({ env, ...source })).toMatch(words);
  });

  test('an update of a merge request with commits starts its jobs, and so does a new label', () => {
    const pushed = event({ payload: gitlabMergeRequest({ action: 'update', oldrev: 'f'.repeat(40) }) });
    expect(pushed.label).toBeUndefined();
    const labelled = event({
      payload: gitlabMergeRequest({ action: 'update', added: 'ready', labels: ['ready'] }),
    });
    expect(labelled).toMatchObject({ label: 'ready', pullRequest: { labels: ['ready'] } });
  });

  test('nothing in a payload can make it throw', () => {
    for (const payload of [
      null,
      [],
      'text',
      7,
      { repository: 7 },
      { repository: { name: {}, owner: [] } },
      { object_kind: 'note', project: null },
    ]) {
      for (const name of [
        'pull_request',
        'push',
        'release',
        'issue_comment',
        'check_run',
        'pagure.git.receive',
        '',
      ]) {
        expect(typeof ignored({ name, payload, env: ACTIONS })).toBe('string');
      }
    }
  });
});

test.each([
  [{ GITHUB_ACTIONS: 'true' }, 'github'],
  [{ GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }, 'forgejo'],
  [{ GITHUB_ACTIONS: 'true', GITEA_ACTIONS: 'true' }, 'forgejo'],
  [{ GITLAB_CI: 'true' }, 'gitlab'],
  [{ CI: 'true' }, undefined],
])('%j is %s', (env, forge) => expect(detectForge(env)).toBe(forge));

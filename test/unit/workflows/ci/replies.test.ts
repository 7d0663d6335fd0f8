import { describe, expect, test } from '@jest/globals';
import { COMMAND_NAMES, normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { EventSource, Reply } from '../../../../src/workflows/ci/event/index.ts';
import { parseComment } from '../../../../src/workflows/ci/event/command.ts';
import { SHA, githubComment, githubRepository, pagureMessage } from '../../../support/ci/payloads.ts';

function replyTo(source: Partial<EventSource>): Reply | undefined {
  const result = normalise({ env: {}, prefix: '/packit', ...source });
  return result.event === undefined ? result.reply : undefined;
}

function github(body: string, more: object = {}): Partial<EventSource> {
  return { name: 'issue_comment', payload: { ...githubComment({ body, author: 'jo' }), ...more } };
}

describe('an answer to comments', () => {
  test('help: every command, where it was asked for', () => {
    const reply = replyTo(github('/packit help'));
    expect(reply).toMatchObject({
      forge: 'github',
      instanceUrl: 'https://github.com',
      project: { namespace: 'jane', name: 'hello' },
      thread: { on: 'pull-request', number: 7 },
      comment: '99',
      author: 'jo',
    });
    for (const name of COMMAND_NAMES) expect(reply?.body).toContain(`\`/packit ${name}\``);
  });

  test('a command that is none says what is wrong, and which there are', () => {
    const { body = '' } = replyTo(github('Hm.\n/packit biuld please')) ?? {};
    expect(body).toMatch(/^That command cannot be read: `there is no command "biuld"`\.\n\n\| Comment/);
  });

  test.each<[string, Partial<EventSource>, Reply['thread']]>([
    ['an issue', github('/packit help', { issue: { number: 3, state: 'open' } }), { on: 'issue', number: 3 }],
    [
      'a pull request of Forgejo’s messages',
      github('/packit help', { issue: { number: 3, state: 'open' }, is_pull: true }),
      { on: 'pull-request', number: 3 },
    ],
    [
      'a commit',
      {
        name: 'commit_comment',
        payload: {
          action: 'created',
          repository: githubRepository(),
          comment: { id: 5, body: '/packit help', commit_id: SHA, user: { login: 'jo' } },
        },
      },
      { on: 'commit', sha: SHA },
    ],
    [
      'a merge request',
      {
        payload: {
          object_kind: 'note',
          user: { username: 'jo' },
          project: { path_with_namespace: 'group/hello', web_url: 'https://gitlab.com/group/hello' },
          object_attributes: { id: 5, note: '/packit help', noteable_type: 'MergeRequest' },
          merge_request: { iid: 4, state: 'opened' },
        },
      },
      { on: 'pull-request', number: 4 },
    ],
    [
      'a pull request of Pagure',
      { name: 'pagure.pull-request.comment.added', payload: pagureMessage({ body: '/packit help' }) },
      { on: 'pull-request', number: 7 },
    ],
  ])('%s', (_, source, thread) => {
    expect(replyTo(source)?.thread).toEqual(thread);
  });

  test('comments that hold no command are nobody’s business', () => {
    expect(replyTo(github('looks good'))).toBeUndefined();
    expect(replyTo(github('> /packit help'))).toBeUndefined();
    expect(replyTo(github('/packit biuld', { action: 'edited' }))).toBeUndefined();
  });

  test.each([
    '/packit `@jane` <!-- -->',
    '/packit "@everyone</td><script>`"',
    `/packit ${'x'.repeat(5000)}`,
    '/packit test `\u2028`',
  ])('what it quotes is neither markup nor a mention: %s', (said) => {
    const [first = ''] = (replyTo(github(said))?.body ?? '').split('\n\n| Comment');
    expect(first).toMatch(/^That command cannot be read: `[^`\n\u2028]{1,200}`\.$/u);
  });

  test('no answer is a command itself', () => {
    for (const said of ['/packit help', '/packit x', '/packit "']) {
      expect(parseComment(replyTo(github(said))?.body ?? '', '/packit')).toBeUndefined();
    }
  });
});

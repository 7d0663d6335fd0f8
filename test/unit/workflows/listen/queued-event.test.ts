import { describe, expect, it } from '@jest/globals';
import {
  fromMessage,
  groupOf,
  laneOf,
  projectOf,
  toMessage,
} from '../../../../src/workflows/listen/queued-event.ts';
import { eventOfMessage } from '../../../../src/workflows/listen/messages.ts';
import type { HandledEvent } from '../../../../src/workflows/listen/index.ts';
import { githubComment, githubPullRequest, githubPush } from '../../../support/ci/payloads.ts';

const event = (more: Partial<HandledEvent> = {}): HandledEvent => ({
  source: 'webhook',
  forge: 'github',
  name: 'pull_request',
  payload: githubPullRequest(),
  id: 'github:1',
  ...more,
});

describe('an event in the queue', () => {
  it('comes out as it went in', () => {
    const one = event();
    const message = toMessage(one, new Date('2026-08-01T10:00:00Z'));
    expect(message).toMatchObject({
      id: 'github:1',
      headers: { 'packit-since': '2026-08-01T10:00:00.000Z' },
    });
    expect(fromMessage(message.body)).toEqual(one);
    const { forge: _, ...bare } = event({ source: 'message', name: 'copr.build.end', payload: { build: 1 } });
    expect(fromMessage(toMessage(bare, new Date()).body)).toEqual(bare);
  });

  it.each([
    ['', 'it is no JSON'],
    ['null', 'it is no JSON object'],
    ['{}', 'its version is undefined, not 1'],
    ['{"version":2}', 'its version is 2, not 1'],
    ['{"version":1,"source":"rumour"}', 'its source is none of webhook, message, sweep'],
    ['{"version":1,"source":"sweep","name":"sweep","id":""}', 'it has no name or no id'],
  ])('%s cannot be read', (body, why) => {
    expect(() => fromMessage(body)).toThrow(`The event cannot be read: ${why}`);
  });

  it.each([
    ['pull_request', 'events'],
    ['Merge Request Hook', 'events'],
    ['pagure.pull-request.new', 'events'],
    ['copr.build.end', 'results'],
    ['buildsys.tag', 'results'],
    ['testing-farm', 'results'],
    ['hotness.update.bug.file', 'long'],
    ['pagure.git.receive', 'long'],
  ] as const)('%s goes by the lane %s', (name, lane) => {
    expect(laneOf({ name, source: 'message' })).toBe(lane);
  });

  it('of one pull request is of one group, whatever it is', () => {
    const group = groupOf(event());
    expect(group).toBe('github https://github.com jane hello 7');
    expect(groupOf(event({ name: 'issue_comment', payload: githubComment() }))).toBe(group);
    expect(groupOf(event({ name: 'push', payload: githubPush() }))).toBe(
      'github https://github.com jane hello main',
    );
  });

  it.each([
    ['copr.build.end', { owner: '@g', copr: 'p', build: 7, chroot: 'x' }, 'copr @g p 7'],
    ['copr.build.end', {}, undefined],
    ['buildsys.build.state.change', { name: 'hello' }, 'koji hello'],
    ['buildsys.tag', { name: 'hello' }, 'koji hello'],
    ['buildsys.task.state.change', { id: 3 }, 'koji-task 3'],
    ['hotness.update.bug.file', { package: 'hello' }, 'package hello'],
    ['testing-farm', { request_id: 'r' }, 'testing-farm r'],
    ['testing-farm', null, undefined],
  ])('%s of %j is of the group %s', (name, payload, group) => {
    expect(groupOf({ source: 'message', name, payload, id: 'x' })).toBe(group);
  });

  it('tells its project', () => {
    expect(projectOf(event())).toEqual({
      forge: 'github',
      instanceUrl: 'https://github.com',
      project: { namespace: 'jane', name: 'hello' },
    });
    expect(projectOf(event({ payload: {} }))).toBeUndefined();
    expect(projectOf(event({ source: 'sweep' }))).toBeUndefined();
  });
});

describe('a message of the bus', () => {
  const message = (topic: string, body: object, id: string | undefined = 'm1') => ({
    topic: `org.fedoraproject.prod.${topic}`,
    body,
    id,
    sentAt: undefined,
    severity: 20,
  });
  const options = { accounts: ['packit'] };

  it('becomes an event, or the reason why it is none', () => {
    expect(eventOfMessage(message('copr.build.end', { user: 'packit', build: 1 }), options)).toEqual({
      event: {
        source: 'message',
        name: 'copr.build.end',
        payload: { user: 'packit', build: 1 },
        id: 'message:m1',
      },
    });
    expect(eventOfMessage(message('copr.build.end', { user: 'jane' }), options)).toEqual({
      reason: 'its user is none of the accounts',
    });
    expect(eventOfMessage(message('pagure.pull-request.new', {}), options).event?.forge).toBe('pagure');
  });

  it('without an id is named by what is in it', () => {
    const bare = () =>
      eventOfMessage({ ...message('hotness.update.bug.file', { package: 'a' }), id: undefined }, options)
        .event?.id;
    expect(bare()).toMatch(/^message:[0-9a-f]{64}$/);
    expect(bare()).toBe(bare());
  });

  it('of Forgejo is what its webhook would be, and the same event', () => {
    const body = { body: { ref: 'refs/heads/main' }, headers: { 'X-Forgejo-Delivery': 'd7' }, agent: 'jane' };
    expect(eventOfMessage(message('forgejo.push', body), options)).toEqual({
      event: {
        source: 'message',
        forge: 'forgejo',
        name: 'push',
        payload: { ref: 'refs/heads/main' },
        id: 'forgejo:d7',
      },
    });
    expect(eventOfMessage(message('forgejo.push', { body: {}, headers: null }), options).event?.id).toBe(
      'message:m1',
    );
    expect(eventOfMessage(message('forgejo.push', {}), options)).toEqual({ reason: 'it holds no webhook' });
  });
});

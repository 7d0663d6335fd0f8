import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { receive, sameText, signatureProblem } from '../../../../src/workflows/listen/web/index.ts';

const secret = "It's a Secret to Everybody";

function signed(body: string | Buffer, key = secret): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

describe('the signature of a webhook', () => {
  it("is GitHub's, as its documentation computes it", () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const documented = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const body = Buffer.from('Hello, World!');
    expect(signatureProblem('github', secret, { 'x-hub-signature-256': documented }, body)).toBeUndefined();
  });

  it('is taken over the bytes, not over a text made of them', () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(signatureProblem('forgejo', secret, { 'x-gitea-signature': signed(body) }, body)).toBeUndefined();
    const asText = Buffer.from(body.toString('utf8'));
    expect(signatureProblem('forgejo', secret, { 'x-gitea-signature': signed(asText) }, body)).toBeDefined();
  });

  const body = '{"a":1}';
  it.each([
    ['github', { 'x-hub-signature-256': `sha256=${signed(body)}` }, undefined],
    ['github', { 'x-hub-signature-256': `sha256=${signed(body).toUpperCase()}` }, undefined],
    ['github', {}, 'it has no signature'],
    ['github', { 'x-hub-signature': 'sha1=00' }, 'it has no signature'],
    ['github', { 'x-hub-signature-256': '' }, 'it has no signature'],
    ['github', { 'x-hub-signature-256': ['a', 'b'] }, 'it has no signature'],
    [
      'github',
      { 'x-hub-signature-256': `sha256=${signed(`${body} `)}` },
      'its signature is not that of the secret',
    ],
    [
      'github',
      { 'x-hub-signature-256': `sha256=${signed(body, 'other')}` },
      'its signature is not that of the secret',
    ],
    ['github', { 'x-hub-signature-256': 'sha256=' }, 'its signature is not that of the secret'],
    [
      'github',
      { 'x-hub-signature-256': `sha256=${signed(body).slice(1)}` },
      'its signature is not that of the secret',
    ],
    [
      'github',
      { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
      'its signature is not that of the secret',
    ],
    ['github', { 'x-hub-signature-256': 'sha256=ünïcode' }, 'its signature is not that of the secret'],
    ['forgejo', { 'x-forgejo-signature': signed(body) }, undefined],
    ['forgejo', { 'x-gitea-signature': signed(body) }, undefined],
    ['forgejo', { 'x-hub-signature-256': `sha256=${signed(body)}` }, 'it has no signature'],
    ['gitlab', { 'x-gitlab-token': secret }, undefined],
    ['gitlab', { 'x-gitlab-token': `${secret} ` }, 'its X-Gitlab-Token is another one'],
    ['gitlab', { 'x-gitlab-token': secret.slice(0, -1) }, 'its X-Gitlab-Token is another one'],
    ['gitlab', {}, 'it has no X-Gitlab-Token'],
  ] as const)('of %s with %j: %s', (forge, headers, problem) => {
    const given = headers as unknown as Record<string, string>;
    expect(signatureProblem(forge, secret, given, Buffer.from(body))).toBe(problem);
  });

  it('compares texts of any length', () => {
    expect(sameText('', '')).toBe(true);
    expect(sameText('a', '')).toBe(false);
    expect(sameText('ä', 'ä')).toBe(true);
  });
});

describe('a request', () => {
  const secrets = { github: secret, gitlab: 'gl', testingFarm: 'tf' };
  const github = (body: string, headers: object = {}) =>
    receive(
      {
        path: '/webhooks/github',
        headers: {
          'x-github-event': 'push',
          'x-github-delivery': 'd1',
          'x-hub-signature-256': `sha256=${signed(body)}`,
          ...headers,
        },
        body: Buffer.from(body),
      },
      secrets,
    );

  it('becomes an event with the id of its delivery', () => {
    expect(github('{"ref":"x"}')).toEqual({
      event: { source: 'webhook', forge: 'github', name: 'push', payload: { ref: 'x' }, id: 'github:d1' },
    });
  });

  it('without an id is named by its content', () => {
    const first = github('{"ref":"x"}', { 'x-github-delivery': undefined });
    expect(first.event?.id).toMatch(/^github:[0-9a-f]{64}$/);
    expect(github('{"ref":"x"}', { 'x-github-delivery': undefined })).toEqual(first);
  });

  it('of GitLab keeps its id when it is repeated', () => {
    const headers = {
      'x-gitlab-token': 'gl',
      'x-gitlab-event': 'Note Hook',
      'x-gitlab-event-uuid': 'u',
      'idempotency-key': 'k',
    };
    expect(receive({ path: '/webhooks/gitlab', headers, body: Buffer.from('{}') }, secrets).event?.id).toBe(
      'gitlab:k',
    );
  });

  it('of Testing Farm leaves its token behind', () => {
    const body = Buffer.from('{"request_id":"7f0e1b9a","token":"tf"}');
    const { event } = receive({ path: '/webhooks/testing-farm', headers: {}, body }, secrets);
    expect(event).toMatchObject({
      source: 'webhook',
      name: 'testing-farm',
      payload: { request_id: '7f0e1b9a' },
    });
    expect(JSON.stringify(event)).not.toContain('"tf"');
  });

  it.each([
    ['/', {}, '{}', 404],
    ['/webhooks/forgejo', {}, '{}', 404],
    ['/webhooks/github', {}, '{}', 403],
    ['/webhooks/gitlab', { 'x-gitlab-token': 'gl' }, '{}', 400],
    ['/webhooks/gitlab', { 'x-gitlab-token': 'gl', 'x-gitlab-event': 'Pipeline Hook' }, '{}', 202],
    ['/webhooks/gitlab', { 'x-gitlab-token': 'gl', 'x-gitlab-event': 'Push Hook' }, 'payload=%7B%7D', 400],
    ['/webhooks/gitlab', { 'x-gitlab-token': 'gl', 'x-gitlab-event': 'Push Hook' }, '[]', 400],
    ['/webhooks/testing-farm', {}, '{"request_id":"a","token":"other"}', 403],
    ['/webhooks/testing-farm', {}, 'nothing', 403],
    ['/webhooks/testing-farm', {}, '{"request_id":"../x","token":"tf"}', 400],
  ])('to %s with %j and %s is answered with %i', (path, headers, body, status) => {
    expect(receive({ path, headers, body: Buffer.from(body) }, secrets)).toMatchObject({
      status,
      text: expect.any(String),
    });
  });
});

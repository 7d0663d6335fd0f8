import { describe, expect, test } from '@jest/globals';
import { composeRequest, readCompose } from '../../../../src/remote/image-builder/index.ts';

const WISHES = {
  name: 'img',
  distribution: 'fedora-42',
  request: { architecture: 'x86_64', image_type: 'aws' },
  customizations: { packages: ['hello'] },
};

describe('a compose', () => {
  test('what is asked for; a repository is added to those configured', () => {
    expect(composeRequest(WISHES)).toEqual({
      image_name: 'img',
      distribution: 'fedora-42',
      image_requests: [{ architecture: 'x86_64', image_type: 'aws' }],
      customizations: { packages: ['hello'], payload_repositories: [] },
    });
    const own = { rhsm: false, baseurl: 'https://own/' };
    const customizations = { payload_repositories: [own] };
    expect(composeRequest({ ...WISHES, customizations, repository: 'https://copr/' }).customizations).toEqual(
      {
        payload_repositories: [own, { rhsm: false, baseurl: 'https://copr/', check_gpg: false }],
      },
    );
    expect(customizations.payload_repositories).toHaveLength(1);
    expect(() => composeRequest({ ...WISHES, name: 'x'.repeat(101) })).toThrow(
      expect.objectContaining({ code: 'IMAGE_NAME_TOO_LONG' }),
    );
  });

  const read = (image_status: unknown) => readCompose({ image_status }, 'id-1', 'img', 'https://page/');

  test.each([
    [{ status: 'pending' }, 'queued', undefined],
    [{ status: 'building' }, 'running', undefined],
    [{ status: 'building', progress: { done: 2, total: 5 } }, 'running', '2 of 5 steps'],
    [{ status: 'uploading' }, 'running', 'uploading'],
    [{ status: 'registering' }, 'running', 'registering'],
    [{ status: 'something new' }, 'running', 'something new'],
    [{ status: 'success' }, 'succeeded', undefined],
    [{ status: 'failure', error: { id: 5, reason: 'no such package' } }, 'failed', 'no such package'],
    [{ status: 'failure' }, 'failed', 'no reason given'],
  ])('%j is %s', (status, state, note) => {
    const compose = read(status);
    expect(compose.state).toBe(state);
    expect(compose.note).toBe(note);
  });

  test('where the image is', () => {
    const upload_status = {
      type: 'aws',
      status: 'success',
      options: { ami: 'ami-1', region: 'us-east-1', x: 5 },
    };
    expect(read({ status: 'success', upload_status }).image).toEqual({ ami: 'ami-1', region: 'us-east-1' });
    expect(read({ status: 'uploading', upload_status }).image).toBeUndefined();
  });

  test.each([undefined, null, {}, { status: 5 }])('no status: %j', (status) => {
    expect(() => read(status)).toThrow(expect.objectContaining({ code: 'IMAGE_BUILDER_ANSWER' }));
  });
});

import { describe, expect, it } from '@jest/globals';
import { keepMessage, topicName } from '../../../../src/remote/fedora-messaging/index.ts';

const P = 'org.fedoraproject.prod.';
const options = { accounts: ['packit'] };

describe('what is kept of the messages on the bus', () => {
  it.each([
    [`${P}copr.build.start`, { user: 'packit' }, 'copr.build.start', undefined],
    [`${P}copr.build.end`, { user: 'packit' }, 'copr.build.end', undefined],
    [
      `${P}buildsys.build.state.change`,
      { owner: 'jane', task: { method: 'build' } },
      'buildsys.build.state.change',
      undefined,
    ],
    [`${P}buildsys.task.state.change`, { owner: 'packit' }, 'buildsys.task.state.change', undefined],
    [`${P}buildsys.tag`, { tag: 'f43-build-side-1234' }, 'buildsys.tag', undefined],
    [`${P}pagure.git.receive`, { changed_files: { 'hello.spec': 'M' } }, 'pagure.git.receive', 'pagure'],
    [`${P}pagure.pull-request.new`, {}, 'pagure.pull-request.new', 'pagure'],
    [`${P}pagure.pull-request.closed`, { merged: true }, 'pagure.pull-request.closed', 'pagure'],
    [
      `${P}pagure.pull-request.flag.added`,
      { pullrequest: { user: { name: 'packit' } } },
      'pagure.pull-request.flag.added',
      'pagure',
    ],
    [`${P}hotness.update.bug.file`, {}, 'hotness.update.bug.file', undefined],
    [
      'org.release-monitoring.prod.anitya.project.version.update.v2',
      {},
      'anitya.project.version.update.v2',
      undefined,
    ],
    [`${P}forgejo.push`, {}, 'forgejo.push', 'forgejo'],
    ['org.fedoraproject.stg.copr.build.end', { user: 'packit' }, 'copr.build.end', undefined],
  ])('%s', (topic, body, name, forge) => {
    expect(keepMessage({ topic, body }, options)).toEqual({
      kept: true,
      name,
      ...(forge === undefined ? {} : { forge }),
    });
  });

  it.each([
    [`${P}copr.build.end`, { user: 'jane' }, 'its user is none of the accounts'],
    [`${P}copr.build.end`, {}, 'its user is none of the accounts'],
    [
      `${P}buildsys.build.state.change`,
      { owner: 'releng', task: { method: 'build' } },
      'its owner is releng',
    ],
    [
      `${P}buildsys.build.state.change`,
      { owner: 'jane', task: { method: 'image' } },
      'its task.method is not build',
    ],
    [`${P}buildsys.build.state.change`, { owner: 'jane', task: null }, 'its task.method is not build'],
    [`${P}buildsys.tag`, { tag: 'f43-candidate' }, 'its tag has no -side- in it'],
    [`${P}pagure.git.receive`, { changed_files: { README: 'M' } }, 'its changed_files names no .spec'],
    [`${P}pagure.pull-request.closed`, { merged: false }, 'its merged is not true'],
    [`${P}bodhi.update.complete.stable`, {}, 'no rule is for its topic'],
    ['copr.build.end.org.fedoraproject.prod.', { user: 'packit' }, 'no rule is for its topic'],
  ])('not %s of %j', (topic, body, reason) => {
    expect(keepMessage({ topic, body }, options)).toEqual({ kept: false, reason });
  });

  it('needs accounts for what belongs to one', () => {
    expect(
      keepMessage({ topic: `${P}copr.build.end`, body: { user: 'packit' } }, { accounts: [] }).kept,
    ).toBe(false);
  });

  it('knows topics without host and environment', () => {
    expect(topicName('org.centos.prod.buildsys.tag')).toBe('buildsys.tag');
    expect(topicName('copr.build.end')).toBe('copr.build.end');
  });
});

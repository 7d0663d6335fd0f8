import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SNAPSHOT, loadAliases, needsAliases } from '../../../../src/project/distro-aliases/index.ts';
import { InterruptedError } from '../../../../src/errors.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'packit-aliases-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const F99 = {
  name: 'F99',
  long_name: 'Fedora 99',
  version: '99',
  id_prefix: 'FEDORA',
  branch: 'x',
  state: 'current',
};
const bodhi = () => Promise.resolve({ releases: [F99], page: 1, pages: 1 });
const away = () => Promise.reject(new Error('no route to host'));
const at = (time: string) => () => new Date(time);

describe('loading the aliases', () => {
  test('asks Bodhi, keeps the answer for twelve hours, and longer if Bodhi is away', async () => {
    const options = { cacheDirectory: join(directory, 'deep'), fetchJson: bodhi };
    const first = await loadAliases({ ...options, now: at('2030-01-01T00:00:00Z') });
    expect(first).toMatchObject({ source: 'bodhi', notice: undefined });
    expect(readdirSync(options.cacheDirectory)).toEqual(['distro-aliases.json']);

    const second = await loadAliases({ ...options, fetchJson: away, now: at('2030-01-01T11:00:00Z') });
    expect(second).toMatchObject({
      source: 'cache',
      notice: undefined,
      date: new Date('2030-01-01T00:00:00Z'),
    });
    expect(second.aliases).toEqual(first.aliases);

    const old = await loadAliases({ ...options, fetchJson: away, now: at('2030-01-03T13:00:00Z') });
    expect(old.source).toBe('cache');
    expect(old.notice).toBe('Distribution aliases are 2 days old: no route to host');

    const again = await loadAliases({ ...options, now: at('2030-01-03T13:00:00Z') });
    expect(again.source).toBe('bodhi');
  });

  test('falls back to the bundled list and tells its age', async () => {
    const now = new Date(new Date(SNAPSHOT.date).getTime() + 24 * 60 * 60 * 1000);
    const loaded = await loadAliases({ cacheDirectory: directory, now: () => now });
    expect(loaded.source).toBe('bundled');
    expect(loaded.notice).toBe(
      `Distribution aliases are those bundled with packit, of ${SNAPSHOT.date} (1 day old): the network is not used`,
    );
  });

  test.each(['', '[]', '{"data": [1], "timestamp": 1}', '{"data": [], "timestamp": 1}', '{"data": 1}'])(
    'survives a cache of %j',
    async (content) => {
      writeFileSync(join(directory, 'distro-aliases.json'), content);
      const loaded = await loadAliases({ cacheDirectory: directory, now: at('2030-01-01'), fetchJson: away });
      expect(loaded.source).toBe('bundled');
    },
  );

  test('does not take an empty answer, works without a cache directory, and ends when interrupted', async () => {
    const empty = () => Promise.resolve({ releases: [], page: 1, pages: 0 });
    const now = at('2030-01-01');
    expect((await loadAliases({ cacheDirectory: directory, now, fetchJson: empty })).source).toBe('bundled');
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect((await loadAliases({ cacheDirectory: file, now, fetchJson: bodhi })).source).toBe('bodhi');
    const stop = () => Promise.reject(new InterruptedError());
    await expect(loadAliases({ cacheDirectory: directory, now, fetchJson: stop })).rejects.toThrow(
      'Interrupted',
    );
  });
});

test('Bodhi is asked only where a name depends on it', () => {
  expect(needsAliases(['main', 'rawhide', 'f42', 'epel9', 'epel10.1', 'c9s', 'opensuse-all'])).toBe(false);
  expect(needsAliases(['main', 'fedora-all'])).toBe(true);
  expect(needsAliases(['epel-9'])).toBe(true);
  expect(needsAliases([])).toBe(true);
});

import { describe, expect, test } from '@jest/globals';
import { fetchActiveReleases } from '../../../../src/remote/bodhi/index.ts';

const release = (name: string) => ({
  name,
  long_name: `Fedora ${name.slice(1)}`,
  version: name.slice(1),
  id_prefix: 'FEDORA',
  branch: name.toLowerCase(),
  state: 'current',
  dist_tag: 'more than we use',
});

describe('the releases Bodhi knows', () => {
  test('are read page by page', async () => {
    const asked: string[] = [];
    const releases = await fetchActiveReleases((url) => {
      asked.push(url);
      const page = Number(new URL(url).searchParams.get('page'));
      return Promise.resolve({ releases: [release(`F${40 + page}`)], page, pages: 3, total: 3 });
    }, 'http://localhost:8080/bodhi/');
    expect(releases.map(({ name }) => name)).toEqual(['F41', 'F42', 'F43']);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe(
      'http://localhost:8080/bodhi/releases/?state=current&state=pending&state=frozen&rows_per_page=100&page=1',
    );
    expect(releases[0]).not.toHaveProperty('dist_tag');
  });

  test('may be none: one page of zero', async () => {
    expect(await fetchActiveReleases(() => Promise.resolve({ releases: [], page: 1, pages: 0 }))).toEqual([]);
  });

  test.each([
    null,
    [],
    { releases: 'x' },
    { releases: [1], pages: 1 },
    { releases: [{ name: 'F1' }], pages: 1 },
  ])('are not in %j', async (answer) => {
    await expect(fetchActiveReleases(() => Promise.resolve(answer))).rejects.toMatchObject({
      code: 'BODHI_UNEXPECTED',
      exitCode: 3,
    });
  });
});

/** Patches of real histories: merges of every kind, refs, joined and empty commits. */
import { execFileSync } from 'node:child_process';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createPatches, keepIdentical, resolveUpstreamRef } from '../../../../src/project/patches/index.ts';
import type { CreatedPatches } from '../../../../src/project/patches/index.ts';
import { createGit } from '../../../../src/tools/git/index.ts';
import { createRepository } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { NUMBERS } from '../../../support/source-git-project.ts';
import { tempDir } from '../../../support/temp.ts';

let repository: TestRepository;
beforeEach(() => {
  repository = createRepository(`${tempDir()}/repository`);
  repository.write('numbers', NUMBERS);
  repository.commit('Old');
  repository.write('README', 'read me\n');
  repository.commit('Release');
  repository.tag('v1.0');
});

function replace(from: string, to: string): void {
  const numbers = repository.git('show', 'HEAD:numbers');
  repository.write('numbers', `${numbers}\n`.replace(`\n${from}\n`, `\n${to}\n`));
}

function change(from: string, to: string, message = `Change ${from}`): string {
  replace(from, to);
  return repository.commit(message);
}

async function create(upstreamRef = 'v1.0'): Promise<CreatedPatches> {
  // git may touch the files of objects that are there.
  const state = (): unknown => [
    snapshot(repository.dir, (path) => path.startsWith('.git/objects/')),
    repository.git('count-objects', '-v'),
  ];
  const before = state();
  const made = await createPatches({
    git: createGit(repository.run, repository.dir),
    upstreamRef,
    scratch: tempDir(),
    ignore: ['ignored'],
  });
  expect(state()).toEqual(before);
  return made;
}

/** What v1.0 with the patches applied one after the other has in `numbers`. */
function applied({ patches }: CreatedPatches): string {
  repository.git('checkout', '--quiet', '--detach', 'v1.0');
  for (const { content } of patches) {
    if (content.length > 0) execFileSync('git', ['apply', '-p1'], { cwd: repository.dir, input: content });
  }
  const numbers = execFileSync('cat', ['numbers'], { cwd: repository.dir, encoding: 'utf8' });
  repository.git('checkout', '--quiet', '--force', 'main');
  return numbers.trimEnd();
}

function names({ patches }: CreatedPatches): string[] {
  return patches.map(({ name }) => name);
}

describe('merges', () => {
  test('of branches that began after the base: a patch for each commit', async () => {
    change('5', 'five');
    repository.git('checkout', '--quiet', '-b', 'side');
    change('20', 'twenty', 'Side\n\nPatch-name: side.patch');
    repository.git('checkout', '--quiet', 'main');
    change('10', 'ten');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
    const made = await create();
    expect(made.history.linear).toBe(false);
    expect(names(made).toSorted()).toEqual([
      expect.stringMatching(/^0001-Change-5/),
      expect.stringMatching(/Change-10/),
      'side.patch',
    ]);
    expect(applied(made)).toBe(repository.git('show', 'HEAD:numbers'));
  });

  test('of branches from before the base: one patch for each merge, hashes as they are', async () => {
    repository.git('checkout', '--quiet', '-b', 'side', 'v1.0~1');
    change('20', 'twenty', 'Side');
    repository.git('checkout', '--quiet', 'main');
    change('5', 'five');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge side\n\nPatch-name: merged.patch', 'side');
    const merge = repository.git('rev-parse', 'HEAD');
    const last = change('10', 'ten');
    const made = await create();
    expect(made.history.linear).toBe(true);
    expect(names(made)).toEqual(['0001-Change-5.patch', 'merged.patch', '0003-Change-10.patch']);
    expect(made.patches.map(({ commits }) => commits).slice(1)).toEqual([[merge], [last]]);
    expect(applied(made)).toBe(repository.git('show', 'HEAD:numbers'));
  });

  test('whose second parent leads to the base', async () => {
    repository.git('checkout', '--quiet', '-b', 'work', 'v1.0~1');
    change('20', 'twenty', 'Before the release');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge release', 'v1.0');
    change('5', 'five');
    repository.git('branch', '--quiet', '--force', 'main', 'work');
    repository.git('checkout', '--quiet', 'main');
    const made = await create();
    expect(names(made)).toEqual(['0001-Merge-release.patch', '0002-Change-5.patch']);
    expect(applied(made)).toBe(repository.git('show', 'HEAD:numbers'));
  });

  test('with signatures in their headers', async () => {
    repository.git('checkout', '--quiet', '-b', 'side', 'v1.0~1');
    change('20', 'twenty', 'Side');
    repository.git('checkout', '--quiet', 'main');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
    const commit = execFileSync('git', ['cat-file', 'commit', 'HEAD'], {
      cwd: repository.dir,
      encoding: 'utf8',
    });
    const signed = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: repository.dir,
      encoding: 'utf8',
      input: commit.replace(
        '\n\n',
        '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n parent is not what this says\n -----END PGP SIGNATURE-----\n\n',
      ),
    });
    repository.git('reset', '--quiet', '--hard', signed.trim());
    const made = await create();
    expect(names(made)).toEqual(['0001-Merge-side.patch']);
    expect(applied(made)).toBe(repository.git('show', 'HEAD:numbers'));
  });
});

describe('commits', () => {
  test('that are empty give a patch only if they name it; those of ignored paths never', async () => {
    repository.commit('Empty');
    repository.commit('Named\n\nPatch-name: empty.patch');
    repository.write('ignored/x', '1');
    repository.commit('Ignored path\n\nPatch-name: no.patch');
    change('5', 'five');
    const made = await create();
    expect(made.patches.map(({ name, content }) => [name, content.length > 0])).toEqual([
      ['empty.patch', false],
      ['0001-Change-5.patch', true],
    ]);
  });

  test('of the older form: an empty one needs present_in_specfile, and its name', async () => {
    repository.commit('Named\n\npatch_name: empty.patch');
    repository.commit('There\n\npatch_name: there.patch\npresent_in_specfile: true');
    expect(names(await create())).toEqual(['there.patch']);
    repository.commit('Nameless\n\npresent_in_specfile: true');
    await expect(create()).rejects.toMatchObject({ code: 'PATCH_NAME_MISSING' });
  });

  test('say the same with one more of them', async () => {
    change('5', 'five');
    const [first] = (await create()).patches;
    for (let at = 10; at < 20; at++) change(String(at), `n${at}`);
    const more = (await create()).patches;
    expect(more).toHaveLength(11);
    expect(more[0]?.content.equals(first?.content ?? Buffer.of())).toBe(true);
  });
});

describe('upstream_ref', () => {
  const resolve = (ref: string) => resolveUpstreamRef(createGit(repository.run, repository.dir), ref);

  test('is a ref, a glob of tags, a glob of branches, or a branch of origin', async () => {
    const release = repository.git('rev-parse', 'v1.0^{commit}');
    repository.git('update-ref', 'refs/remotes/origin/upstream', release);
    const head = change('5', 'five');
    expect(await resolve('v1.0')).toEqual({ name: 'v1.0', sha: release });
    expect(await resolve('v*')).toEqual({ name: 'v1.0', sha: release });
    expect(await resolve('upstream')).toEqual({ name: 'origin/upstream', sha: release });
    expect((await resolve('branches/main*')).sha).toBe(head);
    await expect(resolve('w*')).rejects.toMatchObject({ code: 'UPSTREAM_REF_NOT_FOUND' });
    await expect(resolve('--all')).rejects.toMatchObject({ code: 'UPSTREAM_REF_NOT_FOUND' });
  });
});

describe('a patch of before', () => {
  async function kept(before: string): Promise<boolean[]> {
    const made = await create();
    const patches = await keepIdentical(made.patches, {
      history: made.history,
      ignore: ['ignored'],
      scratch: tempDir(),
      before: () => Promise.resolve(Buffer.from(before)),
    });
    expect(patches.every(({ kept: same, content }) => !same || content.equals(Buffer.from(before)))).toBe(
      true,
    );
    return patches.map((patch) => patch.kept);
  }

  test('stays where it leads to the same, however it is written', async () => {
    change('5', 'five');
    const diff = (...how: string[]): string => repository.git('diff', ...how, 'HEAD~1', 'HEAD');
    expect(await kept(`${diff('-U1')}\n`)).toEqual([true]);
    expect(await kept(`${diff('-U10')}\n`)).toEqual([true]);
    expect(await kept(`${diff().replace('+five', '+funf')}\n`)).toEqual([false]);
    expect(await kept('no patch at all\n')).toEqual([false]);
    expect(await kept('')).toEqual([false]);
  });

  test('with a rename written as removal and addition', async () => {
    repository.git('mv', 'numbers', 'figures');
    repository.commit('Move');
    expect(await kept(`${repository.git('diff', '--no-renames', 'HEAD~1', 'HEAD')}\n`)).toEqual([true]);
  });
});

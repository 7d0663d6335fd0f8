import { describe, expect, test } from '@jest/globals';
import { tempDir } from '../../../support/temp.ts';
import { buildSrpm, nameInSpec } from '../../../../src/tools/rpm/index.ts';

describe('names in a spec', () => {
  test.each([
    ['hello-1.0.tar.gz', 'hello-1.0.tar.gz'],
    ['100%.tar.gz', '100%%.tar.gz'],
    ['a%b.patch', 'a%%b.patch'],
    ['a%2Fb', 'a%%2Fb'],
  ])('%s is written as %s', (name, written) => {
    expect(nameInSpec(name, 'The archive')).toBe(written);
  });

  test.each(['a%(touch x)', 'a%{name}', 'a%%(x)', '%lua', '%!lua x', '%?name', 'a%[1]', '%*'])(
    '%s is refused',
    (name) => {
      expect(() => nameInSpec(name, 'The archive')).toThrow(
        expect.objectContaining({ code: 'NAME_WITH_MACRO' }),
      );
    },
  );
});

test.each([
  ['x%{y}.spec', '/staging', '/out'],
  ['x.spec', '/stag%{ing}', '/out'],
  ['x.spec', '/staging', '/o%(ut)'],
])('the path of %s in %s with the result in %s does not reach rpm', async (specFile, stagingDir, outDir) => {
  const run = () => Promise.reject(new Error('rpm was started'));
  const staging = stagingDir === '/staging' ? tempDir() : stagingDir;
  await expect(buildSrpm({ run, specFile, stagingDir: staging, outDir })).rejects.toMatchObject({
    code: 'PATH_WITH_MACRO',
    hint: expect.stringContaining('%'),
  });
});

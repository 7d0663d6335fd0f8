import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { annotation } from '../../../src/cli/ui/annotations.ts';
import { tempDir } from '../../support/temp.ts';

test('the path of an annotation is one of the repository', () => {
  const root = tempDir();
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'packaging'));
  const location = { file: join(root, 'packaging', 'a.spec'), line: 3 };
  expect(annotation('error', { message: 'x', location })).toBe('::error file=packaging/a.spec,line=3::x');
  const elsewhere = { file: '/nowhere/a.spec' };
  expect(annotation('warning', { message: 'x', location: elsewhere })).toBe(
    '::warning file=/nowhere/a.spec::x',
  );
});

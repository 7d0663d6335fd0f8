import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { configurationPage } from '../../../scripts/docs/configuration-page.ts';
import { PACKAGE_FIELDS } from '../../../src/project/config/schema.ts';
import { diagnosticsOf } from '../../support/configs.ts';

const page = readFileSync(resolve(import.meta.dirname, '..', '..', '..', 'docs', 'configuration.md'), 'utf8');

test('docs/configuration.md is what `npm run docs` writes', () => {
  expect(page).toBe(configurationPage());
});

test('every key has its section', () => {
  for (const key of Object.keys(PACKAGE_FIELDS)) expect(page).toContain(`#### \`${key}\``);
});

test('every example in it is valid', async () => {
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(60);
  for (const block of blocks) {
    const texts = block.split('# or\n');
    for (const text of texts) {
      expect({ text, problems: await diagnosticsOf(text) }).toEqual({ text, problems: [] });
    }
  }
});

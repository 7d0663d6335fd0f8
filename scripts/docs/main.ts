/** Writes the pages of `docs/` that are made from the source: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationPage } from './configuration-page.ts';

writeFileSync(resolve(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), configurationPage());

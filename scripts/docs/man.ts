/** Writes the manual pages into the directory given: part of `npm run build`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { manPages } from './man-pages.ts';

const [directory = 'dist/man'] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
for (const { file, text } of manPages(packageJson.version))
  writeFileSync(join(resolve(directory), file), text);

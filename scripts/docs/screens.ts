/** Writes docs/screens.md and docs/run.svg: `npm run docs:screens`. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeScreens } from './make-screens.ts';

const { page, picture } = makeScreens();
const docs = resolve(import.meta.dirname, '..', '..', 'docs');
writeFileSync(resolve(docs, 'screens.md'), page);
writeFileSync(resolve(docs, 'run.svg'), picture);

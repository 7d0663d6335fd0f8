/** Makes every edit of a generated spec and asks rpm what it reads then. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addChangelogEntry,
  addPatch,
  addSource,
  bumpRelease,
  evaluateSpec,
  parseSpec,
  patches,
  removePatch,
  setPrepName,
  setRelease,
  setSource,
  setVersion,
  stringifySpec,
  updateVersion,
} from '../../src/spec/index.ts';
import type { Evaluate, Evaluation, SpecDocument } from '../../src/spec/index.ts';
import { createRun } from '../../src/tools/process/index.ts';
import { createEvaluator } from '../../src/tools/rpm/index.ts';
import { generatedSpec } from './generated-specs.ts';

interface Judged {
  edit: (
    doc: SpecDocument,
    evaluation: Evaluation,
    evaluate: Evaluate,
  ) => SpecDocument | Promise<SpecDocument>;
  /** An expression of a query, or undefined for the text of the expanded spec, and what is to be in it. */
  query?: string;
  seen: string;
  unseen?: string;
}

const NEW_ENTRY = { lines: ['- New'], author: 'New Hand <n@example.com>', date: '2024-03-01', evr: '9-9' };

const EDITS: Readonly<Record<string, Judged>> = {
  setVersion: {
    edit: (doc, evaluation) => setVersion(doc, '7.8', { evaluation }),
    query: '<%{version}>',
    seen: '<7.8>',
  },
  updateVersion: {
    edit: (doc, _, evaluate) => updateVersion(doc, '7.8', { evaluate }),
    query: '<%{version}> [<%{source}> ]',
    seen: '<7.8>',
    unseen: 'a0-1.0',
  },
  setRelease: {
    edit: (doc, evaluation) => setRelease(doc, '6', { evaluation }),
    query: '<%{release}>',
    seen: '<6>',
  },
  bumpRelease: {
    edit: (doc, evaluation) => bumpRelease(doc, { evaluation }),
    query: '<%{release}>',
    seen: '<5>',
  },
  setSource: {
    edit: (doc, evaluation) => setSource(doc, 0, 'new.tgz', { evaluation }),
    query: '[<%{source}> ]',
    seen: '<new.tgz>',
    unseen: 'a0-',
  },
  addSource: {
    edit: (doc, evaluation) => addSource(doc, { location: 'new.tgz', evaluation }),
    query: '[<%{source}> ]',
    seen: '<new.tgz>',
  },
  addPatch: {
    edit: (doc, evaluation) => addPatch(doc, { location: 'new.patch', comment: ['Why %{x}'], evaluation }),
    query: '[<%{patch}> ]',
    seen: '<new.patch>',
  },
  removePatch: {
    edit: (doc, evaluation) =>
      patches(doc, evaluation)
        .filter(({ location, valid }) => location === '0.patch' && valid === true)
        .reduce((result, { number }) => removePatch(result, number, { evaluation }), doc),
    query: '[<%{patch}> ]',
    seen: '',
    unseen: '<0.patch>',
  },
  setPrepName: {
    edit: (doc, evaluation) => setPrepName(doc, 'renamed', { evaluation }),
    seen: 'renamed',
    unseen: 'n "dir"',
  },
  addChangelogEntry: {
    edit: (doc) => addChangelogEntry(doc, NEW_ENTRY),
    query: '[<%{changelogname}>]',
    seen: '<New Hand <n@example.com> - 9-9>',
  },
};

/** Every edit of so many specs. Throws what did not hold; resolves to the number of edits rpm judged. */
export async function judgeEdits(
  directory: string,
  runs: { seed: number; numRuns: number },
): Promise<number> {
  const run = createRun({ env: { ...process.env, HOME: directory } });
  const evaluate = createEvaluator({ run, tempDir: directory, trust: 'own' });
  const file = join(directory, 'judged.spec');
  const read = async (bytes: Uint8Array, query?: string): Promise<string> => {
    writeFileSync(file, bytes);
    const what = query === undefined ? ['-P'] : ['-q', '--srpm', '--qf', query];
    const defines = ['--undefine', 'dist', '--undefine', 'no_such', '--undefine', 'nor_such'];
    const { stdout } = await run(['rpmspec', ...defines, ...what, file], { cwd: directory });
    return stdout.toString('utf8');
  };
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(generatedSpec, async ({ text, hasRpmChangelog }) => {
      const bytes = Buffer.from(text);
      if (hasRpmChangelog) await read(bytes, '%{version}');
      const doc = parseSpec(bytes);
      const evaluation = await evaluateSpec(doc, evaluate);
      expect(evaluation.ok).toBe(true);
      for (const [name, { edit, query, seen, unseen }] of Object.entries(EDITS)) {
        const edited = stringifySpec(await edit(doc, evaluation, evaluate));
        // rpm takes no changelog in openSUSE's form until there is an entry of its own above.
        const readable =
          hasRpmChangelog || name === 'addChangelogEntry'
            ? edited
            : Buffer.from(String(Buffer.from(edited)).split('%changelog')[0] ?? '');
        const says = `${name}: ${await read(readable, query)}`;
        expect(says).toContain(seen);
        if (unseen !== undefined) expect(says).not.toContain(unseen);
        judged += 1;
      }
    }),
    runs,
  );
  return judged;
}

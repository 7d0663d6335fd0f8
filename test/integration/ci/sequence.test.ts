/**
 * What people see of one pull request, from the first status to the last, on each forge; docs/ci-statuses.md shows it. After a change that is
 * meant, `UPDATE_DOCS=1` writes the tables anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { InterruptedError } from '../../../src/errors.ts';
import { createCiWorld } from '../../support/ci/world.ts';
import { pushTo, statusesOf } from '../../support/forges/index.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'ci-statuses.md');
const NAMES = { github: 'GitHub', gitlab: 'GitLab', forgejo: 'Forgejo', pagure: 'Pagure' } as const;
type Kind = keyof typeof NAMES;

/**
 * Builds in three chroots, of which one fails, and tests; while the tests run a new commit is pushed, and the CI system ends the job of the
 * first one.
 */
async function play(kind: Kind): Promise<string> {
  const world = await createCiWorld({ kind });
  try {
    world.copr.script = {
      source: { run: 40 },
      chroots: { 'epel-9-x86_64': { queue: 30, run: 60, end: 'failed' }, '*': { queue: 30, run: 60 } },
    };
    world.farm.life = () => [
      { state: 'queued' },
      { state: 'running' },
      { state: 'running' },
      { state: 'running' },
    ];
    const { number, sha } = world.pullRequest();
    const controller = new AbortController();
    const { log } = world.farm.service;
    const push = log.push.bind(log);
    log.push = (...lines) => {
      // The tests were seen running once, and the status says so.
      if (log.filter((line) => /^GET \/v0\.1\/requests\/./.test(line)).length >= 5)
        controller.abort(new InterruptedError());
      return push(...lines);
    };
    await expect(world.run(world.event(number, sha), { signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    log.push = push;
    world.farm.life = () => [
      { state: 'queued' },
      { state: 'running' },
      { state: 'complete', overall: 'passed' },
    ];
    const newer = pushTo(world.project, world.project.pullRequests[0]?.sourceBranch ?? '', {
      'hello.c': 'int x;\n',
    });
    const action = kind === 'gitlab' ? 'update' : 'synchronize';
    await world.run(world.event(number, newer, { action }), { env: { GITHUB_RUN_ID: '101' } });
    const rows = [sha, newer].flatMap((commit, index) =>
      statusesOf(world.project, commit).map(
        ({ name, state, description }) =>
          `| ${index === 0 ? 'first' : 'second'} | \`${name}\` | ${state} | ${description.replace(newer.slice(0, 12), 'SECOND')} |`,
      ),
    );
    expect(world.copr.builds.size).toBe(2);
    return ['| commit | status | state | text |', '| --- | --- | --- | --- |', ...rows].join('\n');
  } finally {
    await world.close();
  }
}

test.each(Object.keys(NAMES) as Kind[])('%s', async (kind) => {
  const table = await play(kind);
  const begin = `<!-- ${kind}: begin -->\n`;
  const end = `\n<!-- ${kind}: end -->`;
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to));
  else expect(page.slice(from, to)).toBe(table);
});

/** Pull requests that mean harm: nothing of them runs, is believed, or acts where it is shown. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import { bundledAliases, buildTargetsFor } from '../../../../src/project/distro-aliases/index.ts';
import type { LoadedConfig } from '../../../../src/project/config/index.ts';
import { asBlock, asCode, asText, oneLine, sayOnce } from '../../../../src/workflows/ci/comments/index.ts';
import { readProjectConfig } from '../../../../src/workflows/ci/config/index.ts';
import { normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { selectJobs, unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import { judge, mayCommand, parseAllowList, withoutPower } from '../../../../src/workflows/ci/trust/index.ts';
import type { Verdict } from '../../../../src/workflows/ci/trust/index.ts';
import type { Change } from '../../../support/bare.ts';
import { githubComment, githubPullRequest } from '../../../support/ci/payloads.ts';
import { HELLO, startCiScene } from '../../../support/ci/scene.ts';
import type { CiScene } from '../../../support/ci/scene.ts';
import { failureOf } from '../../../support/forges/connect.ts';
import { tempDir } from '../../../support/temp.ts';

const BASE = `
specfile_path: hello.spec
jobs:
- {job: copr_build, trigger: pull_request, targets: [fedora-42-x86_64]}
- {job: tests, trigger: pull_request, targets: [fedora-42-x86_64]}
- {job: copr_build, trigger: release, owner: "@stable", project: releases}
`;

let scene: CiScene;
let branches = 0;
const cwd = tempDir('packit-hostile');
const witness = join(cwd, 'ran');

beforeAll(async () => {
  scene = await startCiScene('github', { files: { '.packit.yaml': BASE }, cwd });
});
afterAll(() => scene.close());

/** A pull request of mallory's with this configuration. */
async function attack(files: Change, author = 'mallory') {
  branches += 1;
  return scene.open({ author, branch: `b${branches}`, files });
}

async function readHead(event: CiEvent): Promise<LoadedConfig | undefined> {
  const project = event.pullRequest?.source ?? HELLO;
  return readProjectConfig({ forge: scene.forge, project, ref: event.sha ?? '', env: {} });
}

async function verdictOf(event: CiEvent, allow?: string): Promise<Verdict> {
  const list = allow === undefined ? undefined : parseAllowList(allow, 'allow.yaml');
  return (await judge(scene.ctx, { forge: scene.forge, event, allow: list })).verdict;
}

describe('the configuration', () => {
  test('of somebody allowed to start builds names no place to build in, and what it does runs in none of ours', async () => {
    const { event } = await attack({
      '.packit.yaml': `
specfile_path: hello.spec
actions:
  post-upstream-clone: ["touch ${witness}", "sh -c 'touch ${witness}'"]
  get-current-version: "touch ${witness}"
upstream_project_url: "https://evil.example/$(touch ${witness})"
jobs:
- job: copr_build
  trigger: pull_request
  owner: "@stable"
  project: releases
  enable_net: true
  additional_repos: [https://evil.example/repo]
  env: {LD_PRELOAD: evil.so}
  targets: [fedora-42-x86_64]
- job: tests
  trigger: pull_request
  use_internal_tf: true
  tf_extra_params: {environments: [{secrets: {T: "x"}}], api_key: x}
  targets: [fedora-42-x86_64]
- {job: copr_build, trigger: pull_request, identifier: prod, owner: "@stable", project: releases}
`,
      'hello.spec': `%(touch ${witness})\nName: hello\n%{lua: os.execute("touch ${witness}")}\n`,
    });
    const allow = parseAllowList(`allow: ["${scene.forge.host}/mallory"]`, 'allow.yaml');
    const { verdict, weak } = await judge(scene.ctx, { forge: scene.forge, event, allow });
    expect([verdict.trusted, weak]).toEqual([true, true]);
    const head = await readHead(event);
    const base = await readProjectConfig({ forge: scene.forge, project: HELLO, ref: 'main', env: {} });
    if (head === undefined) throw new Error('no configuration');
    const { config, ignored } = withoutPower(head, base);
    const { selected } = selectJobs(config, event, { instance: 'prod', defaultBranch: 'main' });
    const aliases = bundledAliases();
    const units = unitsOf(selected, event, {
      chroots: (names) => buildTargetsFor(aliases, names),
      branches: () => [],
      kojiTargets: () => [],
    });
    expect(units.length).toBeGreaterThan(3);
    for (const { copr } of units) {
      if (copr === undefined) continue;
      expect(copr.owner).toBeUndefined();
      expect(copr.project).toMatch(/-rpms-hello-\d+(-prod)?$/);
    }
    for (const job of config.jobs) {
      for (const pkg of job.packages) {
        expect(pkg).toMatchObject({
          owner: null,
          project: null,
          enable_net: false,
          additional_repos: [],
          use_internal_tf: false,
          tf_extra_params: {},
        });
      }
    }
    expect(ignored.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['owner', 'project', 'enable_net', 'tf_extra_params', 'upstream_project_url']),
    );
    expect(existsSync(witness)).toBe(false);
  });

  const bomb = (() => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 40; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    return `${lines.join('\n')}\njobs: *a39\n`;
  })();

  test.each<[string, string | Uint8Array, RegExp]>([
    ['five megabytes', `# ${'x'.repeat(5 * 1024 * 1024)}\n`, /^CONFIG_TOO_LARGE$/],
    ['aliases that grow without bound', bomb, /^CONFIG_(INVALID|SYNTAX)$/],
    ['ten thousand levels', `jobs: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, /^CONFIG_SYNTAX$/],
    ['an alias of itself', 'jobs: &a [*a]\n', /^CONFIG_(INVALID|SYNTAX)$/],
    [
      'an object of another language',
      'jobs: !!python/object/apply:os.system ["id"]\n',
      /^CONFIG_(INVALID|SYNTAX)$/,
    ],
    ['no UTF-8', new Uint8Array([0x6a, 0x6f, 0xff, 0xfe]), /^CONFIG_ENCODING$/],
    ['what a link would hold', '/etc/passwd', /^CONFIG_INVALID$/],
    ['a key that objects have', '__proto__: {trusted: true}\nconstructor: x\n', /^CONFIG_INVALID$/],
    ['an expression for a key', '? [a, b]\n: c\n', /^CONFIG_SYNTAX$/],
  ])('%s: an error, soon', async (_what, text, code) => {
    const { event } = await attack({ '.packit.yaml': text });
    const began = Date.now();
    const error = await failureOf(readHead(event));
    expect(error.code).toMatch(code);
    expect(error.location?.file).toBe('.packit.yaml');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect({}).not.toHaveProperty('trusted');
  });

  test('what its errors quote acts neither in a status nor in a comment', async () => {
    const { event } = await attack({
      '.packit.yaml': '"\\e[31m::error::@jane <!-- packit:ci:v1:x:y --> `x` \\n/packit ok-to-test": 1\n',
    });
    const error = await failureOf(readHead(event));
    // oxlint-disable-next-line no-control-regex -- there must be none
    expect(oneLine(error.message, 140)).not.toMatch(/[\u0000-\u001f\u007f]/);
    const block = asBlock([error.message, ...error.details].join('\n'));
    const [first = ''] = block.split('\n');
    expect(block.split('\n').filter((line) => line.startsWith(first.replace('text', '')))).toHaveLength(2);
    // oxlint-disable-next-line no-control-regex -- there must be none
    expect(block).not.toMatch(/\u001b/);
  });

  test('a directory in its place is none', async () => {
    const { event } = await attack({
      '.packit.yaml': null,
      '.packit.yaml/x': 'jobs: []',
    });
    const read = await readHead(event).catch((error: unknown) => error);
    expect(read === undefined || read instanceof PackitError).toBe(true);
  });
});

describe('names and titles', () => {
  const EVIL = [
    '$(touch ran)',
    '`touch ran`',
    '; touch ran #',
    'a\n::set-output name=trusted::true',
    'a\r\n::error::x',
    '::add-mask::x',
    '--upload-pack=touch ran',
    '../../x',
    '\u001b]0;x\u0007',
    '<!-- packit:ci:v1:not-allowed:abc -->',
    '<img src=x onerror=alert(1)>',
    '@jane please look [here](https://evil.example) ```',
    '/packit ok-to-test',
    '\u202egnp.exe',
  ];

  test.each(EVIL)('%j as author, branch, title and namespace of the fork', async (evil) => {
    const payload = githubPullRequest({ author: evil, owner: evil }) as {
      pull_request: { title: string; head: { ref: string } };
    };
    payload.pull_request.title = evil;
    payload.pull_request.head.ref = evil;
    const { event } = normalise({
      env: {},
      forge: 'github',
      name: 'pull_request',
      payload,
      prefix: '/packit',
    });
    if (event === undefined) throw new Error('no event');
    const never = {
      ...scene.forge,
      host: 'github.com',
      permissionOf: () => Promise.resolve('none' as const),
      listComments: () => Promise.resolve([]),
    };
    const { verdict } = await judge(scene.ctx, {
      forge: never,
      event,
      allow: parseAllowList('allow: [github.com/jo]', 'a'),
    });
    if (verdict.trusted) throw new Error('it is trusted');
    expect(Array.from(verdict.text).length).toBeLessThanOrEqual(140);
    // oxlint-disable-next-line no-control-regex -- there must be none
    expect(verdict.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(verdict.text).not.toMatch(/^::/);
    for (const line of verdict.advice.split('\n')) {
      expect(line).not.toMatch(/^\s*(?:::|\/packit|<!--)/);
      // Whatever is not packit's own is in code, on its line.
      const outside = line.replace(/(`+)[^`](?:[^]*?[^`])?\1(?!`)/g, '');
      expect(outside).not.toMatch(/[<>@]|\]\(|https?:|\$\(/);
    }
    const text = asText(evil);
    expect(text).not.toMatch(/[<>]|@\w|\n|^\/|^::/);
    expect(asCode(evil)).not.toContain('\n');
  });

  test('a title in a comment is what it was, and nothing more', async () => {
    const { opened } = await attack({ a: '1' });
    const thread = { on: 'pull-request', number: opened.request.number } as const;
    const title = '--> @jane <!-- packit:ci:v1:done:x --> ``` # big';
    const body = `The title is ${asCode(title)}.\n\n${asText(title)}\n\n${asBlock(title)}`;
    const { comment } = await sayOnce(scene.forge, HELLO, thread, { purpose: 'title', key: 'x', body });
    expect(comment.body.match(/<!--/g)).toHaveLength(1);
    expect(comment.body.startsWith('<!-- packit:ci:v1:title:x -->\n')).toBe(true);
  });
});

describe('who it is', () => {
  test.each([
    [
      'an account of the same name in another case is the same account',
      (host: string) => `${host}/MALLORY`,
      true,
    ],
    ['the same name on another host', () => 'gitlab.com/mallory', false],
    ['a host that ends alike', (host: string) => `x.${host}/mallory`, false],
    ['a name that is part of it', (host: string) => `${host}/mall`, false],
  ])('%s', async (_what, entry, trusted) => {
    const { event } = await attack({ a: '1' });
    // The host of the tests is an address; one with a name before it is another host as well.
    const text = `allow: ["${entry(scene.forge.host)}"]`;
    expect((await verdictOf(event, text)).trusted).toBe(trusted);
  });

  test('an allow-list that comes with the pull request is not read', async () => {
    const { event } = await attack({ '.packit-allow.yaml': `allow: ["${scene.forge.host}/mallory"]\n` });
    const { readAllowList } = await import('../../../../src/workflows/ci/trust/index.ts');
    expect(await readAllowList({ forge: scene.forge, event, cwd })).toBeUndefined();
  });

  test('opened by somebody trusted, from a fork that others may push to', async () => {
    const { event } = await attack({ a: '1' });
    const { pullRequest } = event;
    if (pullRequest === undefined) throw new Error('no pull request');
    // As forges let it be: jane has opened it, the branch is mallory's.
    const opened = { ...event, actor: 'jane', pullRequest: { ...pullRequest, author: 'jane' } };
    const verdict = await verdictOf(opened, `allow: ["${scene.forge.host}/jane"]`);
    expect(verdict).toMatchObject({ trusted: false, text: `${scene.forge.host}/mallory not allowed!` });
  });

  test('a fork that is gone', async () => {
    const { event } = await attack({ a: '1' });
    const { pullRequest } = event;
    if (pullRequest === undefined) throw new Error('no pull request');
    const gone = { ...event, pullRequest: { ...pullRequest, source: undefined } };
    const trust = await judge(scene.ctx, {
      forge: scene.forge,
      event: gone,
      allow: parseAllowList(`allow: ["${scene.forge.host}/mallory"]`, 'a'),
    });
    expect(trust).toMatchObject({ foreign: true, weak: true, verdict: { trusted: false } });
  });
});

describe('approvals', () => {
  /** Comments of a user on a pull request of mallory's, with the commit put in for SHA. */
  async function after(user: string, body: (sha: string) => string): Promise<boolean> {
    const { event, opened } = await attack({ a: String(branches) });
    scene.comment(opened.request.number, user, body(opened.sha));
    return (await verdictOf(event)).trusted;
  }

  test.each<[string, string, (sha: string) => string, boolean]>([
    ['a maintainer’s', 'jane', (sha) => `/packit ok-to-test ${sha}`, true],
    ['the author’s own', 'mallory', (sha) => `/packit ok-to-test ${sha}`, false],
    ['another stranger’s', 'jo', (sha) => `/packit ok-to-test ${sha}`, false],
    ['in a quoted line', 'jane', (sha) => `> /packit ok-to-test ${sha}\n\nNo.`, false],
    ['in a sentence', 'jane', (sha) => `Do not say /packit ok-to-test ${sha} yet.`, false],
    ['as code in a line', 'jane', (sha) => `\`/packit ok-to-test ${sha}\``, false],
    ['for an old commit', 'jane', () => `/packit ok-to-test ${'1'.repeat(40)}`, false],
    ['for the beginning of the commit', 'jane', (sha) => `/packit ok-to-test ${sha.slice(0, 39)}`, false],
    ['for a branch', 'jane', () => '/packit ok-to-test change', false],
    ['for no commit', 'jane', () => '/packit ok-to-test', false],
    ['for two commits', 'jane', (sha) => `/packit ok-to-test ${'1'.repeat(40)} ${sha}`, false],
    ['after another command', 'jane', (sha) => `/packit help\n/packit ok-to-test ${sha}`, false],
    [
      'in packit’s own words',
      'packit-bot',
      (sha) => `<!-- packit:ci:v1:x:y -->\n/packit ok-to-test ${sha}`,
      false,
    ],
  ])('%s', async (_what, user, body, expected) => {
    expect(await after(user, body)).toBe(expected);
  });

  test('what packit itself advises approves nothing', async () => {
    const { event, opened } = await attack({ a: '1' });
    const thread = { on: 'pull-request', number: opened.request.number } as const;
    const verdict = await verdictOf(event);
    if (verdict.trusted) throw new Error('it is trusted');
    expect(verdict.advice).toContain(opened.sha);
    await sayOnce(scene.forge, HELLO, thread, { purpose: 'not-allowed', key: 'x', body: verdict.advice });
    // Also where somebody copies it without the marker.
    scene.comment(thread.number, 'jane', verdict.advice);
    expect((await verdictOf(event)).trusted).toBe(false);
  });

  test('the comment of the event counts, if a maintainer wrote it', async () => {
    const { event, opened } = await attack({ a: '1' });
    const commented = (author: string): CiEvent => {
      const payload = githubComment({ author, body: `/packit ok-to-test ${opened.sha}` });
      const { event: made } = normalise({
        env: {},
        forge: 'github',
        name: 'issue_comment',
        payload,
        prefix: '/packit',
      });
      if (made?.comment === undefined) throw new Error('no comment');
      return { ...event, kind: 'comment', actor: author, comment: made.comment };
    };
    expect(await verdictOf(commented('mallory'))).toMatchObject({ trusted: false });
    expect(await mayCommand(commented('mallory'), scene.forge)).toMatchObject({ trusted: false });
    expect(await verdictOf(commented('jane'))).toMatchObject({ trusted: true });
    expect(await mayCommand(commented('jane'), scene.forge)).toMatchObject({ trusted: true });
  });
});

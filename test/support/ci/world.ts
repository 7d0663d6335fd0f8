/**
 * A project on a forge with pull requests, Copr and Testing Farm: what `packit ci` works in. Everything is a server on loopback; time
 * goes on with the looks at builds, so that a run is the same on any machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../../src/context.ts';
import type { Context } from '../../../src/context.ts';
import type { ForgeKind } from '../../../src/remote/forge/index.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Warning } from '../../../src/ui.ts';
import { resumeCi, runCi, sweepCi } from '../../../src/workflows/ci/index.ts';
import type {
  CiResumeInput,
  CiRunInput,
  CiRunResult,
  CiSweepResult,
} from '../../../src/workflows/ci/index.ts';
import { startCopr } from '../copr/server.ts';
import type { CoprServer } from '../copr/server.ts';
import { openPullRequest, startForge, statusesOf } from '../forges/index.ts';
import type { SceneRequest, TestForge, TestProject } from '../forges/index.ts';
import { temporaryDirectory, testEnvironment } from '../git.ts';
import { startTestingFarm } from '../testing-farm/server.ts';
import type { TestingFarmServer } from '../testing-farm/server.ts';

export const BOT_TOKEN = 'token-of-bot-0123456789';
export const CHROOTS = ['fedora-43-x86_64', 'fedora-44-x86_64', 'epel-9-x86_64'];

export const CONFIG = `upstream_package_name: hello
downstream_package_name: hello
specfile_path: hello.spec
jobs:
  - job: copr_build
    trigger: pull_request
    targets: [${CHROOTS.join(', ')}]
  - job: tests
    trigger: pull_request
    targets: [${CHROOTS.join(', ')}]
`;

export interface CiWorldOptions {
  kind?: ForgeKind;
  /** Of the target branch. Default: builds for three chroots and tests of them. `null`: none. */
  config?: string | null;
  /** More files of the target branch. */
  files?: Readonly<Record<string, string>>;
}

export interface CiWorld {
  readonly forge: TestForge;
  readonly project: TestProject;
  readonly copr: CoprServer;
  readonly farm: TestingFarmServer;
  readonly home: string;
  readonly warnings: Warning[];
  /** Environment of a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  context(changes?: { env?: Record<string, string>; dryRun?: boolean; signal?: AbortSignal }): Context;
  /** Opens one, by a committer from the project itself unless the options say otherwise. */
  pullRequest(wanted?: Partial<SceneRequest>): { number: number; sha: string };
  /** Payload of an event about a pull request, in a file. */
  event(number: number, sha: string, changes?: EventChanges): { eventFile: string; eventName: string };
  run(event: { eventFile: string; eventName: string }, options?: WorldRun): Promise<CiRunResult>;
  resume(input?: Partial<CiResumeInput>, options?: WorldRun): Promise<CiRunResult>;
  sweep(options?: WorldRun): Promise<CiSweepResult>;
  /** `name: state description`, everything that was set, in this order. */
  log(sha: string): string[];
  /** The same of what is to be seen now, sorted by name. */
  seen(sha: string): string[];
  /** Lets time pass, in seconds. */
  age(seconds: number): void;
  close(): Promise<void>;
}

export interface EventChanges {
  action?: string;
  /** A comment instead of a push. */
  comment?: { body: string; author?: string; id?: number };
}

export interface WorldRun {
  env?: Record<string, string>;
  dryRun?: boolean;
  input?: Partial<CiRunInput>;
  signal?: AbortSignal;
  /** Of a sweep. */
  start?: boolean;
}

/** Seconds that a look at a build takes by the clock of the world. */
const SECONDS_PER_LOOK = 30;

export async function createCiWorld(options: CiWorldOptions = {}): Promise<CiWorld> {
  const { dir, dispose } = temporaryDirectory('packit-ci');
  const home = join(dir, 'home');
  mkdirSync(home);
  const kind = options.kind ?? 'github';
  const config = options.config === undefined ? CONFIG : options.config;
  const forge = await startForge(kind, {
    users: [
      { name: 'packit-bot', token: BOT_TOKEN },
      { name: 'maria', token: 'maria-token' },
    ],
    projects: [
      {
        namespace: 'acme',
        name: 'hello',
        owner: 'maria',
        committers: ['packit-bot'],
        branches: {
          main: {
            'hello.spec': 'Name: hello\n',
            ...(config === null ? {} : { '.packit.yaml': config }),
            '.fmf/version': '1\n',
            ...options.files,
          },
        },
      },
    ],
  });
  const project = forge.project('acme', 'hello');
  const copr = await startCopr();
  copr.writeLogin(home);
  const farm = await startTestingFarm();
  // The forge stamps what is written by what has been written; with the looks at builds time goes on for Copr and Testing Farm alone.
  let passed = 0;
  const forgeClock = (): number => passed + Date.UTC(2024, 1, 29, 12) / 1000 + forge.state.written;
  const clock = (): number =>
    forgeClock() +
    SECONDS_PER_LOOK * copr.requests.filter(({ url }) => url.includes('/build-chroot/list')).length;
  copr.now = clock;
  farm.now = clock;
  const warnings: Warning[] = [];
  const env = {
    ...testEnvironment(home),
    [`PACKIT_${kind.toUpperCase()}_TOKEN`]: BOT_TOKEN,
    PACKIT_BODHI_URL: `${copr.url}/bodhi`,
    PACKIT_POLL_DELAY: '1',
    PACKIT_RETRY_DELAY: '1',
    PACKIT_PAGURE_INSTANCE_URL: forge.url,
    GITHUB_RUN_ID: '100',
    GITHUB_RUN_ATTEMPT: '1',
    ...farm.env,
  };
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(
    join(home, '.config', 'packit.yaml'),
    `authentication:\n  ${kind}:\n    instance_url: ${forge.url}\n    token: ${BOT_TOKEN}\n    type: ${kind}\n`,
  );
  let events = 0;

  function context(
    changes: { env?: Record<string, string>; dryRun?: boolean; signal?: AbortSignal } = {},
  ): Context {
    return createContext({
      cwd: home,
      env: { ...env, ...changes.env },
      ui: silentUi(warnings),
      now: () => new Date(forgeClock() * 1000),
      dryRun: changes.dryRun ?? false,
      ...(changes.signal === undefined ? {} : { signal: changes.signal }),
    });
  }

  function inputOf(input: Partial<CiRunInput> = {}): CiRunInput {
    return {
      eventFile: undefined,
      eventName: undefined,
      forge: kind,
      jobs: [],
      packages: [],
      identifiers: [],
      targets: [],
      instance: undefined,
      commentPrefix: undefined,
      configPath: undefined,
      requireConfig: false,
      wait: true,
      deadline: 3600,
      report: 'statuses',
      allow: undefined,
      keepSuperseded: false,
      ...input,
    };
  }

  const lines = (statuses: readonly { name: string; state: string; description: string }[]): string[] =>
    statuses.map(({ name, state, description }) => `${name}: ${state} ${description}`);

  return {
    forge,
    project,
    copr,
    farm,
    home,
    warnings,
    env,
    context,
    pullRequest(wanted = {}) {
      const { request, sha } = openPullRequest(forge, project, {
        author: 'maria',
        fork: false,
        files: { 'hello.c': `int main(void) { return ${project.nextNumber}; }\n` },
        branch: `change-${project.nextNumber}`,
        targetBranch: 'main',
        ...wanted,
      });
      return { number: request.number, sha };
    },
    event(number, sha, changes = {}) {
      events += 1;
      const eventFile = join(dir, `event-${events}.json`);
      const { name, payload } = payloadOf(kind, { forge, number, sha, ...changes });
      writeFileSync(eventFile, JSON.stringify(payload));
      return { eventFile, eventName: name };
    },
    run: (event, run = {}) => runCi(context(run), inputOf({ ...event, ...run.input })),
    resume: (input = {}, run = {}) =>
      resumeCi(context(run), {
        ...inputOf(run.input),
        pullRequest: undefined,
        branch: undefined,
        tag: undefined,
        repository: `${forge.url}/acme/hello`,
        ...input,
      }),
    sweep: (run = {}) =>
      sweepCi(context(run), {
        ...inputOf(run.input),
        repository: `${forge.url}/acme/hello`,
        start: run.start === true,
      }),
    log: (sha) => lines(statusesOf(project, sha)),
    seen(sha) {
      const latest = new Map(statusesOf(project, sha).map((status) => [status.name, status]));
      return lines([...latest.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    },
    age: (seconds) => void (passed += seconds),
    async close() {
      try {
        await forge.close();
        await copr.close();
        await farm.close();
      } finally {
        dispose();
      }
    },
  };
}

interface PayloadInput extends EventChanges {
  forge: TestForge;
  number: number;
  sha: string;
}

function payloadOf(kind: ForgeKind, input: PayloadInput): { name: string; payload: unknown } {
  if (kind === 'gitlab') return gitlabPayload(input);
  return kind === 'pagure' ? pagurePayload(input) : githubPayload(input);
}

function githubPayload({ forge, number, sha, action = 'opened', comment }: PayloadInput): {
  name: string;
  payload: unknown;
} {
  const repository = {
    name: 'hello',
    owner: { login: 'acme' },
    html_url: `${forge.url}/acme/hello`,
    default_branch: 'main',
  };
  const request = forge.project('acme', 'hello').pullRequests.find((one) => one.number === number);
  const author = request?.author ?? 'maria';
  if (comment !== undefined) {
    const { body, id = 900 } = comment;
    return {
      name: 'issue_comment',
      payload: {
        action: 'created',
        repository,
        sender: { login: comment.author ?? 'maria' },
        issue: {
          number,
          state: 'open',
          title: '',
          user: { login: author },
          labels: [],
          pull_request: { url: 'u' },
        },
        comment: { id, body, user: { login: comment.author ?? 'maria' }, html_url: `${forge.url}/c/${id}` },
      },
    };
  }
  return {
    name: 'pull_request',
    payload: {
      action,
      number,
      repository,
      sender: { login: author },
      pull_request: {
        number,
        state: 'open',
        title: request?.title ?? '',
        user: { login: author },
        html_url: `${forge.url}/acme/hello/pull/${number}`,
        labels: [],
        head: { sha, ref: request?.sourceBranch ?? '', repo: { name: 'hello', owner: { login: 'acme' } } },
        base: { ref: 'main' },
      },
    },
  };
}

function gitlabPayload({ forge, number, sha, action = 'open', comment }: PayloadInput): {
  name: string;
  payload: unknown;
} {
  const project = {
    path_with_namespace: 'acme/hello',
    web_url: `${forge.url}/acme/hello`,
    default_branch: 'main',
  };
  const request = {
    iid: number,
    action,
    state: 'opened',
    title: '',
    url: `${forge.url}/acme/hello/-/merge_requests/${number}`,
    source_branch: '',
    target_branch: 'main',
    last_commit: { id: sha },
    ...(action === 'update' ? { oldrev: '1'.repeat(40) } : {}),
  };
  if (comment === undefined) {
    return {
      name: 'Merge Request Hook',
      payload: {
        object_kind: 'merge_request',
        user: { username: 'maria' },
        project,
        object_attributes: request,
      },
    };
  }
  return {
    name: 'Note Hook',
    payload: {
      object_kind: 'note',
      user: { username: comment.author ?? 'maria' },
      project,
      object_attributes: {
        id: comment.id ?? 900,
        note: comment.body,
        noteable_type: 'MergeRequest',
        action: 'create',
        url: 'u',
      },
      merge_request: request,
    },
  };
}

function pagurePayload({ forge, number, sha }: PayloadInput): { name: string; payload: unknown } {
  return {
    name: 'pagure.pull-request.new',
    payload: {
      agent: 'maria',
      pullrequest: {
        id: number,
        title: '',
        status: 'Open',
        full_url: `${forge.url}/acme/hello/pull-request/${number}`,
        branch: 'main',
        branch_from: '',
        commit_stop: sha,
        user: { name: 'maria' },
        project: { name: 'hello', namespace: 'acme', full_url: `${forge.url}/acme/hello` },
        repo_from: { name: 'hello', namespace: 'acme' },
      },
    },
  };
}

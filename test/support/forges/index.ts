/** GitHub, GitLab, Pagure and Forgejo on loopback: with memory, real git behind them, and faults on demand. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForgeKind } from '../../../src/remote/forge/index.ts';
import { forgejoDialect } from './forgejo.ts';
import { githubDialect } from './github.ts';
import { gitlabDialect } from './gitlab.ts';
import { pagureDialect } from './pagure.ts';
import { startServer } from './server.ts';
import type { Dialect, ForgeServer } from './server.ts';
import { addProject, findProject, snapshot } from './state.ts';
import type { ForgeState, ProjectOptions, TestProject, TestUser } from './state.ts';

export { commentAs, openPullRequest, pushTo, statusesOf } from './scene.ts';
export type { OpenedRequest, SceneRequest } from './scene.ts';
export type { SetStatus, TestComment, TestIssue, TestStatus } from './conversation.ts';
export type { Fault, ForgeServer, RecordedRequest } from './server.ts';
export type {
  ForgeState,
  ProjectOptions,
  TestProject,
  TestPullRequest,
  TestRelease,
  TestUser,
} from './state.ts';

export interface ForgeOptions {
  users?: readonly TestUser[];
  projects?: readonly ProjectOptions[];
  /** Pagure: members of groups. */
  groups?: Readonly<Record<string, string[]>>;
  /** A new fork is not there for this many requests about it. */
  forkDelay?: number;
  /** What ssh URLs begin with, without a slash at the end: `sshd.url`. */
  sshUrl?: string;
  /** Where the repositories are kept. Default: a temporary directory, gone with `close`. */
  root?: string;
}

export interface TestForge extends ForgeServer {
  readonly kind: ForgeKind;
  addProject(options: ProjectOptions): TestProject;
  /** @throws Error if there is none */
  project(namespace: string, name: string, forkOwner?: string): TestProject;
  /** All that is remembered, for comparing two runs. */
  snapshot(): unknown;
}

const DIALECT: Readonly<Record<ForgeKind, (state: ForgeState, url: string, sshUrl: string) => Dialect>> = {
  github: githubDialect,
  gitlab: gitlabDialect,
  pagure: pagureDialect,
  forgejo: forgejoDialect,
};

export async function startForge(kind: ForgeKind, options: ForgeOptions = {}): Promise<TestForge> {
  const root = options.root ?? realpathSync(mkdtempSync(join(tmpdir(), `packit-${kind}-`)));
  const state: ForgeState = {
    root,
    users: [...(options.users ?? [])],
    projects: [],
    groups: { ...options.groups },
    written: 0,
    forkDelay: options.forkDelay ?? 0,
  };
  for (const project of options.projects ?? []) addProject(state, project);
  const sshUrl = options.sshUrl ?? 'ssh://git@forge.invalid';
  const server = await startServer(state, (url) => DIALECT[kind](state, url, sshUrl));
  return {
    ...server,
    kind,
    addProject: (project) => addProject(state, project),
    project(namespace, name, forkOwner) {
      const found = findProject(state, { namespace, name, forkOwner });
      if (found === undefined) throw new Error(`no project ${[forkOwner, namespace, name].join('/')}`);
      return found;
    },
    snapshot: () => snapshot(state),
    async close() {
      try {
        await server.close();
      } finally {
        if (options.root === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}

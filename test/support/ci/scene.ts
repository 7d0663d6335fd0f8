/** A project on a forge of the tests, with a maintainer, packit's own account, and pull requests as `packit ci` completes them. */
import { createContext } from '../../../src/context.ts';
import type { Context } from '../../../src/context.ts';
import type { Forge, ForgeKind, ProjectRef } from '../../../src/remote/forge/index.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Warning } from '../../../src/ui.ts';
import type { CiEvent } from '../../../src/workflows/ci/event/index.ts';
import type { Change } from '../bare.ts';
import { connectTo } from '../forges/connect.ts';
import { commentAs, openPullRequest, pushTo, startForge } from '../forges/index.ts';
import type { OpenedRequest, SceneRequest, TestForge, TestProject } from '../forges/index.ts';

export const HELLO: ProjectRef = { namespace: 'rpms', name: 'hello' };

export interface CiScene {
  server: TestForge;
  project: TestProject;
  /** As `packit-bot`, an admin of the project. */
  forge: Forge;
  ctx: Context;
  warnings: Warning[];
  /** A client for another account. */
  as: (user: string) => Promise<Forge>;
  open: (request: SceneRequest) => Promise<{ event: CiEvent; opened: OpenedRequest }>;
  /** The event again, as the forge has it now. */
  again: (number: number) => Promise<CiEvent>;
  comment: (number: number, user: string, body: string) => void;
  push: (files: Change, branch?: string) => string;
  close: () => Promise<void>;
}

export interface CiSceneOptions {
  /** Of the branch `main`. */
  files?: Readonly<Record<string, string>>;
  env?: Record<string, string>;
  cwd?: string;
}

/** `boss` owns it, `jane` may push; everybody else is a stranger. */
export async function startCiScene(kind: ForgeKind, options: CiSceneOptions = {}): Promise<CiScene> {
  const names = ['boss', 'jane', 'packit-bot', 'jo', 'mallory'];
  const server = await startForge(kind, {
    users: names.map((name) => ({ name, token: `${name}-token` })),
    projects: [
      {
        ...HELLO,
        owner: 'boss',
        branches: { main: { 'hello.spec': 'Name: hello\n', ...options.files } },
        committers: ['jane'],
      },
    ],
  });
  const closing: (() => Promise<void>)[] = [() => server.close()];
  const as = async (user: string): Promise<Forge> => {
    const { forge, http } = await connectTo(server, { token: `${user}-token` });
    closing.push(() => http.close());
    return forge;
  };
  const project = server.project('rpms', 'hello');
  // Forgejo tells rights to admins of the project only.
  project.users.admin.push('packit-bot');
  const forge = await as('packit-bot');
  const warnings: Warning[] = [];
  const again = async (number: number): Promise<CiEvent> => {
    const request = await forge.getPullRequest(HELLO, number);
    if (request === undefined) throw new Error(`no pull request ${number}`);
    const { title, webUrl, author, source, sourceBranch, targetBranch, headCommit, labels } = request;
    return {
      forge: kind,
      instanceUrl: server.url,
      project: HELLO,
      defaultBranch: 'main',
      kind: 'pull_request',
      trigger: 'pull_request',
      sha: headCommit,
      actor: author,
      pullRequest: {
        number,
        author,
        title,
        url: webUrl,
        source,
        sourceBranch,
        targetBranch,
        headSha: headCommit,
        labels,
        open: true,
      },
    };
  };
  return {
    server,
    project,
    forge,
    warnings,
    as,
    again,
    ctx: createContext({
      cwd: options.cwd ?? '/',
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...options.env },
      ui: silentUi(warnings),
    }),
    async open(request) {
      const opened = openPullRequest(server, project, request);
      return { opened, event: await again(opened.request.number) };
    },
    comment(number, user, body) {
      commentAs(server, project, { on: { on: 'pull-request', number }, user, body });
    },
    push: (files, branch = 'main') => pushTo(project, branch, files),
    async close() {
      for (const close of closing.toReversed()) await close();
    },
  };
}

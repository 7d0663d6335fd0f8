/**
 * A small world with one release in it: an upstream checkout with a tag, the package's dist-git on a forge,
 * and a user with a token. Everything is on loopback and goes with `close`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { createContext } from '../../src/context.ts';
import type { Context } from '../../src/context.ts';
import type { ForgeKind } from '../../src/remote/forge/index.ts';
import { silentUi } from '../../src/ui.ts';
import type { Ui, Warning } from '../../src/ui.ts';
import { startForge } from './forges/index.ts';
import type { ProjectOptions, TestForge } from './forges/index.ts';
import { createRepository, temporaryDirectory, testEnvironment } from './git.ts';
import { startServer } from './http/server.ts';
import type { Recorded, TestServer } from './http/server.ts';
import { startLookaside } from './lookaside/server.ts';
import type { LookasideServer, LookasideServerOptions } from './lookaside/server.ts';
import type { TestRepository } from './git.ts';

export const NOW = new Date('2024-05-06T07:08:09Z');
export const TOKEN = 'token-of-jane-0123456789';

export interface WorldOptions {
  kind?: ForgeKind;
  /** Lines added to `.packit.yaml`. */
  config?: string;
  /** Dist-git's branches and the version each has. Default: rawhide, f42 and f41 at 1.0.0. */
  branches?: Readonly<Record<string, string>>;
  /** More files of every dist-git branch. */
  distGitFiles?: Readonly<Record<string, string>>;
  upstreamFiles?: Readonly<Record<string, string>>;
  /** Default: `spec('1.1.0')` without a changelog. */
  upstreamSpec?: string;
  distGitSpec?: (version: string) => string;
  env?: Readonly<Record<string, string>>;
  forkDelay?: number;
  /** Who may push to the package. */
  committers?: readonly string[];
  /** What ssh URLs of the forge begin with. */
  sshUrl?: string;
  /** Where the forge keeps its repositories. */
  forgeRoot?: string;
  /** More projects on the forge: the upstream one, a second package. */
  projects?: readonly ProjectOptions[];
  /** Downloads below `web.url`: path to content. */
  downloads?: Readonly<Record<string, string>>;
  /** A lookaside cache, without a login unless the environment says otherwise. */
  lookaside?: Omit<LookasideServerOptions, 'modules'>;
  /** Put in front of `web`: true if the request has been answered. */
  webFault?: (request: Recorded, response: ServerResponse, count: number) => boolean;
  /** What release-monitoring.org says. Default: nothing. */
  monitored?: string;
  /** Number of the bug Bugzilla has for 1.1.0. Default: none. */
  bug?: number;
}

export interface World {
  readonly dir: string;
  readonly upstream: TestRepository;
  readonly forge: TestForge;
  /** Everything else on the web: archives, release monitoring, Bugzilla. */
  readonly web: TestServer;
  /** Not started unless asked for. */
  readonly lookaside: LookasideServer | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly warnings: Warning[];
  context(options?: {
    dryRun?: boolean;
    ui?: Ui;
    now?: Date;
    cwd?: string;
    env?: Readonly<Record<string, string>>;
  }): Context;
  /** Replaces the user configuration. */
  userConfig(text: string): void;
  close(): Promise<void>;
}

export function spec(
  version: string,
  options: { release?: string; changelog?: string; source?: string } = {},
): string {
  return `Name:           hello
Version:        ${version}
Release:        ${options.release ?? '1%{?dist}'}
Summary:        Says hello
License:        MIT
${options.source ?? ''}
%description
It says hello.

%changelog
${options.changelog ?? ''}`;
}

const ENTRY = `* Mon Jan 01 2024 Jane Doe <jane@example.com> - 1.0.0-3
- First
`;

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { dir, dispose } = temporaryDirectory('packit-world');
  const home = join(dir, 'home');
  mkdirSync(home);
  const branches = options.branches ?? { rawhide: '1.0.0', f42: '1.0.0', f41: '1.0.0' };
  const distGitSpec =
    options.distGitSpec ?? ((version: string) => spec(version, { release: '3%{?dist}', changelog: ENTRY }));
  const kind = options.kind ?? 'pagure';
  const forge = await startForge(kind, {
    users: [
      { name: 'jane', token: TOKEN },
      { name: 'admin', token: 'token-of-admin-0123456789' },
      { name: 'maintainer', token: 'token-of-maintainer-0123' },
    ],
    projects: [
      {
        namespace: 'rpms',
        name: 'hello',
        owner: 'admin',
        committers: options.committers ?? [],
        branches: Object.fromEntries(
          Object.entries(branches).map(([branch, version]) => [
            branch,
            { 'hello.spec': distGitSpec(version), ...options.distGitFiles },
          ]),
        ),
      },
      ...(options.projects ?? []),
    ],
    ...(options.sshUrl === undefined ? {} : { sshUrl: options.sshUrl }),
    ...(options.forgeRoot === undefined ? {} : { root: options.forgeRoot }),
    ...(options.forkDelay === undefined ? {} : { forkDelay: options.forkDelay }),
  });
  const web = await startServer((request, response) => {
    if (options.webFault?.(request, response, web.requests.length) === true) return;
    const { status, body } = answer(request, options);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  const lookaside =
    options.lookaside === undefined
      ? undefined
      : await startLookaside({ modules: ['rpms/hello'], ...options.lookaside });
  const upstream = createRepository(join(dir, 'hello'), home);
  upstream.write('hello.spec', (options.upstreamSpec ?? spec('1.1.0')).replaceAll('@WEB@', web.url));
  upstream.write(
    '.packit.yaml',
    `specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
upstream_tag_template: "v{version}"
dist_git_base_url: ${forge.url}/
dist_git_namespace: rpms
${options.config ?? ''}
jobs:
  - job: propose_downstream
    trigger: release
    dist_git_branches: [${Object.keys(branches).join(', ')}]
`,
  );
  for (const [path, content] of Object.entries(options.upstreamFiles ?? {})) upstream.write(path, content);
  upstream.commit('Release 1.1.0');
  upstream.tag('v1.1.0');
  const env = {
    ...testEnvironment(home),
    [`PACKIT_${kind.toUpperCase()}_TOKEN`]: TOKEN,
    PACKIT_BODHI_URL: `${web.url}/bodhi`,
    PACKIT_ANITYA_URL: `${web.url}/anitya`,
    PACKIT_RETRY_DELAY: '1',
    ...(options.bug === undefined ? {} : { PACKIT_BUGZILLA_URL: `${web.url}/bugzilla` }),
    ...(lookaside === undefined
      ? {}
      : {
          DISTGIT_LOOKASIDE_URL: lookaside.url,
          DISTGIT_LOOKASIDE_CGI: lookaside.cgi,
          DISTGIT_LOOKASIDE_AUTH: 'none',
        }),
    ...options.env,
  };
  mkdirSync(join(home, '.config'), { recursive: true });
  const userConfig = (text: string): void => writeFileSync(join(home, '.config', 'packit.yaml'), text);
  userConfig('fas_user: jane\n');
  const warnings: Warning[] = [];
  return {
    dir,
    upstream,
    forge,
    web,
    lookaside,
    env,
    warnings,
    userConfig,
    context: (changes = {}) =>
      createContext({
        cwd: changes.cwd ?? upstream.dir,
        env: changes.env ?? env,
        ui: changes.ui ?? silentUi(warnings),
        now: () => changes.now ?? NOW,
        dryRun: changes.dryRun ?? false,
      }),
    async close() {
      try {
        await forge.close();
      } finally {
        await web.close();
        await lookaside?.close();
        dispose();
      }
    },
  };
}

function answer(request: Recorded, options: WorldOptions): { status: number; body: string } {
  const path = new URL(request.url, 'http://web').pathname;
  const content = options.downloads?.[path];
  if (content !== undefined) return { status: 200, body: content };
  if (path === '/anitya/api/project/Fedora/hello' && options.monitored !== undefined) {
    return { status: 200, body: JSON.stringify({ version: options.monitored }) };
  }
  if (path === '/bugzilla/rest/bug' && options.bug !== undefined) {
    return {
      status: 200,
      body: JSON.stringify({ bugs: [{ id: options.bug, summary: 'hello-1.1.0 is available' }] }),
    };
  }
  return { status: 404, body: '{"error": "no such thing", "projects": []}' };
}

/**
 * A small world with one release in it: an upstream checkout with a tag, the package's dist-git on a forge,
 * and a user with a token. Everything is on loopback and goes with `close`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../src/context.ts';
import type { Context } from '../../src/context.ts';
import type { ForgeKind } from '../../src/remote/forge/index.ts';
import { silentUi } from '../../src/ui.ts';
import type { Ui, Warning } from '../../src/ui.ts';
import { startForge } from './forges/index.ts';
import type { TestForge } from './forges/index.ts';
import { createRepository, temporaryDirectory, testEnvironment } from './git.ts';
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
}

export interface World {
  readonly dir: string;
  readonly upstream: TestRepository;
  readonly forge: TestForge;
  readonly env: Readonly<Record<string, string>>;
  readonly warnings: Warning[];
  context(options?: { dryRun?: boolean; ui?: Ui; now?: Date; cwd?: string }): Context;
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
    ],
    projects: [
      {
        namespace: 'rpms',
        name: 'hello',
        owner: 'admin',
        branches: Object.fromEntries(
          Object.entries(branches).map(([branch, version]) => [
            branch,
            { 'hello.spec': distGitSpec(version), ...options.distGitFiles },
          ]),
        ),
      },
    ],
    ...(options.forkDelay === undefined ? {} : { forkDelay: options.forkDelay }),
  });
  const upstream = createRepository(join(dir, 'hello'), home);
  upstream.write('hello.spec', options.upstreamSpec ?? spec('1.1.0'));
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
    PACKIT_BODHI_URL: `${forge.url}/no-bodhi`,
    ...options.env,
  };
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(join(home, '.config', 'packit.yaml'), 'fas_user: jane\n');
  const warnings: Warning[] = [];
  return {
    dir,
    upstream,
    forge,
    env,
    warnings,
    context: (changes = {}) =>
      createContext({
        cwd: changes.cwd ?? upstream.dir,
        env,
        ui: changes.ui ?? silentUi(warnings),
        now: () => changes.now ?? NOW,
        dryRun: changes.dryRun ?? false,
      }),
    async close() {
      try {
        await forge.close();
      } finally {
        dispose();
      }
    },
  };
}

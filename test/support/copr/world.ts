/** A small project, a stand-in for Copr, and a context to build the one in the other. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../../src/context.ts';
import type { Context } from '../../../src/context.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Ui } from '../../../src/ui.ts';
import { buildInCopr } from '../../../src/workflows/build/copr/index.ts';
import type { BuildInCoprInput } from '../../../src/workflows/build/copr/index.ts';
import type { BuildResult } from '../../../src/workflows/build/index.ts';
import { createProject } from '../project.ts';
import type { TestRepository } from '../git.ts';
import type { ProjectOptions } from '../project.ts';
import { snapshot } from '../snapshot.ts';
import { tempDir } from '../temp.ts';
import { startCopr } from './server.ts';
import type { CoprServer } from './server.ts';

export interface CoprWorld {
  copr: CoprServer;
  home: string;
  repository: TestRepository;
  /** What was said: info lines, and changes of states as `name: state`. */
  said: string[];
  controller: AbortController;
  context: (changes?: { dryRun?: boolean; env?: Record<string, string> }) => Context;
  build: (input?: Partial<BuildInCoprInput>, changes?: { dryRun?: boolean }) => Promise<BuildResult>;
  /** A file that begins as SRPMs do: enough for what does not look into it. */
  srpm: string;
  /** Files of the checkout, to see that nothing was left there. */
  checkout: () => unknown;
  close: () => Promise<void>;
}

export async function createCoprWorld(options: ProjectOptions = {}): Promise<CoprWorld> {
  const home = tempDir('packit-copr');
  const copr = await startCopr();
  copr.writeLogin(home);
  const repository = createProject(home, options);
  const said: string[] = [];
  const controller = new AbortController();
  mkdirSync(join(home, 'tmp'));
  const srpm = join(home, 'given-1-1.src.rpm');
  writeFileSync(srpm, Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.alloc(1000)]));

  function context(changes: { dryRun?: boolean; env?: Record<string, string> } = {}): Context {
    return createContext({
      cwd: repository.dir,
      env: {
        ...process.env,
        HOME: home,
        XDG_CACHE_HOME: join(home, '.cache'),
        TMPDIR: join(home, 'tmp'),
        PACKIT_POLL_DELAY: '1',
        PACKIT_RETRY_DELAY: '1',
        PACKIT_BODHI_URL: `${copr.url}/bodhi`,
        ...changes.env,
      },
      ui: listening(said),
      signal: controller.signal,
      dryRun: changes.dryRun ?? false,
    });
  }
  return {
    copr,
    home,
    repository,
    said,
    controller,
    context,
    build: (input = {}, changes = {}) =>
      buildInCopr(context(changes), { wait: true, targets: 'fedora-44-x86_64', ...input }),
    srpm,
    checkout: () => snapshot(repository.dir),
    close: () => copr.close(),
  };
}

/** A clock that each look at the chroots of a build moves on: the same run on any machine. */
export function clockByLooks(copr: CoprServer, secondsPerLook: number): void {
  const start = 1_800_000_000;
  copr.now = () =>
    start + secondsPerLook * copr.requests.filter(({ url }) => url.includes('/build-chroot/list')).length;
}

function listening(said: string[]): Ui {
  const last = new Map<string, string>();
  const ui: Ui = {
    ...silentUi(),
    step: (title, work) => {
      said.push(title);
      return work();
    },
    info: (message) => void said.push(message),
    warn: ({ message }) => void said.push(message),
    scoped: () => ui,
    board: () => ({
      update(runs) {
        for (const { name, state } of runs) {
          if (last.get(name) === state) continue;
          last.set(name, state);
          said.push(`${name}: ${state}`);
        }
      },
      end() {},
    }),
  };
  return ui;
}

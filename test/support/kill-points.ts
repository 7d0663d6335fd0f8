/** Ends packit at a chosen step and looks at what it left. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../src/tools/process/index.ts';
import { packit } from './cli.ts';
import type { CliResult } from './cli.ts';
import type { TestRepository } from './git.ts';
import { CONFIG, createProject } from './project.ts';
import { snapshot } from './snapshot.ts';

/** Every program packit starts is announced with `--debug`: the moments at which it can be ended. */
const ANNOUNCEMENT = /^debug: .*\$ /gm;

export interface KillScene {
  repository: TestRepository;
  out: string;
  scratch: string;
}

export const ACTIONS = `actions:
  post-upstream-clone: bash -c 'echo "# changed" >> hello.spec; sleep 0.05'
  create-archive:
    - bash -c 'git tag killed; rm -f NEWS; tar -czf $PACKIT_PROJECT_NAME_VERSION.tar.gz hello.sh; echo $PACKIT_PROJECT_NAME_VERSION.tar.gz'
  post-modifications: sleep 0.05
`;

/** A project below `home`, with a changed and an untracked file. */
export function createKillScene(home: string, actions: boolean): KillScene {
  const repository = createProject(home, { config: actions ? CONFIG + ACTIONS : CONFIG });
  repository.write('hello.conf', 'greeting=changed\n');
  repository.write('untracked', 'mine\n');
  const [out, scratch] = [join(home, 'out'), join(home, 'scratch')];
  for (const directory of [out, scratch]) mkdirSync(directory);
  return { repository, out, scratch };
}

/** How many programs an undisturbed run starts. */
export async function countSteps(scene: KillScene): Promise<number> {
  const { stderr } = await run(scene);
  return stepsIn(stderr);
}

export interface Ending {
  exitCode: number | undefined;
  /** The checkout is byte for byte as before, `.git` included; object files may have been renewed. */
  unchanged: boolean;
  /** What is in the scratch directory after the end, and after one more run. */
  leftBehind: string[];
  leftAfterNextRun: string[];
  /** Exit code of the next run. */
  nextExitCode: number | undefined;
  /** Names in the output directory after the next run that are no SRPM. */
  strange: string[];
}

/** Where a run is ended: when the program number `step` (from 1) starts, or so many milliseconds after packit did. */
export type KillPoint = { step: number } | { after: number };

/** Sends `signal` at a point; then runs once more. */
export async function endAt(scene: KillScene, signal: NodeJS.Signals, point: KillPoint): Promise<Ending> {
  const state = (): string =>
    JSON.stringify(snapshot(scene.repository.dir, (path) => path.startsWith('.git/objects/')));
  const before = state();
  const { exitCode } = await run(scene, { signal, point });
  const leftBehind = readdirSync(scene.scratch);
  const between = state();
  const next = await run(scene);
  return {
    exitCode,
    unchanged: between === before && state() === before,
    leftBehind,
    leftAfterNextRun: readdirSync(scene.scratch),
    nextExitCode: next.exitCode,
    strange: readdirSync(scene.out).filter((name) => !name.endsWith('.src.rpm')),
  };
}

function run(scene: KillScene, kill?: Kill) {
  return packitEndedAt(
    ['srpm', scene.repository.dir],
    { cwd: scene.out, env: { ...scene.repository.env, TMPDIR: scene.scratch } },
    kill,
  );
}

export interface Kill {
  signal: NodeJS.Signals;
  point: KillPoint;
}

/** Runs packit with `--debug`, and ends it at a point. */
export function packitEndedAt(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Environment },
  kill?: Kill,
): Promise<CliResult> {
  return packit(['--debug', ...args], {
    cwd,
    env: { ...env },
    onStart(child) {
      if (kill === undefined) return;
      const { signal, point } = kill;
      if ('after' in point) {
        const timer = setTimeout(() => child.kill(signal), point.after);
        child.on('close', () => clearTimeout(timer));
        return;
      }
      let seen = 0;
      child.stderr.on('data', (chunk: Buffer) => {
        const before = seen;
        seen += stepsIn(chunk.toString());
        if (before < point.step && seen >= point.step) child.kill(signal);
      });
    },
  });
}

/** How many programs were started, by what `--debug` says. */
export function stepsIn(stderr: string): number {
  return stderr.match(ANNOUNCEMENT)?.length ?? 0;
}

/** Images built and run by the program that is there: buildah in a chroot, which needs no daemon and no cgroups; podman; docker. */
import { execFileSync, spawnSync } from 'node:child_process';
import type { Ran } from '../packaged.ts';

export type Builder = 'buildah' | 'podman' | 'docker';

/** The one that was asked for, whatever it has to fetch; else one that has the base image already. */
export function findBuilder(base: string, wanted: string | undefined): Builder | undefined {
  if (wanted === 'buildah' || wanted === 'podman' || wanted === 'docker') return wanted;
  if (wanted !== undefined && wanted !== '') throw new Error(`unknown builder of images: ${wanted}`);
  if (succeeds('buildah', ['inspect', '--type', 'image', base])) return 'buildah';
  return succeeds('podman', ['image', 'exists', base]) ? 'podman' : undefined;
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

export interface RunInImage {
  /** Mounted at `at`, where the program starts. */
  directory: string;
  at: string;
  argv: readonly string[];
  /** Number of the user; default, the image's. */
  user?: string;
  env?: Readonly<Record<string, string>>;
}

export interface ImageRunner {
  /** From the Containerfile in the directory. */
  build(directory: string): void;
  /** A fresh container, without a terminal, which is gone afterwards. */
  run(options: RunInImage): Ran;
  /** Removes the image. */
  dispose(): void;
}

export function imageRunner(builder: Builder, tag: string): ImageRunner {
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot' };
  const call = (args: readonly string[], cwd?: string): string => {
    const { status, stdout, stderr } = spawnSync(builder, args, {
      cwd,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`${builder} ${args[0]}: ${stdout.slice(-2000)}${stderr.slice(-4000)}`);
    return stdout.trim();
  };
  const start = (args: readonly string[]): Ran => {
    const { status, stdout, stderr } = spawnSync(builder, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { exitCode: status ?? -1, stdout, stderr };
  };
  const settings = ({ directory, at, user, env: given = {} }: RunInImage, workdir: string): string[] => [
    '--volume',
    `${directory}:${at}:z`,
    workdir,
    at,
    ...(user === undefined ? [] : ['--user', user]),
    ...Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
  return {
    build: (directory) => {
      call(['build', '--tag', tag, '--file', 'Containerfile', '.'], directory);
    },
    run: (options) => {
      if (builder !== 'buildah')
        return start(['run', '--rm', ...settings(options, '--workdir'), tag, ...options.argv]);
      const container = call(['from', '--pull-never', tag]);
      try {
        return start(['run', ...settings(options, '--workingdir'), container, '--', ...options.argv]);
      } finally {
        call(['rm', container]);
      }
    },
    dispose: () => {
      const remove = builder === 'buildah' ? ['rmi', '--force', tag] : ['image', 'rm', '--force', tag];
      execFileSync(builder, remove, { stdio: 'ignore' });
    },
  };
}

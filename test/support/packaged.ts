/** packit as people get it: the npm package, packed and installed under a prefix of its own. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { testEnvironment } from './git.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export function execute(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Record<string, string> },
): Promise<Ran> {
  return new Promise((done) => {
    execFile(argv[0], argv.slice(1), { ...options, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

/** Packs what `npm publish` would publish, without building. @returns path of the tarball */
export async function packPackage(home: string): Promise<string> {
  if (!existsSync(join(ROOT, 'dist', 'cli.cjs'))) throw new Error('dist/ is not there: run npm run build');
  const destination = join(home, 'packed');
  mkdirSync(destination, { recursive: true });
  const argv = ['npm', 'pack', '--ignore-scripts', '--pack-destination', destination, ROOT] as const;
  const packed = await execute(argv, { cwd: home, env: npmEnvironment(home) });
  const [name] = readdirSync(destination);
  if (packed.exitCode !== 0 || name === undefined) throw new Error(packed.stderr);
  return join(destination, name);
}

export interface Installed {
  /** Directory of the command. */
  bin: string;
  /** Directory of the package. */
  directory: string;
  output: string;
}

/** `npm install --global` without a registry: the package needs no other. */
export async function installGlobally(tarball: string, home: string): Promise<Installed> {
  const prefix = join(home, 'prefix');
  const argv = ['npm', 'install', '--global', '--offline', '--prefix', prefix, tarball] as const;
  const { exitCode, stdout, stderr } = await execute(argv, { cwd: home, env: npmEnvironment(home) });
  if (exitCode !== 0) throw new Error(stderr);
  return {
    bin: join(prefix, 'bin'),
    directory: join(prefix, 'lib', 'node_modules', 'packit-cli'),
    output: stdout + stderr,
  };
}

function npmEnvironment(home: string): Record<string, string> {
  return { ...testEnvironment(home), npm_config_update_notifier: 'false', npm_config_fund: 'false' };
}

/** A PATH with the command, this Node.js, and the system's programs. */
export function pathWith(bin: string): string {
  return [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':');
}

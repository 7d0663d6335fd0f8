/** What is in a package file. */
import { basename, dirname, resolve } from 'node:path';
import type { Environment, Run } from '../process/index.ts';
import { plainPath } from './plain-paths.ts';

export interface PackageMember {
  name: string;
  /** Bytes. */
  size: number;
}

export interface PackageInfo {
  name: string;
  epoch: string | undefined;
  version: string;
  release: string;
  members: PackageMember[];
}

const FORMAT = '%{NAME}\\n%{EPOCH}\\n%{VERSION}\\n%{RELEASE}\\n[%{FILESIZES} %{FILENAMES}\\n]';

/** Reads a package with `rpm -qp`. Members are in the package's order. */
export async function queryPackage(options: {
  run: Run;
  path: string;
  cwd: string;
  env?: Environment;
}): Promise<PackageInfo> {
  const path = resolve(options.cwd, options.path);
  // rpm expands macros in the path it is given.
  const name = plainPath(`./${basename(path)}`, 'Give the file a name without "%".');
  const { stdout } = await options.run(['rpm', '-qp', '--nosignature', '--qf', FORMAT, name], {
    cwd: dirname(path),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  return parsePackageInfo(stdout.toString('utf8'));
}

export function parsePackageInfo(text: string): PackageInfo {
  const [name = '', epoch = '', version = '', release = '', ...members] = text.split('\n');
  return {
    name,
    epoch: epoch === '(none)' ? undefined : epoch,
    version,
    release,
    members: members.flatMap((line) => {
      const match = /^(\d+) (.*)$/.exec(line);
      return match === null ? [] : [{ size: Number(match[1]), name: match[2] ?? '' }];
    }),
  };
}

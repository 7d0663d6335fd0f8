/** What kind of project a directory holds, and what its own files say about it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type ProjectKind =
  | 'python'
  | 'rust'
  | 'go'
  | 'meson'
  | 'cmake'
  | 'autotools'
  | 'node'
  | 'make'
  | 'plain';

/** The first file that is there decides. A Python project may hold Rust or C, and any project a `package.json`. */
const MARKS: readonly (readonly [file: string, kind: ProjectKind])[] = [
  ['pyproject.toml', 'python'],
  ['setup.py', 'python'],
  ['setup.cfg', 'python'],
  ['Cargo.toml', 'rust'],
  ['go.mod', 'go'],
  ['meson.build', 'meson'],
  ['CMakeLists.txt', 'cmake'],
  ['configure.ac', 'autotools'],
  ['configure.in', 'autotools'],
  ['configure', 'autotools'],
  ['package.json', 'node'],
];

export const KIND_WORDS: Readonly<Record<ProjectKind, string>> = {
  python: 'a Python project',
  rust: 'a Rust project',
  go: 'a Go project',
  meson: 'a project built with meson',
  cmake: 'a project built with cmake',
  autotools: 'a project built with autotools',
  node: 'a Node.js project',
  make: 'a project built with make',
  plain: 'a project of no kind that is known',
};

/** What the project's own files say; nothing of it is trusted to be short or tame. */
export interface Manifest {
  kind: ProjectKind;
  /** What it calls itself. */
  name: string | undefined;
  version: string | undefined;
  summary: string | undefined;
  license: string | undefined;
  /** Names of the files with license and description, in the directory. */
  licenseFile: string | undefined;
  readme: string | undefined;
}

export function readManifest(directory: string): Manifest {
  const marked = MARKS.find(([file]) => existsSync(join(directory, file)))?.[1];
  const kind = marked ?? (isBuiltWithMake(directory) ? 'make' : 'plain');
  const first = (...names: string[]): string | undefined =>
    names.find((name) => existsSync(join(directory, name)));
  const licenseFile = first('LICENSE', 'LICENSE.md', 'LICENSE.txt', 'COPYING', 'LICENCE');
  const said = saidBy(kind, directory);
  return {
    kind,
    ...said,
    license:
      said.license ?? (licenseFile === undefined ? undefined : licenseOf(textOf(directory, licenseFile))),
    licenseFile,
    readme: first('README.md', 'README.rst', 'README', 'README.txt'),
  };
}

/** Many a project of any kind has a Makefile for chores; one with sources of C is built by it. */
function isBuiltWithMake(directory: string): boolean {
  const names = filesIn(directory);
  const hasMakefile = names.some((name) => /^(?:GNUm|M|m)akefile$/.test(name));
  return (
    hasMakefile &&
    [...names, ...filesIn(join(directory, 'src'))].some((name) => /\.(?:c|cc|cpp|cxx)$/.test(name))
  );
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

type Said = Pick<Manifest, 'name' | 'version' | 'summary' | 'license'>;

const NOTHING: Said = { name: undefined, version: undefined, summary: undefined, license: undefined };

function saidBy(kind: ProjectKind, directory: string): Said {
  if (kind === 'node') return fromPackageJson(textOf(directory, 'package.json'));
  if (kind === 'python') return fromToml(textOf(directory, 'pyproject.toml'));
  if (kind === 'rust') return fromToml(textOf(directory, 'Cargo.toml'));
  // A module of Go is called by its address; a version of the module system may follow.
  if (kind === 'go') {
    const path = /^module\s+"?([^\s"]+)/m.exec(textOf(directory, 'go.mod'))?.[1];
    const name = path
      ?.replace(/\/v\d+$/, '')
      .split('/')
      .at(-1);
    return { ...NOTHING, name };
  }
  if (kind !== 'meson') return NOTHING;
  const text = textOf(directory, 'meson.build');
  return {
    name: /\bproject\s*\(\s*'([^']*)'/.exec(text)?.[1],
    version: /\bversion\s*:\s*'([^']*)'/.exec(text)?.[1],
    summary: undefined,
    license: /\blicense\s*:\s*'([^']*)'/.exec(text)?.[1],
  };
}

function fromPackageJson(text: string): Said {
  let found: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) found = { ...parsed };
  } catch {
    // Then it says nothing.
  }
  const word = (key: string): string | undefined => {
    const value = found[key];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    // `@jane/hello` is hello of jane's.
    name: word('name')?.replace(/^@[^/]*\//, ''),
    version: word('version'),
    summary: word('description'),
    license: word('license'),
  };
}

/** The plain texts of `[project]` or `[package]`: enough for four keys. */
function fromToml(text: string): Said {
  const section = /^\[(?:project|package)\]\s*$([^]*?)(?=^\[|(?![^]))/m.exec(text)?.[1] ?? '';
  const word = (key: string): string | undefined =>
    new RegExp(`^${key}\\s*=\\s*(?:"([^"\\n]*)"|'([^'\\n]*)')`, 'm')
      .exec(section)
      ?.slice(1)
      .find((value) => value !== undefined);
  return {
    name: word('name'),
    version: word('version'),
    summary: word('description'),
    license: word('license'),
  };
}

/** By the words every copy of the license holds. */
const LICENSES: readonly (readonly [id: string, ...words: RegExp[]])[] = [
  ['Apache-2.0', /Apache License/, /Version 2\.0/],
  ['MPL-2.0', /Mozilla Public License,? Version 2\.0/i],
  ['LGPL-2.1-or-later', /GNU LESSER GENERAL PUBLIC LICENSE/, /Version 2\.1/],
  ['LGPL-3.0-or-later', /GNU LESSER GENERAL PUBLIC LICENSE/],
  ['AGPL-3.0-or-later', /GNU AFFERO GENERAL PUBLIC LICENSE/],
  ['GPL-2.0-or-later', /GNU GENERAL PUBLIC LICENSE/, /Version 2, June 1991/],
  ['GPL-3.0-or-later', /GNU GENERAL PUBLIC LICENSE/],
  ['ISC', /Permission to use, copy, modify, and\/?o?r? distribute this software/],
  ['BSD-3-Clause', /Redistribution and use in source and binary forms/, /Neither the name/],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/],
  ['MIT', /Permission is hereby granted, free of charge/],
];

function licenseOf(text: string): string | undefined {
  return LICENSES.find(([, ...words]) => words.every((pattern) => pattern.test(text)))?.[0];
}

const MOST = 200_000;

function textOf(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8').slice(0, MOST);
  } catch {
    return '';
  }
}

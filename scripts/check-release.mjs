#!/usr/bin/env node
/**
 * Whether everything in the repository says the version of a tag: `node scripts/check-release.mjs v1.2.3`. What users copy from the
 * pages names a version too.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A text that every place must hold, for one version. */
const PLACES = [
  { file: 'package.json', wanted: (version) => `"version": "${version}"` },
  { file: 'package-lock.json', wanted: (version) => `"version": "${version}"` },
  {
    file: 'packaging/packit-cli.spec',
    wanted: (version) => new RegExp(`^Version: +${escape(version)}$`, 'm'),
  },
  {
    file: 'packaging/packit-cli.spec',
    wanted: (version) => new RegExp(`^\\* .* - ${escape(version)}-1$`, 'm'),
  },
  { file: 'actions/gitlab/packit.yml', wanted: (version) => `default: ${version}\n` },
  { file: 'actions/gitlab/packit.yml', wanted: (version) => `/v${version}/actions/gitlab/packit.yml` },
  { file: 'docs/ci.md', wanted: (version) => `packit/packit-cli/actions/packit@v${version}` },
  { file: 'docs/ci.md', wanted: (version) => `packit/packit-cli/actions/validate@v${version}` },
  { file: 'docs/ci.md', wanted: (version) => `/v${version}/actions/gitlab/packit.yml` },
  { file: 'docs/ci.md', wanted: (version) => `ghcr.io/packit/packit-cli:${version} ` },
  { file: 'CHANGELOG.md', wanted: (version) => `\n## [${version}]` },
];

/** @returns {string[]} what does not fit, a sentence each */
export function problemsOf(tag, read) {
  // No pre-releases: npm and the image would call one the latest, and the version of an RPM has no dash.
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
  if (version === undefined) return [`${tag} is no tag of a release: v1.2.3`];
  return PLACES.filter(({ file, wanted }) => {
    const text = read(file);
    const what = wanted(version);
    return typeof what === 'string' ? !text.includes(what) : !what.test(text);
  }).map(({ file, wanted }) => `${file} does not hold ${String(wanted(version)).trim()}`);
}

function escape(text) {
  return text.replace(/[.+]/g, '\\$&');
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? '')).href) {
  const root = resolve(import.meta.dirname, '..');
  const problems = problemsOf(process.argv[2] ?? '', (file) => readFileSync(join(root, file), 'utf8'));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
